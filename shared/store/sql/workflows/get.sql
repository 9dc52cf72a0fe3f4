SELECT id, version, body, content_hash, created_by, created_at_ms FROM workflows WHERE id = $1 AND version = $2
