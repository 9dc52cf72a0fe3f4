SELECT COALESCE(max(version), 0) AS version FROM _sqlx_migrations WHERE success
