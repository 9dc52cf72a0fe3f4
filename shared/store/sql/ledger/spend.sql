-- An interval that began before $1 counts for the part of its time that lies after it, rounded down.
SELECT n.engine, n.provider, i.phase,
       CAST(sum(CASE WHEN i.from_ms >= $1 THEN i.to_ms - i.from_ms ELSE i.to_ms - $1 END) AS BIGINT) AS duration_ms,
       CAST(sum(CASE WHEN i.from_ms >= $1 THEN i.cost_microusd
                     ELSE i.cost_microusd * (i.to_ms - $1) / (i.to_ms - i.from_ms) END) AS BIGINT) AS cost_microusd
FROM node_intervals AS i JOIN nodes AS n ON n.id = i.node_id
WHERE i.to_ms > $1
GROUP BY n.engine, n.provider, i.phase
ORDER BY n.engine, n.provider, i.phase
