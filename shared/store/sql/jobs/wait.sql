UPDATE jobs
SET state = 'queued', engine = $4, run_at_ms = $3, attempt = attempt - 1, lease_owner = NULL, lease_until_ms = NULL
WHERE id = $1 AND fence = $2 AND state = 'running'
