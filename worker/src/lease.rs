//! Keeping the leases of running jobs, and letting go of work whose lease is gone.
//!
//! The store's fence already refuses what a worker without its lease writes. This module keeps such a worker from going
//! on for nothing, and keeps a slow but living one from losing its lease at all.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use prospector_domain::{
    job::{Claim, Job},
    source::Clock,
    time::UnixMs,
};
use prospector_store::Store;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// Renewals within the time of one lease: two may fail before the third one comes too late.
const RENEWALS_PER_LEASE: u32 = 3;
/// After a renewal that failed, the next one comes this much sooner than usual.
const HASTE: u32 = 4;

/// Renews, in one statement, every lease that is held for one kind of job.
#[derive(Clone)]
pub(crate) struct LeaseKeeper {
    held: Arc<HeldLeases>,
    _task: Arc<AbortOnDropHandle<()>>,
}

/// What the holders and the renewing task share.
struct HeldLeases {
    leases: Mutex<HashMap<Claim, Held>>,
    lease_ms: i64,
}

struct Held {
    until_ms: UnixMs,
    lost: CancellationToken,
    /// Its result is being saved: once that is done the store no longer knows the lease, and nothing was lost.
    ending: bool,
}

/// A lease for as long as this value lives: kept, or known to be lost.
pub(crate) struct Lease {
    claim: Claim,
    held: Arc<HeldLeases>,
    lost: CancellationToken,
}

impl LeaseKeeper {
    /// Starts renewing. `on_lost` is told how many leases were lost, whenever some were.
    pub(crate) fn start(
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        lease_ms: i64,
        on_lost: impl Fn(u64) + Send + 'static,
    ) -> Self {
        let held = Arc::new(HeldLeases { leases: Mutex::default(), lease_ms });
        let task = tokio::spawn(renew_for_ever(store, clock, Arc::clone(&held), on_lost));
        Self { held, _task: Arc::new(AbortOnDropHandle::new(task)) }
    }

    /// Keeps the lease under which `job` was claimed.
    pub(crate) fn keep(&self, job: &Job, now: UnixMs) -> Lease {
        let until_ms = job.lease_until_ms.unwrap_or_else(|| now.plus_ms(self.held.lease_ms));
        let lost = CancellationToken::new();
        self.held.lock().insert(job.claim(), Held { until_ms, lost: lost.clone(), ending: false });
        Lease { claim: job.claim(), held: Arc::clone(&self.held), lost }
    }
}

impl Lease {
    /// Returns once the lease is known to be lost: nothing the job does may be saved any more.
    pub(crate) async fn lost(&self) {
        self.lost.cancelled().await;
    }

    /// Notes that from now on the job's result is being saved.
    pub(crate) fn ends(&self) {
        if let Some(held) = self.held.lock().get_mut(&self.claim) {
            held.ending = true;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.held.lock().remove(&self.claim);
    }
}

impl HeldLeases {
    fn lock(&self) -> MutexGuard<'_, HashMap<Claim, Held>> {
        // Every change is a single insert or remove, so a poisoned map is still a map.
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn claims(&self) -> Vec<Claim> {
        self.lock().keys().copied().collect()
    }

    /// Takes note of a renewal: of the `asked` claims only those in `kept` hold on, until `until_ms`. Returns how many
    /// are lost. A job that has ended meanwhile is in neither and no loss.
    fn renewed(&self, asked: &[Claim], kept: &[Claim], until_ms: UnixMs) -> u64 {
        let mut leases = self.lock();
        for claim in kept {
            if let Some(held) = leases.get_mut(claim) {
                held.until_ms = until_ms;
            }
        }
        let kept: std::collections::HashSet<&Claim> = kept.iter().collect();
        let mut lost = 0;
        for claim in asked {
            if !kept.contains(claim)
                && let Some(held) = leases.remove(claim)
            {
                held.lost.cancel();
                lost += u64::from(!held.ending);
            }
        }
        lost
    }

    /// Lets go of what has run out by `now` without the store having said so. Returns how many.
    fn run_out(&self, now: UnixMs) -> u64 {
        let mut leases = self.lock();
        let before = leases.len();
        leases.retain(|_, held| {
            let holds = held.until_ms > now;
            if !holds {
                held.lost.cancel();
            }
            holds
        });
        (before - leases.len()) as u64
    }
}

async fn renew_for_ever(
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    held: Arc<HeldLeases>,
    on_lost: impl Fn(u64) + Send + 'static,
) {
    let usual = Duration::from_millis(held.lease_ms.max(1).unsigned_abs()) / RENEWALS_PER_LEASE;
    let mut pause = usual;
    loop {
        tokio::time::sleep(pause).await;
        let renewed = renew(&store, clock.as_ref(), &held, usual).await;
        pause = if renewed.is_some() { usual } else { usual / HASTE };
        let lost = renewed.unwrap_or(0) + held.run_out(clock.now());
        if lost > 0 {
            tracing::warn!(leases.lost = lost, "lost the lease of running jobs; their results are discarded");
            on_lost(lost);
        }
    }
}

/// Renews once, within `limit`; returns how many leases turned out to be lost, or none when the store did not answer.
async fn renew(store: &Store, clock: &dyn Clock, held: &HeldLeases, limit: Duration) -> Option<u64> {
    let asked = held.claims();
    if asked.is_empty() {
        return Some(0);
    }
    let now = clock.now();
    match tokio::time::timeout(limit, store.renew(now, &asked, held.lease_ms)).await {
        Ok(Ok(kept)) => Some(held.renewed(&asked, &kept, now.plus_ms(held.lease_ms))),
        Ok(Err(error)) => {
            tracing::warn!(%error, "failed to renew leases");
            None
        }
        Err(_) => {
            tracing::warn!("failed to renew leases: the store takes too long");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use prospector_domain::id::JobId;

    use super::*;

    const LEASE_MS: i64 = 30_000;

    fn claim(number: u32) -> Claim {
        let job_id: JobId = format!("01920000-0000-7000-8000-{number:012}").parse().unwrap();
        Claim { job_id, fence: 1 }
    }

    fn holding(claims: &[Claim]) -> (HeldLeases, Vec<CancellationToken>) {
        let tokens: Vec<_> = claims.iter().map(|_| CancellationToken::new()).collect();
        let leases = claims
            .iter()
            .zip(&tokens)
            .map(|(claim, lost)| {
                (*claim, Held { until_ms: UnixMs(LEASE_MS), lost: lost.clone(), ending: false })
            })
            .collect();
        (HeldLeases { leases: Mutex::new(leases), lease_ms: LEASE_MS }, tokens)
    }

    #[test]
    fn what_the_store_no_longer_knows_is_lost_and_the_rest_holds_on() {
        let claims = [claim(1), claim(2), claim(3)];
        let (held, lost) = holding(&claims);
        assert_eq!(held.renewed(&claims, &[claim(3), claim(1)], UnixMs(40_000)), 1);
        assert_eq!(
            lost.iter().map(CancellationToken::is_cancelled).collect::<Vec<_>>(),
            [false, true, false]
        );
        assert_eq!(held.run_out(UnixMs(39_999)), 0);
        assert_eq!(held.run_out(UnixMs(40_000)), 2);
        assert!(lost.iter().all(CancellationToken::is_cancelled));
    }

    #[test]
    fn a_job_that_ended_during_the_renewal_is_no_loss() {
        let claims = [claim(1), claim(2)];
        let (held, lost) = holding(&claims);
        held.lock().remove(&claim(1));
        assert_eq!(held.renewed(&claims, &[claim(2)], UnixMs(40_000)), 0);
        assert!(lost.iter().all(|lost| !lost.is_cancelled()));
    }

    #[test]
    fn a_job_whose_result_is_being_saved_is_no_loss_either() {
        let (held, lost) = holding(&[claim(1)]);
        held.lock().get_mut(&claim(1)).unwrap().ending = true;
        assert_eq!(held.renewed(&[claim(1)], &[], UnixMs(40_000)), 0);
        assert!(lost[0].is_cancelled(), "saving it again would be for nothing");
    }

    #[test]
    fn the_same_job_claimed_anew_is_another_lease() {
        let again = Claim { fence: 2, ..claim(1) };
        let (held, lost) = holding(&[claim(1), again]);
        assert_eq!(held.renewed(&[claim(1), again], &[again], UnixMs(40_000)), 1);
        assert_eq!(lost.iter().map(CancellationToken::is_cancelled).collect::<Vec<_>>(), [true, false]);
    }
}
