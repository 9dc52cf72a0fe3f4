SELECT i.node_id, n.engine, n.provider, i.phase, i.from_ms, i.to_ms, i.cost_microusd
FROM node_intervals AS i JOIN nodes AS n ON n.id = i.node_id
WHERE i.node_id = $1
ORDER BY i.from_ms
