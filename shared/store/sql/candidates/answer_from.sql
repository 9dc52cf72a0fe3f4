UPDATE candidates SET burst_from_revision = $2
WHERE thread_id = $1 AND state = 'classifying' AND burst_from_revision > $2
