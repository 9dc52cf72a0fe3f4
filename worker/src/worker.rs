//! One worker process: a line for each kind of job, from the queue's hints to the store.

use std::sync::Arc;

use ai_harness::{client::InferenceClient, task::Registry};
use futures::future::{BoxFuture, FutureExt as _, try_join_all};
use prospector_domain::{
    job::JobKind,
    source::{Chance, Clock, IdSource},
};
use prospector_queue::{ConsumeOptions, MAX_CONCURRENCY, Queue, QueueError};
use prospector_runtime::{config::Config, shutdown::Shutdown};
use prospector_store::{ClaimOptions, Store};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    batch::Batcher,
    claims::{Claims, LARGEST_CLAIM},
    engine::Endpoints,
    execute::{Handler, Line},
    handlers::{ClassifyHandler, DispatchHandler, DraftHandler, JudgeHandler, ProbeHandler, Sinks},
    hints::HintPusher,
    lease::LeaseKeeper,
    metrics::KindMetrics,
    settle::{LARGEST_SETTLEMENT, Settlements},
    tools::{Tools, admission_rules},
    webhook::InvalidSink,
};

/// What a worker runs on.
#[derive(Clone)]
pub struct WorkerParts {
    /// Its name, which must differ between any two processes; kept with the jobs it claims.
    pub name: String,
    /// The truth.
    pub store: Arc<Store>,
    /// Where hints come from.
    pub queue: Queue,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Names calls of a model.
    pub ids: Arc<dyn IdSource>,
    /// Spreads the delays of retries.
    pub chance: Arc<dyn Chance>,
    /// Asks models.
    pub inference: InferenceClient,
}

/// Carries out jobs until it is told to stop.
pub struct Worker {
    parts: WorkerParts,
    config: Arc<Config>,
    tools: Arc<Tools>,
    sinks: Sinks,
}

/// Why a worker does not run.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A sink cannot be used as it is configured.
    #[error(transparent)]
    Sink(#[from] InvalidSink),
    /// The queue refuses the worker's options.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

impl Worker {
    /// Makes a worker ready. Nothing is connected to yet.
    ///
    /// # Errors
    /// [`WorkerError::Sink`].
    pub fn new(parts: WorkerParts, config: Arc<Config>) -> Result<Self, WorkerError> {
        let endpoints =
            Endpoints::new(Arc::clone(&parts.store), parts.inference.clone(), &config.engine.calls);
        let tools = Arc::new(Tools {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            admission: admission_rules(&config.pipeline),
            undo_window_ms: config.pipeline.undo_window_ms,
            judges: config.engine.judge,
            endpoints: Arc::new(endpoints),
            tasks: Registry::with_builtin(),
        });
        // The answer must be read, and its meaning saved, within the time that the job itself has.
        let longest = config.worker.dispatch.timeout() * 4 / 5;
        let sinks = Sinks::new(&config.sinks, &config.dispatch, longest)?;
        Ok(Self { parts, config, tools, sinks })
    }

    /// Carries out jobs until `shutdown` asks to drain; then takes no more, finishes what runs, and returns. When even
    /// that must stop, what runs is left to its lease.
    ///
    /// # Errors
    /// [`WorkerError::Queue`], at once, when the queue refuses the worker's options. That store or queue are away is
    /// no error: the worker waits.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), WorkerError> {
        let Self { parts, config, tools, sinks } = self;
        let dispatch = DispatchHandler {
            tools: Arc::clone(&tools),
            sinks,
            retry: config.worker.dispatch.retry,
            chance: Arc::clone(&parts.chance),
        };
        let endpoints = Arc::clone(&tools.endpoints);
        let _looking = AbortOnDropHandle::new(tokio::spawn(async move { endpoints.keep_looking().await }));
        let (hints, pushing) = HintPusher::start(parts.queue.clone(), Arc::clone(&parts.clock));
        let lines = Lines { parts: &parts, config: &config, hints, shutdown: shutdown.clone() };
        let consumers = vec![
            lines.consume(JobKind::Classify, ClassifyHandler { tools: Arc::clone(&tools) }),
            lines.consume(JobKind::Draft, DraftHandler { tools: Arc::clone(&tools) }),
            lines.consume(JobKind::Judge, JudgeHandler { tools }),
            lines.consume(JobKind::Dispatch, dispatch),
            lines.consume(JobKind::Probe, ProbeHandler),
        ];
        drop(lines);
        tracing::info!(worker.name = parts.name, "worker started");
        let drained = shutdown.unless_stopped(async {
            try_join_all(consumers).await?;
            // The last results have made jobs due that others can begin at once.
            if let Err(error) = pushing.await {
                tracing::error!(%error, "the pusher of hints failed");
            }
            Ok::<_, QueueError>(())
        });
        match drained.await {
            Some(Ok(())) => tracing::info!(worker.name = parts.name, "worker finished"),
            Some(Err(error)) => return Err(error.into()),
            None => {
                tracing::warn!(
                    worker.name = parts.name,
                    "worker stopped at once; what ran is left to its lease"
                );
            }
        }
        Ok(())
    }
}

/// Builds the lines of one worker.
struct Lines<'a> {
    parts: &'a WorkerParts,
    config: &'a Config,
    hints: HintPusher,
    shutdown: Shutdown,
}

impl Lines<'_> {
    /// Runs the jobs of one kind.
    fn consume<H: Handler>(&self, kind: JobKind, handler: H) -> BoxFuture<'static, Result<(), QueueError>> {
        let line = Arc::new(self.line(kind, handler));
        let queue = self.parts.queue.clone();
        let wanted = line.settings.concurrency;
        if wanted > MAX_CONCURRENCY {
            tracing::warn!(job.kind = %kind, wanted, allowed = MAX_CONCURRENCY, "concurrency is limited by the queue");
        }
        let options = ConsumeOptions {
            concurrency: wanted.min(MAX_CONCURRENCY),
            worker_name_prefix: self.parts.name.clone(),
        };
        let draining = self.shutdown.draining().clone();
        async move {
            let follow = move |hint| {
                let line = Arc::clone(&line);
                async move { line.follow(hint).await }
            };
            queue.consume(kind, options, follow, draining).await
        }
        .boxed()
    }

    fn line<H: Handler>(&self, kind: JobKind, handler: H) -> Line<H> {
        let settings = *self.config.worker.kind(kind);
        let metrics = KindMetrics::new(kind);
        let WorkerParts { name, store, clock, chance, .. } = self.parts;
        let claims = Claims {
            kind,
            store: Arc::clone(store),
            clock: Arc::clone(clock),
            options: ClaimOptions { owner: name.clone(), lease_ms: settings.lease_ms },
            draining: self.shutdown.draining().clone(),
            hints: self.hints.clone(),
        };
        let settlements = Settlements { store: Arc::clone(store), clock: Arc::clone(clock) };
        let lost = metrics.leases_lost.clone();
        let leases =
            LeaseKeeper::start(Arc::clone(store), Arc::clone(clock), settings.lease_ms, move |leases| {
                lost.increment(leases);
            });
        Line {
            settings,
            handler,
            claims: Batcher::start(claims, LARGEST_CLAIM),
            leases,
            settlements: Batcher::start(settlements, LARGEST_SETTLEMENT),
            hints: self.hints.clone(),
            metrics,
            clock: Arc::clone(clock),
            chance: Arc::clone(chance),
            shutdown: self.shutdown.clone(),
        }
    }
}
