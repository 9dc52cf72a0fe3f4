INSERT INTO nodes (id, name, engine, provider, region, size, phase, epoch, machine_ref, base_url, api_key,
                   price_microusd_per_hour, granularity_ms, minimum_ms, reason, created_at_ms, boot_deadline_ms,
                   phase_at_ms, billed_from_ms, destroying_at_ms, failed_probes, destroy_attempts, settled)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $16, $18, $19, 0, 0, FALSE)
ON CONFLICT (id) DO NOTHING
