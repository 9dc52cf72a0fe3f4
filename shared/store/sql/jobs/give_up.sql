UPDATE jobs
SET state = 'dead', fence = fence + 1, errors = $2, finished_at_ms = $3
WHERE id = $1 AND state = 'queued'
