SELECT id, candidate_id, draft_id, sink, state, not_before_ms, attempts, last_status, last_error, delivered_at_ms FROM send_intents WHERE candidate_id = $1
