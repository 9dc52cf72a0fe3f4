-- Split: the claims arrive as one JSON array, which each database takes apart in its own words.
-- The state is hidden from the planner: the index of running jobs is full of entries that are over, and going through
-- it would cost more with every job done.
SELECT jobs.id, jobs.fence
FROM json_to_recordset($1::json) AS held (id TEXT, fence BIGINT)
JOIN jobs ON jobs.id = held.id AND jobs.fence = held.fence AND jobs.state || '' = 'running'
