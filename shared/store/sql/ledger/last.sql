SELECT COALESCE(max(to_ms), 0) AS until_ms FROM node_intervals WHERE node_id = $1 AND from_ms < $2
