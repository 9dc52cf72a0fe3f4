INSERT INTO idempotency_keys (scope, idempotency_key, request_hash, created_at_ms, subject)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (scope, idempotency_key) DO NOTHING
