SELECT name, disabled_at_ms, reason FROM sinks ORDER BY name
