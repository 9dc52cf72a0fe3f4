SELECT max(COALESCE(draining_at_ms, destroying_at_ms, gone_at_ms)) AS at_ms
FROM nodes WHERE engine = $1 AND ready_at_ms IS NOT NULL AND phase <> 'ready'
