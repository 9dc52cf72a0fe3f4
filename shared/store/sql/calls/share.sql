UPDATE engine_calls SET busy_microusd = $3, overhead_microusd = $4 WHERE id = $1 AND node_id = $2
