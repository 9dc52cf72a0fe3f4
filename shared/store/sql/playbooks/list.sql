SELECT version, content_hash, created_by, created_at_ms FROM playbooks
WHERE version < $1
ORDER BY version DESC
LIMIT $2
