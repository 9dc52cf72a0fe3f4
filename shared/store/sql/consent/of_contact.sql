SELECT seq, contact, channel, opted_out, recorded_by, message_id, at_ms FROM opt_outs
WHERE contact = $1
ORDER BY seq DESC
LIMIT $2
