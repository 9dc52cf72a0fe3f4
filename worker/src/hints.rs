//! Hints at jobs that a saved result has made due, pushed at once.
//!
//! Only for speed: whatever is lost here, the scheduler's relay hints again.

use std::{collections::BTreeMap, sync::Arc};

use prospector_domain::{id::JobId, job::JobKind, source::Clock};
use prospector_queue::Queue;
use prospector_store::Hint;
use tokio::{sync::mpsc, task::JoinHandle};

/// Hints that wait to be pushed, at most: a few seconds' worth while the queue does not answer.
const WAITING_MAX: usize = 10_000;
/// Hints that go out in one round trip, at most.
const LARGEST_PUSH: usize = 512;

/// Pushes hints without anybody waiting for it.
#[derive(Clone)]
pub(crate) struct HintPusher {
    waiting: mpsc::Sender<Hint>,
}

impl HintPusher {
    /// Starts pushing. The task ends when the last pusher is gone and everything it was given is pushed.
    pub(crate) fn start(queue: Queue, clock: Arc<dyn Clock>) -> (Self, JoinHandle<()>) {
        let (waiting, hints) = mpsc::channel(WAITING_MAX);
        let task = tokio::spawn(push_all(queue, clock, hints));
        (Self { waiting }, task)
    }

    /// Pushes those of `hints` that are due. What finds no room is left to the relay.
    pub(crate) fn push(&self, hints: Vec<Hint>) {
        for hint in hints {
            if self.waiting.try_send(hint).is_err() {
                return;
            }
        }
    }
}

async fn push_all(queue: Queue, clock: Arc<dyn Clock>, mut hints: mpsc::Receiver<Hint>) {
    let mut gathered = Vec::with_capacity(LARGEST_PUSH);
    while hints.recv_many(&mut gathered, LARGEST_PUSH).await > 0 {
        let now = clock.now();
        let mut due: BTreeMap<JobKind, Vec<JobId>> = BTreeMap::new();
        for hint in gathered.drain(..).filter(|hint| hint.run_at_ms <= now) {
            due.entry(hint.kind).or_default().push(hint.job_id);
        }
        for (kind, jobs) in due {
            if let Err(error) = queue.push(kind, &jobs).await {
                tracing::debug!(job.kind = %kind, %error, "failed to push hints; the relay will");
            }
        }
    }
}
