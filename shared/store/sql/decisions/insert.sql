INSERT INTO decisions (id, candidate_id, engine, playbook_version, rule, action, classification, created_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
