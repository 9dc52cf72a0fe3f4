SELECT min(run_at_ms) AS at_ms FROM jobs
WHERE kind = $1 AND state = 'queued' AND run_at_ms > $2 AND (engine IS NULL OR engine <> $3)
