SELECT version, body, content_hash, created_by, created_at_ms FROM facts ORDER BY version DESC LIMIT 1
