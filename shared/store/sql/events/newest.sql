-- For people who look: unlike `after`, it waits for no lower number that is committed later.
SELECT seq, at_ms, kind, thread_id, candidate_id, job_id, data FROM events ORDER BY seq DESC LIMIT $1
