-- The whole condition of the index jobs_waiting is repeated: SQLite compares it word by word. A range of engines instead
-- of IS NOT NULL keeps it from another index, which would read every queued job. No order: Postgres would sort all of them.
SELECT kind, count(*) AS jobs, CAST(sum(CASE WHEN run_at_ms <= $1 THEN 1 ELSE 0 END) AS BIGINT) AS due
FROM (SELECT kind, run_at_ms FROM jobs
      WHERE engine > '' AND engine IS NOT NULL AND state IN ('queued', 'running') AND state = 'queued'
      LIMIT $2) AS some_of_them
GROUP BY kind
