UPDATE candidates
SET state = $3, intent = $4, template_key = $5, hold_reason = $6, hold_detail = $7, release_at_ms = $8,
    draft_id = $9, approved_by = $10, updated_at_ms = $11, settled_at_ms = $12
WHERE id = $1 AND state = $2
