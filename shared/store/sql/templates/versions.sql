SELECT kind, name, version, position, removed, body, content_hash, created_by, created_at_ms FROM templates
WHERE kind = $1 AND name = $2 AND version < $3
ORDER BY version DESC
LIMIT $4
