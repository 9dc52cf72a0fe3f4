-- Split: only Postgres can say whether a table exists with to_regclass.
SELECT CASE WHEN to_regclass('_sqlx_migrations') IS NULL THEN 0 ELSE 1 END::BIGINT AS migrated
