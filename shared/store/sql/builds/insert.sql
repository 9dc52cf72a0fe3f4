INSERT INTO engine_builds (engine, served_model_name, weights_digest, weights_source, created_by, created_at_ms)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (engine) DO NOTHING
