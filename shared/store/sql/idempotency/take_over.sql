UPDATE idempotency_keys SET created_at_ms = $4
WHERE scope = $1 AND idempotency_key = $2 AND created_at_ms = $3 AND response_status IS NULL
