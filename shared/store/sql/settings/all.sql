SELECT name, value, changed_by, changed_at_ms FROM settings ORDER BY name
