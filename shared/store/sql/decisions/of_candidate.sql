SELECT id, candidate_id, engine, playbook_version, rule, action, classification, created_at_ms, decided_by, prompt_hash
FROM decisions WHERE candidate_id = $1 ORDER BY id
