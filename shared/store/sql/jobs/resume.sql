UPDATE queue_controls SET paused = FALSE, changed_by = $2, changed_at_ms = $3 WHERE kind = $1 AND paused
