SELECT count(*) AS contracted FROM _sqlx_migrations WHERE success AND version > $1 AND description LIKE 'contract%'
