INSERT INTO templates (kind, name, version, position, removed, body, content_hash, created_by, created_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
