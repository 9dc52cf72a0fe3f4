SELECT kind, state, count(*) AS jobs, min(run_at_ms) AS oldest_run_at_ms
FROM jobs
WHERE state IN ('queued', 'running', 'dead')
GROUP BY kind, state
