INSERT INTO opt_outs (contact, channel, opted_out, recorded_by, message_id, at_ms) VALUES ($1, $2, $3, $4, $5, $6)
