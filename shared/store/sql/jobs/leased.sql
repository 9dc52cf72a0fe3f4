-- As many rows as jobs run. The comparison sends SQLite to the index of leases.
SELECT lease_owner, kind, count(*) AS jobs, min(started_at_ms) AS oldest_started_at_ms,
       min(lease_until_ms) AS first_lease_until_ms
FROM jobs
WHERE state = 'running' AND lease_until_ms > 0
GROUP BY lease_owner, kind
ORDER BY lease_owner, kind
