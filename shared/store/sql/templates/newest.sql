SELECT kind, name, version, position, removed, body, content_hash, created_by, created_at_ms FROM templates AS t
WHERE NOT EXISTS (
    SELECT 1 FROM templates AS newer
    WHERE newer.kind = t.kind AND newer.name = t.name AND newer.version > t.version)
ORDER BY kind, position, name
