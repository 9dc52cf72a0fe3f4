INSERT INTO breakers (name, blocked_until_ms, failures, words, changed_at_ms) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE
SET blocked_until_ms = excluded.blocked_until_ms, failures = excluded.failures, words = excluded.words,
    changed_at_ms = excluded.changed_at_ms
