SELECT id, thread_id, direction, author, external_id, text, revision, candidate_id, received_at_ms FROM messages
WHERE thread_id = $1 AND direction = 'inbound' AND revision BETWEEN $2 AND $3
ORDER BY revision DESC
LIMIT $4
