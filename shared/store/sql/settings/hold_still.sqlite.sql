-- Split: the transaction already has the only write lock.
SELECT name, value, changed_by, changed_at_ms FROM settings ORDER BY name
