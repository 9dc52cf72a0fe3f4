SELECT id FROM candidates
WHERE state = 'held' AND hold_reason = 'engine_unavailable'
ORDER BY id
LIMIT $1
