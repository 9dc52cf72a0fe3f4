-- An adopted machine has no deadline: nobody asked for it. One that was certainly never created costs nothing and counts as
-- little.
SELECT count(*) AS nodes FROM nodes
WHERE created_at_ms >= $1 AND boot_deadline_ms IS NOT NULL AND (machine_ref IS NOT NULL OR phase <> 'gone')
