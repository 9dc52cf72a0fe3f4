-- A job that waits for the engine whose valve is closed ($4) stays; one that waits for any other is hinted, so that its
-- handler finds out that the engine has changed.
SELECT id
FROM jobs
WHERE kind = $1
  AND state = 'queued'
  AND run_at_ms <= $2
  AND (engine IS NULL OR engine <> $4)
  AND NOT EXISTS (
      SELECT 1 FROM jobs AS older
      WHERE older.thread_id = jobs.thread_id AND older.state IN ('queued', 'running') AND older.id < jobs.id)
ORDER BY priority, run_at_ms, id
LIMIT $3
