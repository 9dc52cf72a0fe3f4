//! Deletes what is past its retention.

use prospector_domain::time::UnixMs;
use prospector_runtime::failpoint::{self, Point};
use prospector_store::{Retention, Store};

use super::DutyError;

/// Rows of each kind that are deleted in one turn. Small enough for a short transaction; what is left goes in the next.
const PRUNED_AT_ONCE: i64 = 1_000;

/// Returns how many rows were deleted.
pub(crate) async fn prune(store: &Store, now: UnixMs, retention: &Retention) -> Result<u64, DutyError> {
    let pruned = store.prune(now, retention, PRUNED_AT_ONCE).await?;
    if pruned.largest() > 0 {
        failpoint::hit(Point::SchedulerAfterPrune);
    }
    Ok(pruned.finished_jobs + pruned.dead_jobs + pruned.events + pruned.idempotency_keys)
}
