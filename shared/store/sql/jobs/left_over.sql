SELECT count(*) AS jobs FROM jobs WHERE kind = $1 AND state IN ('queued', 'running')
