//! The roles of a process: what each is made of, and running them until the process is told to stop. Wiring only.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use futures::FutureExt as _;
use prospector_api::{ApiState, Services};
use prospector_queue::Queue;
use prospector_runtime::{
    build_info,
    clock::SystemClock,
    config::Config,
    failpoint,
    health::Health,
    shutdown::Shutdown,
    telemetry::{Label, Telemetry, call_families},
};
use prospector_scheduler::{Scheduler, SchedulerParts};
use prospector_store::StoreError;
use prospector_worker::{Worker, WorkerParts};
use tokio::net::TcpListener;

use crate::{
    house::{House, Sources},
    machines::{inference_client, machine_parts},
};

/// Longest wait for a dependency's sign of life before it counts as not ready.
const CHECK_TIMEOUT: Duration = Duration::from_secs(2);
/// Pauses between attempts to reach the database at start: growing to the last.
const START_PAUSES: [Duration; 4] =
    [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5)];

const STORE_OPERATION: &[Label] = &[Label { name: "operation", values: prospector_store::operations }];
const REDIS_OPERATION: &[Label] = &[Label { name: "operation", values: prospector_queue::operations }];

/// A process that is about to play roles.
pub(crate) struct Process {
    pub(crate) house: House,
    pub(crate) queue: Queue,
    pub(crate) health: Health,
    pub(crate) shutdown: Shutdown,
    telemetry: Telemetry,
}

/// Whether a process may change the schema it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// It migrates: one process that plays every role needs no other.
    Migrate,
    /// It refuses to run on a schema that lacks something it needs.
    Check,
}

impl Process {
    /// Starts telemetry, in which the process is called `service`, and signals, then waits until database and queue
    /// answer. None when told to stop meanwhile.
    pub(crate) async fn start(service: &str, config: Config, schema: Schema) -> anyhow::Result<Option<Self>> {
        let families = &[
            prospector_worker::METRICS,
            prospector_scheduler::METRICS,
            prospector_scheduler::MACHINE_METRICS,
            prospector_api::METRICS,
            crate::counting::METRICS,
            ai_harness::client::METRICS,
            ai_harness::pool::METRICS,
            &call_families(STORE_OPERATION, REDIS_OPERATION),
        ];
        let Sources { ids, clock, .. } = Sources::of_system();
        let instance = ids.next(clock.now()).to_string();
        let telemetry = Telemetry::start(&config.telemetry, service, &instance, families)?;
        failpoint::arm(config.failpoint);
        let shutdown = Shutdown::on_signals(config.worker.drain_timeout())?;
        tracing::info!(version = build_info::VERSION, commit = build_info::COMMIT, "prospector starts");
        let opening = open_when_there(config, schema);
        let Some(opened) = shutdown.draining().run_until_cancelled(opening).await else { return Ok(None) };
        let (house, queue) = opened?;
        let health = health(&house, &queue, &shutdown);
        Ok(Some(Self { house, queue, health, shutdown, telemetry }))
    }

    /// Carries out jobs.
    pub(crate) async fn work(&self) -> anyhow::Result<()> {
        let Sources { clock, ids, chance } = self.house.sources.clone();
        let parts = WorkerParts {
            name: format!("worker-{}", ids.next(clock.now())),
            store: Arc::clone(&self.house.store),
            queue: self.queue.clone(),
            clock,
            ids,
            chance,
            inference: inference_client(&self.house.config.engine.calls)?,
        };
        let worker = Worker::new(parts, Arc::clone(&self.house.config))?;
        // Boxed, here and below: a role is deep, and each caller would otherwise be as deep.
        worker.run(self.shutdown.clone()).boxed().await.context("worker")
    }

    /// Does the scheduler's duties.
    pub(crate) async fn schedule(&self) -> anyhow::Result<()> {
        let parts = SchedulerParts {
            store: Arc::clone(&self.house.store),
            queue: self.queue.clone(),
            clock: Arc::clone(&self.house.sources.clock),
            ids: Arc::clone(&self.house.sources.ids),
            settings: self.house.config.scheduler.clone(),
            machines: machine_parts(&self.house.config.engine)?,
        };
        Scheduler::new(parts).run(&self.shutdown).boxed().await;
        Ok(())
    }

    /// Serves the HTTP API.
    pub(crate) async fn serve(&self, listener: TcpListener) -> anyhow::Result<()> {
        prospector_api::serve(self.api_state(), listener, &self.shutdown).await.context("API")
    }

    /// Serves health and metrics of a role that has no API of its own.
    pub(crate) async fn serve_probes(&self, listener: Option<TcpListener>) -> anyhow::Result<()> {
        match listener {
            Some(listener) => prospector_api::serve_probes(self.api_state(), listener, &self.shutdown)
                .await
                .context("health and metrics"),
            None => Ok(()),
        }
    }

    /// Lets go of the store when every role has ended. What was cut off may still hold a connection whose answer does
    /// not come, so that one who was told to stop at once does not wait for it.
    pub(crate) async fn finish(self) {
        let _ = self.shutdown.unless_stopped(self.house.store.close()).await;
        tracing::info!("prospector has stopped");
        self.telemetry.end().await;
    }

    fn api_state(&self) -> ApiState {
        let services = Services {
            store: Arc::clone(&self.house.store),
            queue: self.queue.clone(),
            clock: Arc::clone(&self.house.sources.clock),
            ids: Arc::clone(&self.house.sources.ids),
            health: self.health.clone(),
            metrics: self.telemetry.metrics().clone(),
            draining: self.shutdown.draining().clone(),
        };
        ApiState::new(&self.house.config, services)
    }
}

/// Listens, with an error that says which setting to change.
pub(crate) async fn listen(address: std::net::SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; choose another address with {setting}"))
}

/// A database or queue that is away is waited for; anything else that is wrong with them is not.
async fn open_when_there(config: Config, schema: Schema) -> anyhow::Result<(House, Queue)> {
    let mut pauses = START_PAUSES.iter().copied();
    let mut pause = START_PAUSES[0];
    loop {
        let error = match open(&config, schema).await {
            Ok(opened) => return Ok(opened),
            Err(error) => error,
        };
        if !is_away(&error) {
            return Err(error);
        }
        tracing::warn!(error = format!("{error:#}"), "a dependency does not answer; waiting for it");
        pause = pauses.next().unwrap_or(pause);
        tokio::time::sleep(pause).await;
    }
}

async fn open(config: &Config, schema: Schema) -> anyhow::Result<(House, Queue)> {
    let house = House::open(config.clone()).await?;
    match schema {
        Schema::Migrate => house.store.migrate().await?,
        Schema::Check => house.store.check_schema().await?,
    }
    let queue = house.queue().await?;
    Ok((house, queue))
}

fn is_away(error: &anyhow::Error) -> bool {
    let store = error.downcast_ref::<StoreError>().is_some_and(StoreError::is_unavailable);
    let queue =
        error.downcast_ref::<prospector_queue::QueueError>().is_some_and(|error| error.is_unavailable());
    store || queue
}

fn health(house: &House, queue: &Queue, shutdown: &Shutdown) -> Health {
    let health = Health::new(shutdown.draining().clone());
    let store = Arc::clone(&house.store);
    health.register("database", CHECK_TIMEOUT, move || {
        let store = Arc::clone(&store);
        async move {
            store.ping().await.map_err(|error| error.to_string())?;
            Ok(format!("{} answers", store.database()))
        }
    });
    let queue = queue.clone();
    health.register("queue", CHECK_TIMEOUT, move || {
        let queue = queue.clone();
        async move { queue.ping().await.map(|()| "answers".to_owned()).map_err(|error| error.to_string()) }
    });
    health
}

/// The time as people read it in file names: `20260301T120000Z`.
pub(crate) fn stamp() -> String {
    use prospector_domain::source::Clock as _;
    SystemClock.now().to_rfc3339().chars().filter(|c| c.is_ascii_alphanumeric()).take(15).collect::<String>()
        + "Z"
}
