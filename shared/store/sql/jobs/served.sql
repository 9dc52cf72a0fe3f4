SELECT j.id, COALESCE(c.created_at_ms, j.created_at_ms) AS arrived_at_ms, j.started_at_ms, j.finished_at_ms
FROM jobs AS j LEFT JOIN candidates AS c ON c.id = j.candidate_id
WHERE j.engine = $1 AND j.state = 'succeeded'
ORDER BY j.finished_at_ms DESC, j.id DESC
LIMIT $2
