//! One store with its clock, and the steps that most behaviours are made of.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use prospector_domain::{
    admission::AdmissionRules,
    candidate::{CandidateEvent, CandidateState},
    decision::DecidedBy,
    engine::EngineId,
    event::EventKind,
    example,
    gate::{GateContext, validate_draft},
    hold::HoldReason,
    id::{CandidateId, JobId},
    intent::Intent,
    job::{AttemptError, ErrorClass, Job, JobKind, JobState},
    mode::Mode,
    record::{Author, Candidate, DraftOrigin, IntentState, SendIntent},
    source::{Clock as _, IdSource as _},
    template::TemplateKey,
    time::UnixMs,
};
use prospector_store::{
    Advance, Advanced, ClaimOptions, DeliveryNote, Failure, InboundMessage, Ingested, JobFilter, Motion,
    NewDecision, NewDraft, NewJob, Outcome, Receipt, SendOrder, SendRules, SendTurn, SettingChange, Step,
    Store, StoreError, StoreOptions,
};
use prospector_testkit::{ManualClock, SequentialIds};
use serde_json::json;
use tokio::time::timeout;

use crate::{backend::Backend, dump::Raw};

/// The quiet window of every world, in milliseconds.
pub(crate) const QUIET_MS: i64 = 8_000;
/// The lease of every claim, in milliseconds.
pub(crate) const LEASE_MS: i64 = 30_000;
/// Attempts of every job.
pub(crate) const MAX_ATTEMPTS: i64 = 3;
/// A body that contradicts nothing.
pub(crate) const CLEAN: &str = "Lovely to hear from you! Which nights do you have in mind?";
/// A body that names a price nobody charges.
pub(crate) const WRONG: &str = "A double room is €12 per night.";

pub(crate) struct World {
    pub(crate) store: Arc<Store>,
    pub(crate) url: String,
    pub(crate) backend: Arc<Backend>,
    clock: ManualClock,
    /// Ids that tests make themselves, apart from the store's own.
    ids: SequentialIds,
    messages: AtomicU32,
}

impl World {
    pub(crate) async fn new(backend: Arc<Backend>) -> Self {
        let url = backend.migrated_url();
        let store = Arc::new(backend.open(&url, options()).await);
        Self {
            store,
            url,
            backend,
            clock: ManualClock::default(),
            ids: SequentialIds::from(1 << 40),
            messages: AtomicU32::new(0),
        }
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.clock.now()
    }

    pub(crate) fn pass_ms(&self, duration_ms: i64) -> UnixMs {
        self.clock.advance_ms(duration_ms)
    }

    pub(crate) fn next_id(&self) -> uuid::Uuid {
        self.ids.next(self.now())
    }

    /// Facts in force, and a mode.
    pub(crate) async fn open_for_business(&self, mode: Mode) {
        self.store.publish_facts(self.now(), "Quinn", example::FACTS_TOML).await.unwrap();
        self.set_mode(mode).await;
    }

    pub(crate) async fn set_mode(&self, mode: Mode) {
        self.store.change_settings(self.now(), "Quinn", &[SettingChange::Mode(mode)]).await.unwrap();
    }

    /// A message that was never seen before.
    pub(crate) fn message(&self, thread: &str, text: &str) -> InboundMessage {
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        InboundMessage {
            source: "bridge".to_owned(),
            external_id: format!("message-{number}"),
            thread: thread.to_owned(),
            contact: format!("{thread}@example.com"),
            channel: "sms".to_owned(),
            zone: None,
            text: text.to_owned(),
            received_at_ms: self.now(),
            traceparent: None,
        }
    }

    pub(crate) async fn ingest(&self, message: &InboundMessage) -> Ingested {
        let mut results = self.store.ingest(self.now(), std::slice::from_ref(message)).await.unwrap();
        assert_eq!(results.len(), 1);
        results.remove(0)
    }

    /// Takes a new message in.
    pub(crate) async fn say(&self, thread: &str, text: &str) -> Receipt {
        match self.ingest(&self.message(thread, text)).await {
            Ingested::Accepted(receipt, _) => receipt,
            other => panic!("{text:?} was not accepted: {other:?}"),
        }
    }

    /// Writes a job that belongs to nothing.
    pub(crate) async fn single(&self, kind: JobKind) -> JobId {
        let job = self.new_job(kind);
        self.store.insert_jobs(std::slice::from_ref(&job)).await.unwrap();
        job.id
    }

    pub(crate) fn new_job(&self, kind: JobKind) -> NewJob {
        NewJob::single(JobId(self.ids.next(self.now())), kind, MAX_ATTEMPTS, self.now())
    }

    /// Claims whatever of a kind is due.
    pub(crate) async fn claim(&self, kind: JobKind) -> Vec<Job> {
        let due = self.store.due_jobs(self.now(), kind, None, 1_000).await.unwrap();
        self.claim_ids(&due).await
    }

    pub(crate) async fn claim_ids(&self, ids: &[JobId]) -> Vec<Job> {
        let options = ClaimOptions { owner: "worker-1".to_owned(), lease_ms: LEASE_MS };
        self.store.claim(self.now(), ids, &options).await.unwrap()
    }

    /// Claims the one job of a kind that is due.
    pub(crate) async fn take(&self, kind: JobKind) -> Job {
        let mut jobs = self.claim(kind).await;
        assert_eq!(jobs.len(), 1, "{kind} jobs that could be claimed");
        jobs.remove(0)
    }

    /// Claims the queued job of a candidate.
    pub(crate) async fn take_of(&self, candidate: CandidateId) -> Job {
        let queued = self.jobs_in(JobState::Queued).await;
        let job = queued.iter().find(|job| job.candidate_id == Some(candidate)).expect("it has a job");
        self.claim_ids(&[job.id]).await.remove(0)
    }

    pub(crate) async fn try_settle(&self, job: &Job, outcome: Outcome) -> Result<Advanced, StoreError> {
        let mut results = self.store.advance(self.now(), &[Advance::of(job, outcome)]).await;
        assert_eq!(results.len(), 1);
        results.remove(0)
    }

    /// Saves a result that must be accepted.
    pub(crate) async fn settle(&self, job: &Job, outcome: Outcome) {
        let advanced = self.try_settle(job, outcome).await.unwrap();
        assert!(matches!(advanced, Advanced::Applied(_)), "{} was discarded", job.kind);
    }

    pub(crate) async fn candidate(&self, id: CandidateId) -> Candidate {
        self.store.candidate(id).await.unwrap().expect("the candidate exists").candidate
    }

    pub(crate) async fn state(&self, id: CandidateId) -> CandidateState {
        self.candidate(id).await.state
    }

    pub(crate) async fn assert_held(&self, id: CandidateId, reason: HoldReason) {
        let candidate = self.candidate(id).await;
        assert_eq!(candidate.hold.map(|hold| hold.reason), Some(reason), "state {}", candidate.state);
    }

    pub(crate) async fn intent(&self, id: CandidateId) -> SendIntent {
        self.store.candidate(id).await.unwrap().unwrap().intent.expect("the candidate has an intent")
    }

    pub(crate) async fn assert_intent(&self, id: CandidateId, state: IntentState) {
        assert_eq!(self.intent(id).await.state, state);
    }

    /// A message that was read, and whose draft job is due.
    pub(crate) async fn read(&self, thread: &str) -> Receipt {
        let receipt = self.say(thread, "Do you have a room?").await;
        self.pass_ms(QUIET_MS);
        let job = self.take(JobKind::Classify).await;
        self.settle(&job, Outcome::Step(Box::new(decided()))).await;
        receipt
    }

    /// A message whose clean draft was written, under the mode in force.
    pub(crate) async fn drafted(&self, thread: &str) -> Receipt {
        let receipt = self.read(thread).await;
        let job = self.take(JobKind::Draft).await;
        self.settle(&job, Outcome::Step(Box::new(self.written(CLEAN).await))).await;
        receipt
    }

    /// A step that keeps a draft and lets the mode decide.
    pub(crate) async fn written(&self, body: &str) -> Step {
        Step {
            drafts: vec![self.new_draft(body).await],
            motion: Motion::ByMode { undo_window_ms: 0 },
            ..Step::event(CandidateEvent::Decided)
        }
    }

    pub(crate) async fn new_draft(&self, body: &str) -> NewDraft {
        let facts = self.store.facts().await.unwrap();
        NewDraft {
            author: Author::Engine,
            origin: DraftOrigin::Written,
            engine: EngineId::Template,
            template_key: Some(TemplateKey::AVAILABILITY),
            template_version: Some(1),
            facts_version: facts.version,
            body: body.to_owned(),
            verdict: validate_draft(body, &facts.facts, &GateContext::default()),
            workflow: None,
        }
    }

    /// Jobs in a state, newest first.
    pub(crate) async fn jobs_in(&self, state: JobState) -> Vec<Job> {
        let filter = JobFilter { state: Some(state), ..JobFilter::default() };
        self.store.jobs(&filter, 1_000).await.unwrap()
    }

    /// What happened so far, in order.
    pub(crate) async fn trail(&self) -> Vec<EventKind> {
        let later = self.now().plus_ms(60_000);
        let events = self.store.events_after(0, None, 10_000, later).await.unwrap();
        events.iter().map(|event| event.kind).collect()
    }

    /// Every row of every table, as text.
    pub(crate) async fn dump(&self) -> String {
        self.raw().await.dump().await
    }

    pub(crate) async fn raw(&self) -> Raw {
        Raw::connect(&self.url).await
    }

    /// Closes the store and checks that no two of its transactions ever waited for each other: Postgres would have
    /// broken one off after a second, and the store would have run it again.
    pub(crate) async fn assert_no_deadlock(&self) {
        self.store.close().await;
        let mut raw = self.raw().await;
        if matches!(raw, Raw::Sqlite(_)) {
            return;
        }
        // A connection reports what it met when it ends, and it ends by itself.
        let others = "SELECT count(*)::text FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let ended = async { while raw.texts(others).await != ["0"] {} };
        timeout(Duration::from_secs(20), ended).await.expect("the store's connections end");
        let met = "SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()";
        assert_eq!(raw.texts(met).await, ["0"], "deadlocks");
    }

    /// Asks to send with the claim of a dispatch job.
    pub(crate) async fn begin_send(&self, job: &Job) -> SendTurn {
        self.begin_send_under(job, &rules()).await
    }

    pub(crate) async fn begin_send_under(&self, job: &Job, rules: &SendRules) -> SendTurn {
        let candidate = job.candidate_id.expect("a dispatch job of a candidate");
        self.store.begin_send(self.now(), job.claim(), candidate, rules).await.unwrap()
    }

    /// A scheduled message whose dispatch job was claimed.
    pub(crate) async fn about_to_send(&self, thread: &str) -> (Receipt, Job) {
        let receipt = self.drafted(thread).await;
        assert_eq!(self.state(receipt.candidate_id).await, CandidateState::Scheduled);
        let job = self.take(JobKind::Dispatch).await;
        (receipt, job)
    }

    /// A message that went all the way.
    pub(crate) async fn sent(&self, thread: &str) -> Receipt {
        let (receipt, job) = self.about_to_send(thread).await;
        self.deliver(&job).await;
        receipt
    }

    /// Sends and has it taken by the sink.
    pub(crate) async fn deliver(&self, job: &Job) -> SendOrder {
        let order = going(self.begin_send(job).await);
        self.settle(job, Outcome::Step(Box::new(delivered()))).await;
        order
    }
}

pub(crate) fn options() -> StoreOptions {
    StoreOptions { quiet_window_ms: QUIET_MS, max_attempts: MAX_ATTEMPTS, ..StoreOptions::default() }
}

pub(crate) fn rules() -> SendRules {
    SendRules { sink: "main".to_owned(), deduplicates: false, admission: AdmissionRules::default() }
}

pub(crate) fn going(turn: SendTurn) -> SendOrder {
    match turn {
        SendTurn::Go(order) => *order,
        other => panic!("it does not go out: {other:?}"),
    }
}

pub(crate) fn decided() -> Step {
    Step {
        intent: Some(Intent::AvailabilityAsked),
        template_key: Some(TemplateKey::AVAILABILITY),
        decision: Some(NewDecision {
            engine: EngineId::Template,
            playbook_version: 1,
            rule: "asks for a room".to_owned(),
            action: json!({ "reply": "③" }),
            classification: json!({ "intent": "availability_asked" }),
            decided_by: DecidedBy::Rules,
            prompt_hash: None,
        }),
        ..Step::event(CandidateEvent::Decided)
    }
}

pub(crate) fn delivered() -> Step {
    Step {
        delivery: Some(DeliveryNote { status: Some(200), error: None }),
        ..Step::event(CandidateEvent::Delivered)
    }
}

pub(crate) fn step(event: CandidateEvent) -> Outcome {
    Outcome::Step(Box::new(Step::event(event)))
}

pub(crate) fn attempt_error(at: UnixMs, attempt: i64) -> AttemptError {
    AttemptError {
        at_ms: at,
        attempt,
        class: ErrorClass::Transient,
        chain: vec!["bridge is away".to_owned()],
    }
}

pub(crate) fn failure(at: UnixMs, attempt: i64, delay_ms: i64) -> Failure {
    Failure { error: attempt_error(at, attempt), delay_ms, costs_attempt: true }
}
