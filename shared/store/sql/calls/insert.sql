INSERT INTO engine_calls (id, node_id, job_id, candidate_id, draft_id, task, engine, prompt_hash, outcome,
                          input_tokens, cached_input_tokens, output_tokens, started_at_ms, ended_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
