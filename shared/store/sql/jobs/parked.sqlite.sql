-- Split: the transaction already has the only write lock.
SELECT id, kind, state, thread_id, candidate_id, priority, run_at_ms, attempt, max_attempts, fence, lease_owner, lease_until_ms, payload, result, errors, callback, created_by, traceparent, created_at_ms, started_at_ms, finished_at_ms, engine FROM jobs WHERE id = $1 AND state = 'queued' AND engine = $2
