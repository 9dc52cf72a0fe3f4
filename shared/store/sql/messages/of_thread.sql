SELECT id, thread_id, direction, author, external_id, text, revision, candidate_id, received_at_ms FROM messages
WHERE thread_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
ORDER BY id DESC
LIMIT $3
