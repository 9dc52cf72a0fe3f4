-- The wait begins with the first parking for this engine.
UPDATE jobs
SET state = 'queued', run_at_ms = $3, attempt = attempt - 1, lease_owner = NULL, lease_until_ms = NULL,
    waiting_since_ms = CASE WHEN engine = $4 THEN COALESCE(waiting_since_ms, $5) ELSE $5 END,
    engine = $4
WHERE id = $1 AND fence = $2 AND state = 'running'
