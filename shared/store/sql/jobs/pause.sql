INSERT INTO queue_controls (kind, paused, changed_by, changed_at_ms) VALUES ($1, TRUE, $2, $3)
ON CONFLICT (kind) DO UPDATE SET paused = TRUE, changed_by = excluded.changed_by, changed_at_ms = excluded.changed_at_ms
WHERE NOT queue_controls.paused
