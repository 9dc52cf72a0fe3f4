-- A judge that cannot be asked has nothing to say: its job runs, finds nobody, and lets the draft go on.
UPDATE jobs SET engine = NULL, waiting_since_ms = NULL, run_at_ms = $2
WHERE kind = 'judge' AND state = 'queued' AND engine = $1 AND waiting_since_ms < $3
  AND NOT EXISTS (SELECT 1 FROM nodes WHERE nodes.engine = $1 AND nodes.phase = 'ready')
RETURNING id
