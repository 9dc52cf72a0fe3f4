//! What the policy is told, from rows.

use ai_harness::lifecycle::{Boot, History, Machine, Phase, QueuedJob, Work};
use prospector_domain::{engine::EngineId, node::NodePhase, time::UnixMs};
use prospector_store::{EngineDemand, FinishedJob, Node, Store, StoreError};

use super::budget::billing_of;

/// What wants to be served.
pub(crate) fn work(demand: &EngineDemand, latency_objective_ms: i64) -> Work {
    let urgent = demand.queued.iter().map(|job| QueuedJob {
        deadline_ms: job.arrived_at_ms.0 + latency_objective_ms,
        arrived_ms: job.arrived_at_ms.0,
    });
    let mut urgent: Vec<QueuedJob> = urgent.collect();
    urgent.sort_unstable();
    urgent.truncate(Work::URGENT_MAX);
    Work {
        queued: count(demand.queued_total),
        urgent,
        in_flight: count(demand.running),
        held: count(demand.held),
    }
}

/// A machine as the policy sees it. `in_flight` is what its server says, or all that runs where it says nothing.
pub(crate) fn machine(
    node: &Node,
    in_flight: u64,
    last_call_ended: Option<UnixMs>,
    permanent: bool,
) -> Machine {
    Machine {
        id: node.id.0,
        phase: phase(node.phase),
        phase_since_ms: node.phase_at_ms.0,
        billed_since_ms: node.billed_from_ms.unwrap_or(node.created_at_ms).0,
        in_flight,
        idle_since_ms: last_call_ended.or(node.ready_at_ms).unwrap_or(node.phase_at_ms).0,
        billing: billing_of(node),
        permanent,
        failed_probes: u32::try_from(node.failed_probes).unwrap_or(u32::MAX),
    }
}

const fn phase(phase: NodePhase) -> Phase {
    match phase {
        NodePhase::Intent => Phase::Ordered,
        NodePhase::Booting => Phase::Booting,
        NodePhase::Warming => Phase::Warming,
        NodePhase::Ready => Phase::Ready,
        NodePhase::Draining => Phase::Draining,
        // One that is gone is never asked about.
        NodePhase::Destroying | NodePhase::Gone => Phase::Destroying,
    }
}

/// What was learned from the recent past.
pub(crate) async fn history(
    store: &Store,
    provider: &str,
    engine: &EngineId,
    slots: u32,
) -> Result<History, StoreError> {
    let limit = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    let boots = store.recent_boots(provider, engine, limit(History::BOOTS_MAX)).await?;
    // The store lists the newest first; the policy wants it last.
    let boots = boots.iter().rev().map(|boot| Boot { took_ms: boot.took_ms, succeeded: boot.served });
    let jobs = store.finished_engine_jobs(engine, limit(History::JOBS_MAX)).await?;
    Ok(History {
        boots: boots.collect(),
        job_ms: jobs.iter().map(|job| job.finished_at_ms.since(job.started_at_ms).max(0)).collect(),
        slots,
        arrivals_ms: arrivals(&jobs),
    })
}

fn arrivals(jobs: &[FinishedJob]) -> Vec<i64> {
    let mut arrivals: Vec<i64> = jobs.iter().map(|job| job.arrived_at_ms.0).collect();
    arrivals.sort_unstable();
    arrivals
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(arrived: i64, finished: i64) -> FinishedJob {
        FinishedJob {
            arrived_at_ms: UnixMs(arrived),
            started_at_ms: UnixMs(arrived),
            finished_at_ms: UnixMs(finished),
        }
    }

    #[test]
    fn arrivals_are_listed_the_newest_last() {
        let jobs = [job(50, 60), job(0, 10), job(5, 30), job(70, 71)];
        assert_eq!(arrivals(&jobs), [0, 5, 50, 70]);
    }
}
