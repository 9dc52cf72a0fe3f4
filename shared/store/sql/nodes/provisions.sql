-- An adopted machine has no deadline, and was not asked for.
SELECT count(*) AS nodes FROM nodes WHERE created_at_ms >= $1 AND boot_deadline_ms IS NOT NULL
