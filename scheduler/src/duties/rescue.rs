//! Puts jobs back whose worker vanished.

use prospector_domain::time::UnixMs;
use prospector_runtime::failpoint::{self, Point};
use prospector_store::Store;

use super::DutyError;
use crate::metrics;

/// Jobs rescued in one turn. A crashed worker held at most its concurrency; more are taken up in the next turn.
const RESCUED_AT_ONCE: i64 = 500;

/// Returns how many jobs were put back or given up. Those put back are due, so the relay hints them in the same tick.
pub(crate) async fn rescue(store: &Store, now: UnixMs) -> Result<u64, DutyError> {
    let rescued = store.rescue_expired(now, RESCUED_AT_ONCE).await?;
    if !rescued.is_empty() {
        failpoint::hit(Point::SchedulerAfterRescue);
    }
    for job in &rescued {
        tracing::warn!(job.id = %job.job_id, job.kind = %job.kind, job.dead = job.dead, "a job's worker vanished");
        metrics::rescued(job.kind, job.dead);
    }
    Ok(rescued.len() as u64)
}
