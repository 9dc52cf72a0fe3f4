SELECT name, blocked_until_ms, failures, words FROM breakers ORDER BY name
