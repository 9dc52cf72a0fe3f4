INSERT INTO drafts (id, candidate_id, author, engine, template_key, template_version, facts_version, body, clean,
                    verdict, created_at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
