SELECT body FROM workflows WHERE id = $1 AND version = $2
