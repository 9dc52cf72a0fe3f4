INSERT INTO messages (id, thread_id, direction, author, source, external_id, text, text_hash, payload_hash, revision,
                      candidate_id, received_at_ms, created_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (source, external_id) DO NOTHING
