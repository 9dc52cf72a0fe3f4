INSERT INTO sinks (name, disabled_at_ms, reason) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET disabled_at_ms = excluded.disabled_at_ms, reason = excluded.reason
