SELECT max(ended_at_ms) AS ended_at_ms,
       max(CASE WHEN outcome = 'ok' THEN ended_at_ms END) AS answered_at_ms
FROM engine_calls WHERE node_id = $1
