UPDATE jobs
SET state = 'cancelled', fence = fence + 1, finished_at_ms = $2, lease_owner = NULL, lease_until_ms = NULL
WHERE id = $1 AND state IN ('queued', 'running')
