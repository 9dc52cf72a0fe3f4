SELECT owner, epoch, until_ms FROM leases WHERE name = $1
