-- Split: the finished claims arrive as one JSON array, which each database takes apart in its own words.
-- The state is hidden from the planner: the index of running jobs is full of entries that are over, and going through
-- it would cost more with every job done.
UPDATE jobs
SET state = 'succeeded', result = done.result, finished_at_ms = $2, lease_owner = NULL, lease_until_ms = NULL
FROM json_to_recordset($1::json) AS done (id TEXT, fence BIGINT, result TEXT)
WHERE jobs.id = done.id AND jobs.fence = done.fence AND jobs.state || '' = 'running'
RETURNING jobs.id, jobs.fence
