//! A guesthouse with everything a worker needs. No scheduler runs: the test hints what is due.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use ai_harness::client::{ClientOptions, InferenceClient};
use prospector_domain::{
    candidate::CandidateState,
    example,
    hold::HoldReason,
    id::{CandidateId, JobId},
    job::{Job, JobKind},
    mode::Mode,
    record::Candidate,
    source::{Clock, IdSource},
    time::UnixMs,
};
use prospector_queue::{Queue, QueueOptions, QueueUrl};
use prospector_runtime::{config::Config, shutdown::Shutdown};
use prospector_store::{
    CandidateView, InboundMessage, Ingested, JobFilter, NewJob, Receipt, SettingChange, Store, StoreOptions,
};
use prospector_testkit::{FixedChance, ManualClock, SequentialIds, WebhookSink, wait_until};
use prospector_worker::{Worker, WorkerError, WorkerParts};
use serde_json::Value;
use strum::VariantArray as _;
use tokio::task::JoinHandle;

pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// The quiet window of a burst, as `House` sets it.
pub(crate) const QUIET_MS: i64 = 8_000;
/// The undo window, as `House` sets it.
pub(crate) const UNDO_MS: i64 = 10_000;

pub(crate) struct House {
    pub(crate) store: Arc<Store>,
    pub(crate) queue: Queue,
    pub(crate) clock: ManualClock,
    pub(crate) ids: Arc<SequentialIds>,
    pub(crate) sink: WebhookSink,
    pub(crate) config: Arc<Config>,
    pub(crate) shutdown: Shutdown,
    pub(crate) worker: JoinHandle<Result<(), WorkerError>>,
    messages: AtomicU32,
    _folder: tempfile::TempDir,
}

/// What differs from one house to another.
pub(crate) struct Plan<'a> {
    pub(crate) mode: Mode,
    /// Lines of the sink's table; URL and secret are given.
    pub(crate) sink: &'a str,
    /// More of the configuration.
    pub(crate) config: &'a str,
    /// Where the truth is kept; SQLite in a folder of its own unless said otherwise.
    pub(crate) database: Option<String>,
}

impl Default for Plan<'_> {
    fn default() -> Self {
        Self { mode: Mode::Go, sink: "allow_private_address = true", config: "", database: None }
    }
}

impl House {
    /// A house in mode GO whose sink is the receiver on this machine.
    pub(crate) async fn open() -> Self {
        Self::build(Plan::default()).await
    }

    pub(crate) async fn build(plan: Plan<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::default();
        let ids = Arc::new(SequentialIds::default());
        let sink = WebhookSink::start().await;
        let config = format!(
            "{}\n[dispatch]\ndefault_sink = 'bridge'\n[sinks.bridge]\nurl = '{}'\nsecret = '{}'\n{}\n",
            plan.config,
            sink.url(),
            sink.secret(),
            plan.sink
        );
        let config = Arc::new(Config::parse_toml(&config).unwrap());
        let url =
            plan.database.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("store.db").display()));
        let options = StoreOptions { quiet_window_ms: QUIET_MS, ..StoreOptions::default() };
        let store = Store::open(&url, options, Arc::clone(&ids) as Arc<dyn IdSource>).await.unwrap();
        store.migrate().await.unwrap();
        let now = clock.now();
        store.publish_facts(now, "test", example::FACTS_TOML).await.unwrap();
        store.publish_canon(now, "test", example::CANON_TOML).await.unwrap();
        store.publish_playbook(now, "test", example::PLAYBOOK_TOML).await.unwrap();
        for workflow in example::WORKFLOWS_TOML {
            store.publish_workflow(now, "test", workflow).await.unwrap();
        }
        store.change_settings(now, "test", &[SettingChange::Mode(plan.mode)]).await.unwrap();
        let queue_options = QueueOptions::new(
            Arc::clone(&ids) as Arc<dyn IdSource>,
            Arc::new(clock.clone()) as Arc<dyn Clock>,
        );
        let queue = Queue::connect(&QueueUrl::memory(), queue_options).await.unwrap();
        let store = Arc::new(store);
        let (shutdown, worker) = hire(&store, &queue, &clock, &config);
        let messages = AtomicU32::new(0);
        Self { store, queue, clock, ids, sink, config, shutdown, worker, messages, _folder: folder }
    }

    /// Replaces a worker that was told to stop.
    pub(crate) fn hire_again(&mut self) {
        (self.shutdown, self.worker) = hire(&self.store, &self.queue, &self.clock, &self.config);
    }

    /// A guest writes on thread `t-1`; the message is not due before the quiet window has passed.
    pub(crate) async fn hear(&self, text: &str) -> Receipt {
        let number = self.messages.fetch_add(1, Ordering::Relaxed) + 1;
        let message = InboundMessage {
            source: "bridge".to_owned(),
            external_id: format!("m-{number}"),
            thread: "t-1".to_owned(),
            contact: "+15550100".to_owned(),
            channel: "sms".to_owned(),
            zone: None,
            text: text.to_owned(),
            received_at_ms: self.clock.now(),
            traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
        };
        match self.store.ingest(self.clock.now(), &[message]).await.unwrap().pop() {
            Some(Ingested::Accepted(receipt, _)) => receipt,
            other => panic!("the message was not accepted: {other:?}"),
        }
    }

    /// A guest writes, and the quiet window passes.
    pub(crate) async fn answer(&self, text: &str) -> CandidateId {
        let receipt = self.hear(text).await;
        self.clock.advance_ms(QUIET_MS);
        receipt.candidate_id
    }

    /// A guest writes, and the reply is scheduled; its undo window has not passed.
    pub(crate) async fn schedule(&self, text: &str) -> CandidateId {
        let id = self.answer(text).await;
        self.until(id, CandidateState::Scheduled).await;
        id
    }

    /// A guest writes, the reply is scheduled, and its undo window has passed.
    pub(crate) async fn send(&self, text: &str) -> CandidateId {
        let id = self.schedule(text).await;
        self.clock.advance_ms(UNDO_MS);
        id
    }

    /// The same house with another configuration, and a worker that goes by it.
    pub(crate) async fn with_config(mut self, config: Config) -> Self {
        self.shutdown.ask("the configuration changes");
        tokio::time::timeout(DEADLINE, &mut self.worker).await.unwrap().unwrap().unwrap();
        self.config = Arc::new(config);
        self.hire_again();
        self
    }

    /// Hints what is due until the candidate is in `state`; it must not come to rest in another one before.
    pub(crate) async fn until(&self, id: CandidateId, state: CandidateState) -> Candidate {
        self.until_that(&format!("candidate {id} is {state}"), async || {
            let candidate = self.view(id).await.candidate;
            let elsewhere = candidate.state.is_settled() && candidate.state != state;
            assert!(!elsewhere, "{} instead of {state}: {:?}", candidate.state, candidate.hold);
            (candidate.state == state).then_some(candidate)
        })
        .await
    }

    /// Hints what is due until the candidate is held; returns why.
    pub(crate) async fn until_held(&self, id: CandidateId) -> (HoldReason, String) {
        let hold = self.until(id, CandidateState::Held).await.hold.unwrap();
        (hold.reason, hold.detail)
    }

    /// Hints what is due until `condition` holds.
    pub(crate) async fn until_that<T>(&self, what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
        wait_until(what, DEADLINE, async || {
            let found = condition().await;
            if found.is_none() {
                self.hint().await;
            }
            found
        })
        .await
    }

    /// Hints everything that is due.
    pub(crate) async fn hint(&self) {
        for kind in JobKind::VARIANTS {
            // A store that is away hints nothing.
            if let Ok(due) = self.store.due_jobs(self.clock.now(), *kind, None, 100).await {
                self.queue.push(*kind, &due).await.unwrap();
            }
        }
    }

    /// Hints what is due until nothing is, and all of it has been followed.
    pub(crate) async fn come_to_rest(&self) {
        self.until_that("nothing is due", async || {
            let mut busy = false;
            for kind in JobKind::VARIANTS {
                busy |= !self.store.due_jobs(self.clock.now(), *kind, None, 1).await.unwrap().is_empty();
                busy |= self.running(*kind).await > 0;
            }
            (!busy).then_some(())
        })
        .await;
    }

    async fn running(&self, kind: JobKind) -> usize {
        let state = Some(prospector_domain::job::JobState::Running);
        let filter = JobFilter { kind: Some(kind), state, ..JobFilter::default() };
        self.store.jobs(&filter, 1).await.unwrap().len()
    }

    pub(crate) fn new_ids(&self, count: usize) -> Vec<JobId> {
        (0..count).map(|_| JobId(self.ids.next(self.clock.now()))).collect()
    }

    /// Writes a single job that could run at once.
    pub(crate) async fn job_due_now(&self, kind: JobKind) -> JobId {
        let id = self.new_ids(1)[0];
        self.store.insert_jobs(&[NewJob::single(id, kind, 3, self.clock.now())]).await.unwrap();
        id
    }

    pub(crate) async fn view(&self, id: CandidateId) -> CandidateView {
        self.store.candidate(id).await.unwrap().unwrap()
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        self.store.job(id).await.unwrap().unwrap()
    }

    /// The newest job of a kind.
    pub(crate) async fn newest_job(&self, kind: JobKind) -> Job {
        let filter = JobFilter { kind: Some(kind), ..JobFilter::default() };
        self.store.jobs(&filter, 1).await.unwrap().pop().unwrap()
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.clock.now()
    }

    pub(crate) fn at(&self, ms: i64) -> UnixMs {
        self.clock.now().plus_ms(ms)
    }

    /// The texts that a deduplicating receiver has acted on.
    pub(crate) fn texts(&self) -> Vec<String> {
        let text = |body: &Value| body["text"].as_str().unwrap_or_default().to_owned();
        self.sink.effects().iter().map(|effect| text(&effect.body)).collect()
    }

    pub(crate) async fn set_mode(&self, mode: Mode) {
        self.store.change_settings(self.clock.now(), "test", &[SettingChange::Mode(mode)]).await.unwrap();
    }

    /// Asserts that no job was left behind, and stops the worker politely.
    pub(crate) async fn close(self) {
        self.come_to_rest().await;
        for kind in JobKind::VARIANTS {
            assert_eq!(self.store.unfinished_jobs(*kind).await.unwrap(), 0, "{kind} jobs were left behind");
        }
        self.shutdown.ask("the test is over");
        tokio::time::timeout(DEADLINE, self.worker).await.unwrap().unwrap().unwrap();
    }
}

fn hire(
    store: &Arc<Store>,
    queue: &Queue,
    clock: &ManualClock,
    config: &Arc<Config>,
) -> (Shutdown, JoinHandle<Result<(), WorkerError>>) {
    let shutdown = Shutdown::new(DEADLINE);
    let options = ClientOptions::default();
    let parts = WorkerParts {
        name: "worker-1".to_owned(),
        store: Arc::clone(store),
        queue: queue.clone(),
        clock: Arc::new(clock.clone()),
        // Apart from those of the house, which would meet them.
        ids: Arc::new(SequentialIds::from(1 << 40)),
        chance: Arc::new(FixedChance(0.0)),
        inference: InferenceClient::new(options.http_client().unwrap(), options),
    };
    let worker = Worker::new(parts, Arc::clone(config)).unwrap();
    let told = shutdown.clone();
    (shutdown, tokio::spawn(async move { worker.run(told).await }))
}
