//! Who leads. A lease row decides; its epoch rises with every change, so that a leader which was asleep can be told
//! from the one that took over.

use prospector_domain::time::UnixMs;
use prospector_store::{Lease, Store, StoreError};

use crate::metrics;

/// The name of the leader's lease.
pub const LEASE_NAME: &str = "scheduler";
/// A lease is renewed when less than this part of it is left: half of it, so that one failed renewal harms nobody.
const RENEW_AT_PART: i64 = 2;

/// This process's part in the election.
#[derive(Debug)]
pub(crate) struct Leader {
    owner: String,
    ttl_ms: i64,
    held: Option<Lease>,
}

/// What became of this process in one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It has just become the leader.
    Elected,
    /// It goes on leading.
    Leads,
    /// Somebody else leads.
    Follows,
}

impl Leader {
    pub(crate) const fn new(owner: String, ttl_ms: i64) -> Self {
        Self { owner, ttl_ms, held: None }
    }

    /// The lead, while this process has it.
    pub(crate) const fn held(&self) -> Option<&Lease> {
        self.held.as_ref()
    }

    /// Renews, takes or gives up the lead.
    pub(crate) async fn stand(&mut self, store: &Store, now: UnixMs) -> Result<Standing, StoreError> {
        if let Some(held) = &self.held
            && held.until_ms.since(now) > self.ttl_ms / RENEW_AT_PART
        {
            return Ok(Standing::Leads);
        }
        match store.acquire_lease(now, LEASE_NAME, &self.owner, self.ttl_ms).await {
            Ok(Some(lease)) => {
                let goes_on = self.held.as_ref().is_some_and(|held| held.epoch == lease.epoch);
                if !goes_on {
                    tracing::info!(leader.epoch = lease.epoch, "leads from now on");
                }
                metrics::leading(Some(lease.epoch));
                self.held = Some(lease);
                Ok(if goes_on { Standing::Leads } else { Standing::Elected })
            }
            Ok(None) => {
                if self.held.take().is_some() {
                    tracing::warn!("another scheduler leads now");
                }
                metrics::leading(None);
                Ok(Standing::Follows)
            }
            Err(error) => {
                // While the store is away nothing can be done, and the lease may run out: then it is no longer ours.
                if self.held.as_ref().is_some_and(|held| held.until_ms <= now) {
                    self.held = None;
                    metrics::leading(None);
                }
                Err(error)
            }
        }
    }

    /// Lets go of the lead, so that another need not wait for the lease to run out.
    pub(crate) async fn step_down(&mut self, store: &Store) {
        if let Some(held) = self.held.take()
            && let Err(error) = store.release_lease(&held).await
        {
            tracing::warn!(%error, "could not give the lead back; it runs out by itself");
        }
        metrics::leading(None);
    }
}
