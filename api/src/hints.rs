//! Telling workers, right after a commit, that a job is due. Whatever goes wrong here costs latency only: the relay
//! hints every due job that nobody took.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use prospector_domain::{id::JobId, job::JobKind, time::UnixMs};
use prospector_queue::Queue;
use prospector_store::Hint;
use tokio::sync::Semaphore;
use tracing::Instrument as _;

/// Pushes under way at once. While the queue is slow the rest is left to the relay, so that nothing piles up here.
const PUSHES_MAX: usize = 64;

/// Pushes hints behind the answer's back: no caller waits for the queue.
#[derive(Debug)]
pub(crate) struct HintPusher {
    queue: Queue,
    places: Arc<Semaphore>,
    failing: Arc<AtomicBool>,
}

impl HintPusher {
    pub(crate) fn new(queue: Queue) -> Self {
        Self {
            queue,
            places: Arc::new(Semaphore::new(PUSHES_MAX)),
            failing: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Pushes those of `hints` that are due; the others are the relay's.
    pub(crate) fn push(&self, now: UnixMs, hints: &[Hint]) {
        let mut due: BTreeMap<JobKind, Vec<JobId>> = BTreeMap::new();
        for hint in hints.iter().filter(|hint| hint.run_at_ms <= now) {
            due.entry(hint.kind).or_default().push(hint.job_id);
        }
        if due.is_empty() {
            return;
        }
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else { return };
        let (queue, failing) = (self.queue.clone(), Arc::clone(&self.failing));
        let push = async move {
            for (kind, jobs) in due {
                match queue.push(kind, &jobs).await {
                    Ok(_) => failing.store(false, Ordering::Relaxed),
                    // Said once for each outage, not for each request.
                    Err(error) if !failing.swap(true, Ordering::Relaxed) => {
                        tracing::warn!(error = %error, "hints cannot be pushed; the relay will hint these jobs");
                    }
                    Err(_) => {}
                }
            }
            drop(place);
        };
        tokio::spawn(push.in_current_span());
    }
}
