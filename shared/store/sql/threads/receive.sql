INSERT INTO threads (id, source, external_id, contact, channel, zone, archetype, state, revision,
                     last_inbound_at_ms, created_at_ms, updated_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $10)
ON CONFLICT (source, external_id) DO UPDATE
SET revision = threads.revision + 1, contact = excluded.contact, channel = excluded.channel,
    zone = COALESCE(excluded.zone, threads.zone), updated_at_ms = excluded.updated_at_ms,
    last_inbound_at_ms = CASE
        WHEN threads.last_inbound_at_ms > excluded.last_inbound_at_ms THEN threads.last_inbound_at_ms
        ELSE excluded.last_inbound_at_ms
    END
RETURNING id, source, external_id, contact, channel, zone, archetype, state, revision, mode, sticky_hold, last_inbound_at_ms, last_outbound_at_ms, created_at_ms, updated_at_ms
