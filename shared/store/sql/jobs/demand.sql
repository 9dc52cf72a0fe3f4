-- What nobody may take just now asks for no machine.
SELECT j.id, COALESCE(c.created_at_ms, j.created_at_ms) AS arrived_at_ms
FROM jobs AS j LEFT JOIN candidates AS c ON c.id = j.candidate_id
WHERE j.engine = $1 AND j.state = 'queued'
  AND NOT EXISTS (SELECT 1 FROM queue_controls AS q WHERE q.kind = j.kind AND q.paused)
ORDER BY j.priority, j.run_at_ms, j.id
LIMIT $2
