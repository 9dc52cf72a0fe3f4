-- The newest $2 that finished after $1; the oldest moment among them says what time they stand for.
SELECT kind, state, count(*) AS jobs, min(finished_at_ms) AS first_finished_at_ms
FROM (SELECT kind, state, finished_at_ms FROM jobs
      WHERE finished_at_ms > $1 ORDER BY finished_at_ms DESC LIMIT $2) AS newest
GROUP BY kind, state
