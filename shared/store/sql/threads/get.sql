SELECT id, source, external_id, contact, channel, zone, archetype, state, revision, mode, sticky_hold, last_inbound_at_ms, last_outbound_at_ms, created_at_ms, updated_at_ms FROM threads WHERE id = $1
