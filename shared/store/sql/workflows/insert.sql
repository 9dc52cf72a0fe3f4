INSERT INTO workflows (id, version, body, content_hash, created_by, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6)
