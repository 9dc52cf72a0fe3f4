-- One that was called off while it came up, without an error, says nothing about boots.
SELECT id, created_at_ms, ready_at_ms, COALESCE(destroying_at_ms, gone_at_ms) AS given_up_at_ms
FROM nodes
WHERE provider = $1 AND engine = $2 AND booting_at_ms IS NOT NULL
  AND (ready_at_ms IS NOT NULL OR (error IS NOT NULL AND phase IN ('destroying', 'gone')))
ORDER BY id DESC
LIMIT $3
