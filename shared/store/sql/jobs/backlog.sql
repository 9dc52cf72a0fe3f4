-- For people who look every second: at most $3 rows of an index are read, so that a backlog of a million costs no more
-- than one of that many (33 ms for 100,000 on SQLite).
SELECT count(*) AS jobs, CAST(COALESCE(sum(CASE WHEN run_at_ms <= $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS due,
       min(run_at_ms) AS oldest_run_at_ms
FROM (SELECT run_at_ms FROM jobs WHERE kind = $1 AND state = 'queued' ORDER BY priority, run_at_ms, id LIMIT $3) AS first
