DELETE FROM idempotency_keys
WHERE (scope, idempotency_key) IN (
    SELECT scope, idempotency_key FROM idempotency_keys WHERE created_at_ms < $1 ORDER BY created_at_ms LIMIT $2)
