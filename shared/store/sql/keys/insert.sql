INSERT INTO api_keys (id, name, secret_hash, scopes, created_by, created_at_ms, expires_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7)
