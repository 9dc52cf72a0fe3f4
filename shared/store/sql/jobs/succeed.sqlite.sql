-- Split: the finished claims arrive as one JSON array, which each database takes apart in its own words.
UPDATE jobs
SET state = 'succeeded', result = done.value ->> 'result', finished_at_ms = $2, lease_owner = NULL, lease_until_ms = NULL
FROM json_each($1) AS done
WHERE jobs.id = done.value ->> 'id' AND jobs.fence = done.value ->> 'fence' AND jobs.state = 'running'
RETURNING jobs.id, jobs.fence
