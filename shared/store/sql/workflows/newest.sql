SELECT COALESCE(max(version), 0) AS version FROM workflows WHERE id = $1
