SELECT state, hold_reason, count(*) AS candidates FROM candidates GROUP BY state, hold_reason ORDER BY state, hold_reason
