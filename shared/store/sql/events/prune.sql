-- Looks at the oldest rows only: the trail is written in the order of time, and has no index by time.
DELETE FROM events WHERE at_ms < $1 AND seq IN (SELECT seq FROM events ORDER BY seq LIMIT $2)
