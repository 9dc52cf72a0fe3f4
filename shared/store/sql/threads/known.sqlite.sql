-- Split: the names arrive as one JSON array, which each database takes apart in its own words.
SELECT DISTINCT threads.id, threads.source, threads.external_id
FROM json_each($1) AS named
JOIN threads ON threads.source = named.value ->> 'source' AND threads.external_id = named.value ->> 'thread'
