SELECT id, source, external_id, contact, channel, zone, archetype, state, revision, mode, sticky_hold, last_inbound_at_ms, last_outbound_at_ms, created_at_ms, updated_at_ms FROM threads
WHERE (CAST($1 AS TEXT) IS NULL OR contact = $1) AND (CAST($2 AS TEXT) IS NULL OR channel = $2) AND (CAST($3 AS TEXT) IS NULL OR id < $3)
ORDER BY id DESC
LIMIT $4
