UPDATE jobs
SET state = 'queued', run_at_ms = $2, attempt = 0, finished_at_ms = NULL, result = NULL, engine = NULL,
    waiting_since_ms = NULL
WHERE id = $1 AND state IN ('dead', 'cancelled') AND candidate_id IS NULL
