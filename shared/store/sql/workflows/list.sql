SELECT id, version, content_hash, created_by, created_at_ms FROM workflows
WHERE CAST($1 AS TEXT) IS NULL OR id = $1
ORDER BY id, version DESC
LIMIT $2
