-- Split: the claims arrive as one JSON array, which each database takes apart in its own words.
SELECT jobs.id, jobs.fence
FROM json_each($1) AS held
JOIN jobs ON jobs.id = held.value ->> 'id' AND jobs.fence = held.value ->> 'fence' AND jobs.state = 'running'
