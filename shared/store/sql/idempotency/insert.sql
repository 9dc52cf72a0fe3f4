INSERT INTO idempotency_keys (scope, idempotency_key, request_hash, created_at_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (scope, idempotency_key) DO NOTHING
