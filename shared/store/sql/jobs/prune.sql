DELETE FROM jobs
WHERE id IN (
    SELECT id FROM jobs
    WHERE finished_at_ms IS NOT NULL AND finished_at_ms < $1 AND state <> 'dead'
    ORDER BY finished_at_ms, id
    LIMIT $2)
