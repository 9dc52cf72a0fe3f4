UPDATE idempotency_keys SET response_status = $4, response_body = $5
WHERE scope = $1 AND idempotency_key = $2 AND created_at_ms = $3 AND response_status IS NULL
