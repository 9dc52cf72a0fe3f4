UPDATE threads
SET archetype = $2, state = $3, revision = $4, mode = $5, sticky_hold = $6, last_outbound_at_ms = $7,
    updated_at_ms = $8
WHERE id = $1
