-- A new holder gets a new epoch; the one who holds it keeps theirs, for nobody held it in between.
INSERT INTO leases (name, owner, epoch, until_ms) VALUES ($1, $2, 1, $3)
ON CONFLICT (name) DO UPDATE
SET epoch = CASE WHEN leases.owner = excluded.owner THEN leases.epoch ELSE leases.epoch + 1 END,
    owner = excluded.owner, until_ms = excluded.until_ms
WHERE leases.owner = excluded.owner OR leases.until_ms <= $4
RETURNING epoch
