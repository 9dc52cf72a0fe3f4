//! Hints inside one process: a bounded list for each kind, and the apalis backend that takes from it.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    future::Future,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use apalis_core::{
    backend::{Backend, BackendConfig, finalize::Ephemeral},
    task::Task,
    worker::context::WorkerContext,
};
use prospector_domain::{id::JobId, job::JobKind};
use strum::VariantArray;
use tokio_util::sync::CancellationToken;
use tower::layer::util::Identity;

use crate::{
    consumer::{self, Crew, build_worker},
    hint::Hint,
    options::{ConsumeOptions, QueueOptions},
};

/// The lists of every kind. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct MemoryQueue {
    lanes: Arc<HashMap<JobKind, Arc<Mutex<Lane>>>>,
    options: Arc<QueueOptions>,
}

/// What waits of one kind, and who waits for it.
#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<JobId>,
    /// The wakers of idle consumers, by the consumer's number.
    idle: HashMap<u64, Waker>,
    consumers: u64,
}

impl MemoryQueue {
    pub(crate) fn new(options: QueueOptions) -> Self {
        let lanes = JobKind::VARIANTS.iter().map(|&kind| (kind, Arc::default())).collect();
        Self { lanes: Arc::new(lanes), options: Arc::new(options) }
    }

    /// Adds hints up to the bound and wakes idle consumers; returns how many were added.
    pub(crate) fn push(&self, kind: JobKind, jobs: &[JobId]) -> usize {
        let mut lane = lock(self.lane(kind));
        let bound = usize::try_from(self.options.max_outstanding).unwrap_or(usize::MAX);
        let accepted = jobs.len().min(bound.saturating_sub(lane.waiting.len()));
        lane.waiting.extend(&jobs[..accepted]);
        let idle = std::mem::take(&mut lane.idle);
        drop(lane);
        for waker in idle.into_values() {
            waker.wake();
        }
        accepted
    }

    pub(crate) fn outstanding(&self, kind: JobKind) -> u64 {
        lock(self.lane(kind)).waiting.len() as u64
    }

    pub(crate) async fn consume<H, F>(
        &self,
        kind: JobKind,
        options: &ConsumeOptions,
        handler: H,
        shutdown: CancellationToken,
    ) where
        H: Fn(JobId) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let crew = Crew::new(kind, options.concurrency);
        let id = self.options.ids.next(self.options.clock.now());
        let context = WorkerContext::new(&format!("{}-{kind}-{id}", options.worker_name_prefix));
        let source = LaneSource::new(self.lane(kind).clone());
        let worker = build_worker!(&context, source, crew, consumer::handle(handler, kind));
        if let Err(error) = consumer::start(context, worker.run(), shutdown).await {
            // The source cannot fail and panics of handlers are caught, so this is a defect of ours.
            tracing::error!(job.kind = %kind, error = %error, "in-process consumer ended");
        }
        crew.finish().await;
    }

    fn lane(&self, kind: JobKind) -> &Arc<Mutex<Lane>> {
        self.lanes.get(&kind).expect("there is a lane for every kind")
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().expect("nothing that holds the lock can panic")
}

/// One consumer's end of a lane.
struct LaneSource {
    lane: Arc<Mutex<Lane>>,
    number: u64,
}

impl LaneSource {
    fn new(lane: Arc<Mutex<Lane>>) -> Self {
        let mut locked = lock(&lane);
        locked.consumers += 1;
        let number = locked.consumers;
        drop(locked);
        Self { lane, number }
    }
}

impl Drop for LaneSource {
    fn drop(&mut self) {
        lock(&self.lane).idle.remove(&self.number);
    }
}

impl Backend for LaneSource {
    type Task = Task<Hint>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        let mut lane = lock(&self.lane);
        match lane.waiting.pop_front() {
            Some(id) => Poll::Ready(Some(Ok(Task::new(Hint::Job(id))))),
            None => {
                lane.idle.insert(self.number, cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for LaneSource {
    type Args = Hint;
    type Id = u64;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
