//! Measures how deep and how old the queues are.

use prospector_domain::{job::JobState, time::UnixMs};
use prospector_store::Store;
use strum::VariantArray as _;

use super::DutyError;
use crate::metrics::{self, PARKED};

/// Sets the gauges of depth and age; returns how many jobs wait or run.
pub(crate) async fn observe(store: &Store, now: UnixMs) -> Result<u64, DutyError> {
    let depths = store.queue_depths().await?;
    // What is not in the answer is empty, and must not keep its last value.
    for kind in prospector_domain::job::JobKind::VARIANTS {
        for state in [JobState::Queued, JobState::Running, JobState::Dead] {
            let found = depths.iter().find(|depth| depth.kind == *kind && depth.state == state);
            let age_ms = |since: Option<UnixMs>| since.map_or(0, |since| now.since(since).max(0));
            let jobs = found.map_or(0, |depth| depth.jobs - depth.parked);
            let oldest = found.and_then(|depth| depth.oldest_other_run_at_ms);
            metrics::queue_depth(*kind, state.into(), jobs, age_ms(oldest));
            if state == JobState::Queued {
                // What waits for a machine says nothing about the workers.
                let oldest = found.and_then(|depth| depth.oldest_parked_run_at_ms);
                metrics::queue_depth(*kind, PARKED, found.map_or(0, |depth| depth.parked), age_ms(oldest));
            }
        }
    }
    let live = depths.iter().filter(|depth| depth.state != JobState::Dead);
    Ok(live.map(|depth| u64::try_from(depth.jobs).unwrap_or(0)).sum())
}
