UPDATE jobs
SET state = 'cancelled', fence = fence + 1, finished_at_ms = $2, lease_owner = NULL, lease_until_ms = NULL
WHERE candidate_id = $1 AND state IN ('queued', 'running') AND id <> $3
