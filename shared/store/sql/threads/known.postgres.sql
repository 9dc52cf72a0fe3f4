-- Split: the names arrive as one JSON array, which each database takes apart in its own words.
SELECT DISTINCT threads.id, threads.source, threads.external_id
FROM json_to_recordset($1::json) AS named (source TEXT, thread TEXT)
JOIN threads ON threads.source = named.source AND threads.external_id = named.thread
