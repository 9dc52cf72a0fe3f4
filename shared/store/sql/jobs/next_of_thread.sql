SELECT id, kind, run_at_ms FROM jobs
WHERE thread_id = $1 AND state IN ('queued', 'running')
ORDER BY id
LIMIT 1
