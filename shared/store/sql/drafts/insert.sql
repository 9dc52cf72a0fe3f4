INSERT INTO drafts (id, candidate_id, author, origin, engine, template_key, template_version, facts_version, body,
                    clean, verdict, created_at_ms, workflow_id, workflow_version, workflow_arm, prompt_hash, steps,
                    reasoning, input_tokens, output_tokens)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
