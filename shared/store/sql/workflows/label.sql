INSERT INTO workflow_labels (workflow_id, label, version, share_permille, engine, revision, changed_by, changed_at_ms)
VALUES ($1, $2, $3, $4, $5, (SELECT COALESCE(max(revision), 0) + 1 FROM workflow_labels), $6, $7)
ON CONFLICT (workflow_id, label) DO UPDATE
SET version = excluded.version, share_permille = excluded.share_permille, engine = excluded.engine,
    revision = excluded.revision, changed_by = excluded.changed_by, changed_at_ms = excluded.changed_at_ms
