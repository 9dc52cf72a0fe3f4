SELECT DISTINCT w.id, w.version, w.body, w.content_hash, w.created_by, w.created_at_ms
FROM workflows AS w JOIN workflow_labels AS l ON l.workflow_id = w.id AND l.version = w.version
ORDER BY w.id, w.version
