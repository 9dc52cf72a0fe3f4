//! Saving results: one transaction for all that wait at the moment.

use std::sync::Arc;

use prospector_domain::source::Clock;
use prospector_runtime::failpoint::{Point, hit};
use prospector_store::{Advance, Advanced, Hint, Store, StoreError};

use crate::batch::GroupCall;

/// Results saved by one transaction, at most. It holds the locks of as many threads until it commits.
pub(crate) const LARGEST_SETTLEMENT: usize = 256;

/// Saves the results of one kind of job.
pub(crate) struct Settlements {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What became of a result.
#[derive(Debug)]
pub(crate) enum Settled {
    /// Saved; these jobs may run because of it.
    Saved(Vec<Hint>),
    /// Discarded: somebody else has the job by now.
    Stale,
    /// Nobody knows: the store did not answer. Saving it again is harmless.
    Away,
    /// The store will never take it.
    Refused(StoreError),
}

impl GroupCall for Settlements {
    type Ask = Advance;
    type Answer = Settled;

    async fn call(&mut self, results: Vec<Advance>) -> Vec<Settled> {
        hit(Point::WorkerBeforeSettle);
        let saved = self.store.advance(self.clock.now(), &results).await;
        hit(Point::WorkerAfterSettle);
        if let Some(error) = saved.iter().find_map(|one| one.as_ref().err()) {
            tracing::warn!(%error, results = results.len(), "failed to save results");
        }
        saved.into_iter().map(Settled::of).collect()
    }
}

impl Settled {
    fn of(saved: Result<Advanced, StoreError>) -> Self {
        match saved {
            Ok(Advanced::Applied(hints)) => Self::Saved(hints),
            Ok(Advanced::Stale) => Self::Stale,
            Err(error) if error.is_unavailable() => Self::Away,
            Err(error) => Self::Refused(error),
        }
    }
}
