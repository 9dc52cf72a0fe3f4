INSERT INTO settings (name, value, changed_by, changed_at_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by,
                                 changed_at_ms = excluded.changed_at_ms
