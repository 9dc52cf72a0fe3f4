UPDATE jobs
SET state = 'queued', attempt = attempt - 1, run_at_ms = $3, lease_owner = NULL, lease_until_ms = NULL
WHERE id = $1 AND fence = $2 AND state = 'running'
