UPDATE send_intents
SET state = $2, sink = $3, attempts = $4, last_status = $5, last_error = $6, not_before_ms = $7,
    updated_at_ms = $8, delivered_at_ms = $9
WHERE candidate_id = $1
