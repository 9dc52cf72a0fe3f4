-- Split: SQLite has one writer and no row locks. Keeps a machine from being settled until the transaction ends, so that
-- either the calls kept in it are seen by who settles the machine, or they find it settled.
SELECT id FROM nodes WHERE id = $1 FOR KEY SHARE
