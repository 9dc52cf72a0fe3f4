SELECT id, name, engine, provider, region, size, phase, epoch, machine_ref, base_url, api_key, price_microusd_per_hour, granularity_ms, minimum_ms, reason, error, created_at_ms, boot_deadline_ms, phase_at_ms, billed_from_ms, booting_at_ms, warming_at_ms, ready_at_ms, draining_at_ms, destroying_at_ms, gone_at_ms, failed_probes, destroy_attempts, metered_until_ms, settled FROM nodes
WHERE phase = 'gone' AND NOT settled
ORDER BY gone_at_ms, id
LIMIT $1
