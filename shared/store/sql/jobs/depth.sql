SELECT kind, state, count(*) AS jobs, min(run_at_ms) AS oldest_run_at_ms,
       count(*) FILTER (WHERE state = 'queued' AND engine IS NOT NULL) AS parked,
       min(run_at_ms) FILTER (WHERE state = 'queued' AND engine IS NOT NULL) AS oldest_parked_run_at_ms,
       min(run_at_ms) FILTER (WHERE state <> 'queued' OR engine IS NULL) AS oldest_other_run_at_ms
FROM jobs
WHERE state IN ('queued', 'running', 'dead')
GROUP BY kind, state
