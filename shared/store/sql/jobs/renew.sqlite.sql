-- Split: the claims arrive as one JSON array, which each database takes apart in its own words.
UPDATE jobs
SET lease_until_ms = $2
FROM json_each($1) AS held
WHERE jobs.id = held.value ->> 'id' AND jobs.fence = held.value ->> 'fence' AND jobs.state = 'running'
RETURNING jobs.id, jobs.fence
