UPDATE jobs
SET state = 'succeeded', finished_at_ms = $3, lease_owner = NULL, lease_until_ms = NULL
WHERE id = $1 AND fence = $2 AND state = 'running'
