INSERT INTO send_intents (id, candidate_id, draft_id, state, not_before_ms, attempts, created_at_ms, updated_at_ms)
VALUES ($1, $2, $3, 'pending', $4, 0, $5, $5)
ON CONFLICT (candidate_id) DO UPDATE
SET draft_id = excluded.draft_id, state = 'pending', not_before_ms = excluded.not_before_ms,
    updated_at_ms = excluded.updated_at_ms
