UPDATE leases SET until_ms = 0 WHERE name = $1 AND owner = $2 AND epoch = $3
