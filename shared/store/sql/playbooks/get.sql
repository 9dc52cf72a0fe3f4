SELECT version, body, content_hash, created_by, created_at_ms FROM playbooks WHERE version = $1
