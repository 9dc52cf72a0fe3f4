SELECT n.id AS node_id, CAST(sum(i.cost_microusd) AS BIGINT) AS cost_microusd
FROM nodes AS n JOIN node_intervals AS i ON i.node_id = n.id
WHERE n.phase <> 'gone'
GROUP BY n.id
