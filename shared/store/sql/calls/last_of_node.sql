SELECT max(ended_at_ms) AS ended_at_ms FROM engine_calls WHERE node_id = $1
