SELECT id, thread_id FROM jobs
WHERE engine = $1 AND state = 'queued' AND created_at_ms < $2
ORDER BY created_at_ms, id
LIMIT $3
