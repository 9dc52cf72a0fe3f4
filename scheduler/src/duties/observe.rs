//! Measures how deep and how old the queues are.

use prospector_domain::{job::JobState, time::UnixMs};
use prospector_store::Store;
use strum::VariantArray as _;

use super::DutyError;
use crate::metrics;

/// Sets the gauges of depth and age; returns how many jobs wait or run.
pub(crate) async fn observe(store: &Store, now: UnixMs) -> Result<u64, DutyError> {
    let depths = store.queue_depths().await?;
    // What is not in the answer is empty, and must not keep its last value.
    for kind in prospector_domain::job::JobKind::VARIANTS {
        for state in [JobState::Queued, JobState::Running, JobState::Dead] {
            let found = depths.iter().find(|depth| depth.kind == *kind && depth.state == state);
            let jobs = found.map_or(0, |depth| depth.jobs);
            let oldest_ms = found.map_or(0, |depth| now.since(depth.oldest_run_at_ms).max(0));
            metrics::queue_depth(*kind, state, jobs, oldest_ms);
        }
    }
    let live = depths.iter().filter(|depth| depth.state != JobState::Dead);
    Ok(live.map(|depth| u64::try_from(depth.jobs).unwrap_or(0)).sum())
}
