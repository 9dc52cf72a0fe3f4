DELETE FROM node_intervals WHERE node_id = $1 AND from_ms >= $2
