SELECT name, disabled_at_ms, reason FROM sinks WHERE name = $1
