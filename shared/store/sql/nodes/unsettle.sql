UPDATE nodes SET settled = FALSE WHERE id = $1 AND phase = 'gone' AND settled
