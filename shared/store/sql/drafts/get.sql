SELECT id, candidate_id, author, engine, template_key, template_version, facts_version, body, verdict, created_at_ms FROM drafts WHERE id = $1
