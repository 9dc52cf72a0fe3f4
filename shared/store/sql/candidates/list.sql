SELECT id, thread_id, message_id, revision, burst_from_revision, burst_started_at_ms, state, intent, template_key, hold_reason, hold_detail, release_at_ms, draft_id, approved_by, traceparent, created_at_ms, updated_at_ms, settled_at_ms FROM candidates
WHERE (CAST($1 AS TEXT) IS NULL OR state = $1) AND (CAST($2 AS TEXT) IS NULL OR hold_reason = $2) AND (CAST($3 AS TEXT) IS NULL OR thread_id = $3)
  AND (CAST($4 AS TEXT) IS NULL OR id < $4)
ORDER BY id DESC
LIMIT $5
