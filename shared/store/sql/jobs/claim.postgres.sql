-- Split: the ids arrive as one JSON array, which each database takes apart in its own words; and only Postgres has row
-- locks to pass over. A claim never waits for one: it would wait in its own order, and two of them for each other.
-- The state is hidden from the planner, which would otherwise go through the whole backlog by the index of queued jobs
-- whenever its statistics are old.
-- A job of a thread waits for every older one of the same thread that has not finished: comparing ids keeps this
-- true whatever two claims see of each other, because the older one is either still queued or already running.
UPDATE jobs
SET state = 'running', attempt = attempt + 1, fence = fence + 1, lease_owner = $2, lease_until_ms = $3,
    started_at_ms = $4
WHERE id IN (
    SELECT ready.id FROM jobs AS ready
    WHERE ready.id = ANY (ARRAY (SELECT json_array_elements_text($1::json)))
      AND ready.state || '' = 'queued'
      AND ready.run_at_ms <= $4
      AND NOT EXISTS (SELECT 1 FROM queue_controls AS c WHERE c.kind = ready.kind AND c.paused)
      AND NOT EXISTS (
          SELECT 1 FROM jobs AS older
          WHERE older.thread_id = ready.thread_id AND older.state IN ('queued', 'running') AND older.id < ready.id)
    FOR UPDATE OF ready SKIP LOCKED)
RETURNING id, kind, state, thread_id, candidate_id, priority, run_at_ms, attempt, max_attempts, fence, lease_owner, lease_until_ms, payload, result, errors, callback, created_by, traceparent, created_at_ms, started_at_ms, finished_at_ms, engine
