INSERT INTO events (at_ms, kind, thread_id, candidate_id, job_id, data) VALUES ($1, $2, $3, $4, $5, $6)
