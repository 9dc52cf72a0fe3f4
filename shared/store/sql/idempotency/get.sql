SELECT request_hash, subject, response_status, response_body, created_at_ms FROM idempotency_keys
WHERE scope = $1 AND idempotency_key = $2
