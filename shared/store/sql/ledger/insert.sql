INSERT INTO node_intervals (node_id, from_ms, to_ms, phase, cost_microusd) VALUES ($1, $2, $3, $4, $5)
