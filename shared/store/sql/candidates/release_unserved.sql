UPDATE candidates SET release_at_ms = $1 WHERE state = 'held' AND hold_reason = 'engine_unavailable'
