-- What nobody may take just now asks for no machine.
SELECT count(*) FILTER (WHERE j.state = 'queued') AS queued,
       count(*) FILTER (WHERE j.state = 'running') AS running,
       (SELECT count(*) FROM candidates WHERE state = 'held' AND hold_reason = 'engine_unavailable') AS held
FROM jobs AS j
WHERE j.engine = $1 AND j.state IN ('queued', 'running')
  AND (j.state = 'running' OR NOT EXISTS (SELECT 1 FROM queue_controls AS q WHERE q.kind = j.kind AND q.paused))
