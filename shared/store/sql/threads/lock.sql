-- An update that changes nothing takes the row's lock on Postgres; on SQLite the transaction has the only one already.
UPDATE threads SET revision = revision WHERE id = $1 RETURNING id, source, external_id, contact, channel, zone, archetype, state, revision, mode, sticky_hold, last_inbound_at_ms, last_outbound_at_ms, created_at_ms, updated_at_ms
