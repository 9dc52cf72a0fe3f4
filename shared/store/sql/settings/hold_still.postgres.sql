-- Split: SQLite has one writer and no row locks. Keeps the settings as they are until the transaction ends, so that
-- a change of mode that was acknowledged is seen by every send that is marked after it.
SELECT name, value, changed_by, changed_at_ms FROM settings ORDER BY name FOR SHARE
