SELECT workflow_id, label, version, share_permille, engine, changed_by, changed_at_ms FROM workflow_labels
ORDER BY workflow_id, label DESC
