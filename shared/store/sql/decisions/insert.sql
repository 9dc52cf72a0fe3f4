INSERT INTO decisions (id, candidate_id, engine, playbook_version, rule, action, classification, created_at_ms,
                       decided_by, prompt_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
