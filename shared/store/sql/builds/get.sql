SELECT engine, served_model_name, weights_digest, weights_source, created_by, created_at_ms FROM engine_builds
WHERE engine = $1
