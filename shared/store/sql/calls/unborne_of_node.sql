SELECT count(*) AS calls FROM engine_calls WHERE node_id = $1 AND ended_at_ms >= $2 AND overhead_microusd IS NULL
