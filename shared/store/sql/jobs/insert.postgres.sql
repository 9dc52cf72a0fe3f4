-- Split: the rows of a batch arrive as one JSON array, which each database takes apart in its own words.
INSERT INTO jobs (id, kind, state, thread_id, candidate_id, priority, run_at_ms, attempt, max_attempts, fence,
                  payload, errors, callback, created_by, traceparent, created_at_ms)
SELECT n.id, n.kind, 'queued', n.thread_id, n.candidate_id, n.priority, n.run_at_ms, 0, n.max_attempts, 0,
       n.payload, '[]', n.callback, n.created_by, n.traceparent, n.created_at_ms
FROM json_to_recordset($1::json) AS n (
    id TEXT, kind TEXT, thread_id TEXT, candidate_id TEXT, priority BIGINT, run_at_ms BIGINT, max_attempts BIGINT,
    payload TEXT, callback TEXT, created_by TEXT, traceparent TEXT, created_at_ms BIGINT)
