-- Split: the rows of a batch arrive as one JSON array, which each database takes apart in its own words.
INSERT INTO jobs (id, kind, state, thread_id, candidate_id, priority, run_at_ms, attempt, max_attempts, fence,
                  payload, errors, callback, created_by, traceparent, created_at_ms)
SELECT n.value ->> 'id', n.value ->> 'kind', 'queued', n.value ->> 'thread_id', n.value ->> 'candidate_id',
       n.value ->> 'priority', n.value ->> 'run_at_ms', 0, n.value ->> 'max_attempts', 0,
       n.value ->> 'payload', '[]', n.value ->> 'callback', n.value ->> 'created_by', n.value ->> 'traceparent',
       n.value ->> 'created_at_ms'
FROM json_each($1) AS n
