SELECT version FROM workflows WHERE id = $1 AND content_hash = $2
