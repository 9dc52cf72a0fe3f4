SELECT w.id, w.version, w.body, l.label, l.share_permille, l.engine
FROM workflow_labels AS l JOIN workflows AS w ON w.id = l.workflow_id AND w.version = l.version
ORDER BY w.id, l.label
