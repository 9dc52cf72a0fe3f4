//! The apalis worker around a handler: the same for every way hints travel.
//!
//! The layers, outermost first: each handler runs in a task of its own, so that it is finished even when the worker
//! that started it has died of a Redis error; a slot limits how many run; a span names the job; a panic is caught.

use std::{future::Future, sync::Arc};

use apalis_core::{error::WorkerError, task::Task, worker::context::WorkerContext};
use futures::{FutureExt, future::BoxFuture};
use prospector_domain::{id::JobId, job::JobKind};
use tokio::sync::Semaphore;
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};
use tracing::Span;

use crate::hint::Hint;

/// The running handlers of one consumer, whichever of its workers started them.
#[derive(Debug, Clone)]
pub(crate) struct Crew {
    pub(crate) kind: JobKind,
    /// One for each handler that may run; a slot taken under one worker also counts against the next.
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) running: TaskTracker,
}

impl Crew {
    pub(crate) fn new(kind: JobKind, concurrency: usize) -> Self {
        Self { kind, slots: Arc::new(Semaphore::new(concurrency)), running: TaskTracker::new() }
    }

    /// Waits until every handler has ended. None may be started afterwards.
    pub(crate) async fn finish(&self) {
        self.running.close();
        self.running.wait().await;
    }
}

/// Builds an apalis worker. A macro, since the type of each layer holds the types of the backend and all other layers.
macro_rules! build_worker {
    ($context:expr, $backend:expr, $crew:expr, $handler:expr) => {{
        let running = $crew.running.clone();
        let kind = $crew.kind;
        apalis_core::worker::builder::WorkerBuilder::new($context)
            .backend($backend)
            .layer(apalis_core::worker::ext::parallelize::ParallelizeLayer::new(move |handler| {
                running.spawn(handler)
            }))
            .layer(tower::limit::GlobalConcurrencyLimitLayer::with_semaphore($crew.slots.clone()))
            .layer(
                apalis::layers::tracing::TraceLayer::new()
                    .make_span_with(move |task: &_| $crate::consumer::span_of(kind, task)),
            )
            .layer(apalis::layers::catch_panic::CatchPanicLayer::new())
            .build($handler)
    }};
}
pub(crate) use build_worker;

/// The handler as apalis calls it.
pub(crate) fn handle<H, F>(
    handler: H,
    kind: JobKind,
) -> impl FnMut(Hint) -> BoxFuture<'static, ()> + Clone + Send + 'static
where
    H: Fn(JobId) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    move |hint| {
        let handler = handler.clone();
        // Called inside the future: apalis counts a panic in the call as a handler that runs for ever.
        async move {
            match hint {
                Hint::Job(id) => handler(id).await,
                Hint::Unreadable => tracing::warn!(job.kind = %kind, "dropped a hint that is no job id"),
            }
        }
        .boxed()
    }
}

pub(crate) fn span_of(kind: JobKind, task: &Task<Hint>) -> Span {
    match task.args {
        Hint::Job(id) => tracing::info_span!("queue.hint", job.kind = %kind, job.id = %id),
        Hint::Unreadable => tracing::info_span!("queue.hint", job.kind = %kind),
    }
}

/// Runs a worker in a task of its own until it ends by itself or has obeyed `shutdown`: then it fetches no more and
/// its running handlers are waited for. Dropped, it takes the worker with it.
pub(crate) fn start(
    context: WorkerContext,
    worker: impl Future<Output = Result<(), WorkerError>> + Send + 'static,
    shutdown: CancellationToken,
) -> impl Future<Output = Result<(), WorkerError>> + Send {
    let task = AbortOnDropHandle::new(tokio::spawn(async move {
        let mut worker = std::pin::pin!(worker);
        tokio::select! {
            // The worker first: one that has not begun cannot be told to stop.
            biased;
            ended = &mut worker => ended,
            () = shutdown.cancelled() => {
                context.stop()?;
                worker.await
            }
        }
    }));
    task.map(|ended| ended.unwrap_or_else(|error| Err(WorkerError::PanicError(error.to_string()))))
}
