SELECT opted_out, message_id, at_ms FROM opt_outs WHERE contact = $1 ORDER BY seq DESC LIMIT 1
