SELECT id, thread_id FROM candidates
WHERE state = 'held' AND release_at_ms IS NOT NULL AND release_at_ms <= $1
ORDER BY release_at_ms, id
LIMIT $2
