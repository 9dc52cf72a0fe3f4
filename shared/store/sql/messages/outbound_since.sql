SELECT m.created_at_ms, m.text_hash, m.thread_id, c.template_key
FROM messages AS m
JOIN threads AS t ON t.id = m.thread_id
LEFT JOIN candidates AS c ON c.id = m.candidate_id
WHERE t.contact = $1 AND m.direction = 'outbound' AND m.created_at_ms > $2
ORDER BY m.created_at_ms DESC, m.id DESC
LIMIT $3
