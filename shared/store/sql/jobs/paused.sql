SELECT kind FROM queue_controls WHERE paused ORDER BY kind
