UPDATE jobs
SET state = $3, result = $4, errors = $5, finished_at_ms = $6, lease_owner = NULL, lease_until_ms = NULL
WHERE id = $1 AND fence = $2 AND state = 'running'
