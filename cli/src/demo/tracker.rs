//! Which candidates have come to rest, read from the trail of events as any other reader would.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use prospector_domain::{event::EventKind, id::CandidateId, source::Clock};
use prospector_store::Store;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How often the trail is read.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Events read at once.
const EVENTS_AT_ONCE: i64 = 1_000;

#[derive(Default)]
pub(crate) struct Tracker {
    settled: Mutex<HashSet<CandidateId>>,
    changed: Notify,
    seen: AtomicU64,
}

impl Tracker {
    /// Waits until the candidate has come to rest; false when nothing at all happened in the system for `patience`.
    pub(crate) async fn wait_settled(&self, id: CandidateId, patience: Duration) -> bool {
        loop {
            let changed = self.changed.notified();
            let before = self.seen();
            if self.is_settled(id) {
                return true;
            }
            let quiet = tokio::time::timeout(patience, changed).await.is_err();
            if quiet && self.seen() == before && !self.is_settled(id) {
                return false;
            }
        }
    }

    /// Events read so far.
    pub(crate) fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }

    /// Candidates at rest.
    pub(crate) fn settled(&self) -> usize {
        self.set().len()
    }

    fn is_settled(&self, id: CandidateId) -> bool {
        self.set().contains(&id)
    }

    fn set(&self) -> std::sync::MutexGuard<'_, HashSet<CandidateId>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the trail until `stop`.
    pub(crate) async fn follow(
        self: Arc<Self>,
        store: Arc<Store>,
        clock: Arc<dyn Clock>,
        stop: CancellationToken,
    ) {
        let mut after = 0;
        while !stop.is_cancelled() {
            match store.events_after(after, None, EVENTS_AT_ONCE, clock.now()).await {
                Ok(events) => {
                    if let Some(last) = events.last() {
                        after = last.seq;
                    }
                    for event in &events {
                        if let Some(id) = event.candidate_id {
                            self.note(id, event.kind);
                        }
                    }
                    self.seen.fetch_add(events.len() as u64, Ordering::Relaxed);
                    if !events.is_empty() {
                        self.changed.notify_waiters();
                    }
                }
                Err(error) => tracing::warn!(%error, "the trail cannot be read just now"),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    fn note(&self, id: CandidateId, kind: EventKind) {
        match kind {
            EventKind::Held
            | EventKind::Staged
            | EventKind::Sent
            | EventKind::Superseded
            | EventKind::Rejected => {
                self.set().insert(id);
            }
            EventKind::Released | EventKind::Approved => {
                self.set().remove(&id);
            }
            _ => {}
        }
    }
}
