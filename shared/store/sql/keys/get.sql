SELECT id, name, scopes, created_by, created_at_ms, expires_at_ms, revoked_at_ms FROM api_keys WHERE id = $1
