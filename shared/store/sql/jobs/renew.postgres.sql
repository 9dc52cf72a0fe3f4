-- Split: the claims arrive as one JSON array, which each database takes apart in its own words; and only Postgres has
-- row locks to pass over, as a claim does.
-- The state is hidden from the planner: the index of running jobs is full of entries that are over, and going through
-- it would cost more with every job done.
UPDATE jobs
SET lease_until_ms = $2
WHERE id IN (
    SELECT mine.id
    FROM json_to_recordset($1::json) AS held (id TEXT, fence BIGINT)
    JOIN jobs AS mine ON mine.id = held.id AND mine.fence = held.fence AND mine.state || '' = 'running'
    FOR UPDATE OF mine SKIP LOCKED)
RETURNING id, fence
