-- Split: SQLite has one writer and no row locks. Keeps the lease with its holder until the transaction ends, so that
-- what a leader commands is either done before the next one begins, or refused.
SELECT owner, epoch, until_ms FROM leases WHERE name = $1 FOR SHARE
