SELECT n.id, n.base_url, n.api_key, b.served_model_name
FROM nodes AS n JOIN engine_builds AS b ON b.engine = n.engine
WHERE n.engine = $1 AND n.phase = 'ready' AND n.base_url IS NOT NULL
ORDER BY n.id
