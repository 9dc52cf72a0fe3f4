DELETE FROM jobs
WHERE id IN (SELECT id FROM jobs WHERE state = 'dead' AND finished_at_ms < $1 ORDER BY id LIMIT $2)
