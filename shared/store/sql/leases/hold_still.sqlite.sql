-- Split: the transaction already has the only write lock.
SELECT owner, epoch, until_ms FROM leases WHERE name = $1
