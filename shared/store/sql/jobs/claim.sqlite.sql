-- Split: the ids arrive as one JSON array, which each database takes apart in its own words.
-- A job of a thread waits for every older one of the same thread that has not finished: comparing ids keeps this
-- true whatever two claims see of each other, because the older one is either still queued or already running.
UPDATE jobs
SET state = 'running', attempt = attempt + 1, fence = fence + 1, lease_owner = $2, lease_until_ms = $3,
    started_at_ms = $4
WHERE id IN (SELECT value FROM json_each($1))
  AND state = 'queued'
  AND run_at_ms <= $4
  AND NOT EXISTS (SELECT 1 FROM queue_controls AS c WHERE c.kind = jobs.kind AND c.paused)
  AND NOT EXISTS (
      SELECT 1 FROM jobs AS older
      WHERE older.thread_id = jobs.thread_id AND older.state IN ('queued', 'running') AND older.id < jobs.id)
RETURNING id, kind, state, thread_id, candidate_id, priority, run_at_ms, attempt, max_attempts, fence, lease_owner, lease_until_ms, payload, result, errors, callback, created_by, traceparent, created_at_ms, started_at_ms, finished_at_ms, engine
