-- Split: SQLite lists its tables in sqlite_master.
SELECT count(*) AS migrated FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'
