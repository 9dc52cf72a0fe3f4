-- An interval that began before $1 counts for the part of its time that lies after it, rounded down.
SELECT CAST(COALESCE(sum(CASE WHEN i.from_ms >= $1 THEN i.cost_microusd
                              ELSE i.cost_microusd * (i.to_ms - $1) / (i.to_ms - i.from_ms) END), 0) AS BIGINT)
       AS cost_microusd
FROM node_intervals AS i JOIN nodes AS n ON n.id = i.node_id
WHERE i.to_ms > $1 AND n.phase = 'gone'
