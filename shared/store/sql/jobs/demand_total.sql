-- What nobody may take just now asks for no machine.
SELECT count(*) FILTER (WHERE j.state = 'queued') AS queued,
       count(*) FILTER (WHERE j.state = 'running') AS running,
       min(COALESCE(c.created_at_ms, j.created_at_ms)) FILTER (WHERE j.state = 'queued') AS oldest_arrived_at_ms,
       (SELECT count(*) FROM candidates WHERE state = 'held' AND hold_reason = 'engine_unavailable') AS held
FROM jobs AS j LEFT JOIN candidates AS c ON c.id = j.candidate_id
WHERE j.engine = $1 AND j.state IN ('queued', 'running')
  AND (j.state = 'running' OR NOT EXISTS (SELECT 1 FROM queue_controls AS q WHERE q.kind = j.kind AND q.paused))
