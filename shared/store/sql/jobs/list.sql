SELECT id, kind, state, thread_id, candidate_id, priority, run_at_ms, attempt, max_attempts, fence, lease_owner, lease_until_ms, payload, result, errors, callback, created_by, traceparent, created_at_ms, started_at_ms, finished_at_ms, engine FROM jobs
WHERE (CAST($1 AS TEXT) IS NULL OR kind = $1) AND (CAST($2 AS TEXT) IS NULL OR state = $2) AND (CAST($3 AS TEXT) IS NULL OR thread_id = $3)
  AND (CAST($4 AS TEXT) IS NULL OR id < $4)
ORDER BY id DESC
LIMIT $5
