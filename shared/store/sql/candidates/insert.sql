INSERT INTO candidates (id, thread_id, message_id, revision, burst_from_revision, burst_started_at_ms, state,
                        traceparent, created_at_ms, updated_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
