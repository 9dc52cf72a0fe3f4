UPDATE nodes
SET phase = $2, epoch = $3, machine_ref = $4, base_url = $5, reason = $6, error = $7, boot_deadline_ms = $8,
    phase_at_ms = $9, billed_from_ms = $10, booting_at_ms = $11, warming_at_ms = $12, ready_at_ms = $13,
    draining_at_ms = $14, destroying_at_ms = $15, gone_at_ms = $16, failed_probes = $17, destroy_attempts = $18,
    metered_until_ms = $19, settled = $20
WHERE id = $1
