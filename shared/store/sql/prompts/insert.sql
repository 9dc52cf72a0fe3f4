INSERT INTO prompts (hash, body, created_at_ms) VALUES ($1, $2, $3)
ON CONFLICT (hash) DO NOTHING
