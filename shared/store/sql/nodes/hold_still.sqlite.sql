-- Split: the transaction already has the only write lock.
SELECT id FROM nodes WHERE id = $1
