SELECT m.id AS message_id, m.thread_id, m.payload_hash, c.id AS candidate_id, c.revision
FROM messages AS m
JOIN candidates AS c ON c.message_id = m.id
WHERE m.source = $1 AND m.external_id = $2
