//! The way of a job against a real store, with handlers that do as they are told.

use std::time::Duration;

use futures::future::BoxFuture;
use prospector_domain::{
    candidate::CandidateEvent,
    hold::HoldReason,
    id::CandidateId,
    job::{ErrorClass, JobKind, JobState},
    retry::RetryPolicy,
    source::IdSource,
};
use prospector_queue::{Queue, QueueOptions, QueueUrl};
use prospector_store::{ClaimOptions, InboundMessage, Ingested, NewJob, Step, Store, StoreOptions};
use prospector_testkit::{FixedChance, ManualClock, SequentialIds, wait_until};
use serde_json::json;
use tokio::sync::Notify;

use super::*;
use crate::{batch::GroupCall as _, engine::CallLog};

const DEADLINE: Duration = Duration::from_secs(30);

type Act = Box<dyn Fn() -> BoxFuture<'static, Result<Handled, HandlerError>> + Send + Sync>;

/// Does what the test says.
struct Told(Act);

impl Handler for Told {
    async fn handle(&self, _job: &Job, _log: &CallLog) -> Result<Handled, HandlerError> {
        (self.0)().await
    }
}

fn told<F>(act: impl Fn() -> F + Send + Sync + 'static) -> Told
where
    F: Future<Output = Result<Handled, HandlerError>> + Send + 'static,
{
    Told(Box::new(move || act().boxed()))
}

fn done() -> Result<Handled, HandlerError> {
    Ok(Handled::Outcome(Outcome::Done(json!("result"))))
}

struct Bench {
    store: Arc<Store>,
    clock: ManualClock,
    ids: Arc<SequentialIds>,
    shutdown: Shutdown,
    settings: KindSettings,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let ids = Arc::new(SequentialIds::default());
        let store = Store::open(&url, StoreOptions::default(), Arc::clone(&ids) as Arc<dyn IdSource>).await;
        let store = Arc::new(store.unwrap());
        let clock = ManualClock::default();
        store.migrate().await.unwrap();
        let settings = KindSettings {
            concurrency: 8,
            timeout_ms: 60_000,
            lease_ms: 30_000,
            retry: RetryPolicy { base_ms: 1_000, cap_ms: 60_000, max_attempts: 3 },
        };
        let shutdown = Shutdown::new(DEADLINE);
        Self { store, clock, ids, shutdown, settings, _folder: folder }
    }

    /// Writes a job with two attempts.
    async fn job(&self) -> JobId {
        let now = self.clock.now();
        let id = JobId(self.ids.next(now));
        self.store.insert_jobs(&[NewJob::single(id, JobKind::Probe, 2, now)]).await.unwrap();
        id
    }

    /// Takes a message in; returns its candidate and its job, which is due.
    async fn inbound(&self) -> (CandidateId, JobId) {
        let message = InboundMessage {
            source: "bridge".to_owned(),
            external_id: "m-1".to_owned(),
            thread: "t-1".to_owned(),
            contact: "+15550100".to_owned(),
            channel: "sms".to_owned(),
            zone: None,
            text: "How much is a double room?".to_owned(),
            received_at_ms: self.clock.now(),
            traceparent: None,
        };
        let ingested = self.store.ingest(self.clock.now(), &[message]).await.unwrap();
        let Ingested::Accepted(receipt, hint) = &ingested[0] else { panic!("it is new: {ingested:?}") };
        self.clock.set(hint.run_at_ms);
        (receipt.candidate_id, hint.job_id)
    }

    async fn read(&self, id: JobId) -> Job {
        self.store.job(id).await.unwrap().unwrap()
    }

    fn claims(&self, hints: HintPusher) -> Claims {
        Claims {
            kind: JobKind::Probe,
            store: Arc::clone(&self.store),
            clock: Arc::new(self.clock.clone()),
            options: ClaimOptions { owner: "bench".to_owned(), lease_ms: self.settings.lease_ms },
            draining: self.shutdown.draining().clone(),
            hints,
        }
    }

    async fn queue(&self) -> Queue {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let options = QueueOptions::new(Arc::clone(&self.ids) as Arc<dyn IdSource>, clock);
        Queue::connect(&QueueUrl::memory(), options).await.unwrap()
    }

    async fn line(&self, handler: Told) -> Arc<Line<Told>> {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let (hints, _) = HintPusher::start(self.queue().await, Arc::clone(&clock));
        let settlements = Settlements { store: Arc::clone(&self.store), clock: Arc::clone(&clock) };
        let lease_ms = self.settings.lease_ms;
        Arc::new(Line {
            settings: self.settings,
            handler,
            claims: Batcher::start(self.claims(hints.clone()), 16),
            leases: LeaseKeeper::start(Arc::clone(&self.store), Arc::clone(&clock), lease_ms, |_| {}),
            settlements: Batcher::start(settlements, 16),
            hints,
            metrics: KindMetrics::new(JobKind::Probe),
            clock,
            chance: Arc::new(FixedChance(0.5)),
            shutdown: self.shutdown.clone(),
        })
    }
}

#[tokio::test]
async fn a_job_is_done_once_however_often_it_is_hinted() {
    let bench = Bench::new().await;
    let line = bench.line(told(async || done())).await;
    let id = bench.job().await;
    tokio::join!(line.follow(id), line.follow(id), line.follow(id));
    let job = bench.read(id).await;
    assert_eq!((job.state, job.attempt, job.fence), (JobState::Succeeded, 1, 1));
    assert_eq!(job.result, Some(json!("result")));
}

#[tokio::test]
async fn a_panic_is_an_attempt_and_the_last_one_is_final() {
    let bench = Bench::new().await;
    let line = bench.line(told(async || panic!("the guest wrote: secret"))).await;
    let id = bench.job().await;
    line.follow(id).await;
    let job = bench.read(id).await;
    assert_eq!((job.state, job.attempt), (JobState::Queued, 1));
    assert_eq!(job.errors[0].class, ErrorClass::Panic);
    assert!(!job.errors[0].chain.concat().contains("secret"));
    assert_eq!(job.run_at_ms.since(bench.clock.now()), 750, "half of a second and half of the other half");

    line.follow(id).await;
    assert_eq!(bench.read(id).await.attempt, 1, "it is not due yet");
    bench.clock.advance_ms(750);
    line.follow(id).await;
    let job = bench.read(id).await;
    assert_eq!((job.state, job.errors.len()), (JobState::Dead, 2));
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_an_attempt_too() {
    let mut bench = Bench::new().await;
    bench.settings.timeout_ms = 20;
    let line = bench.line(told(std::future::pending)).await;
    let id = bench.job().await;
    line.follow(id).await;
    let job = bench.read(id).await;
    assert_eq!((job.state, job.errors[0].class), (JobState::Queued, ErrorClass::Timeout));
    assert_eq!(job.errors[0].chain, ["ran longer than 20 ms"]);
}

#[tokio::test]
async fn the_result_of_a_worker_without_its_lease_is_discarded() {
    let bench = Bench::new().await;
    let finish = Arc::new(Notify::new());
    let begun = Arc::new(Notify::new());
    let (wait, tell) = (Arc::clone(&finish), Arc::clone(&begun));
    let line = bench.line(told(move || {
        let (wait, tell) = (Arc::clone(&wait), Arc::clone(&tell));
        async move {
            tell.notify_one();
            wait.notified().await;
            done()
        }
    }));
    let line = line.await;
    let id = bench.job().await;
    let running = tokio::spawn(async move { line.follow(id).await });
    begun.notified().await;
    let rescued = bench.store.rescue_expired(bench.clock.advance_ms(30_001), 10).await.unwrap();
    assert_eq!(rescued.len(), 1);
    finish.notify_one();
    running.await.unwrap();
    let job = bench.read(id).await;
    assert_eq!((job.state, job.result), (JobState::Queued, None));
    assert_eq!(job.errors[0].class, ErrorClass::LeaseLost);
}

#[tokio::test]
async fn a_handler_is_cut_off_once_its_lease_is_known_to_be_lost() {
    let mut bench = Bench::new().await;
    bench.settings.lease_ms = 60;
    let begun = Arc::new(Notify::new());
    let tell = Arc::clone(&begun);
    let line = bench.line(told(move || {
        tell.notify_one();
        std::future::pending()
    }));
    let line = line.await;
    let id = bench.job().await;
    let running = tokio::spawn(async move { line.follow(id).await });
    begun.notified().await;
    let job = bench.read(id).await;
    bench.store.rescue_expired(job.lease_until_ms.unwrap().plus_ms(1), 10).await.unwrap();
    tokio::time::timeout(DEADLINE, running).await.unwrap().unwrap();
    assert_eq!(bench.read(id).await.state, JobState::Queued);
}

#[tokio::test]
async fn a_lease_is_renewed_while_its_handler_runs() {
    let mut bench = Bench::new().await;
    bench.settings.lease_ms = 60;
    let line = bench.line(told(std::future::pending)).await;
    let id = bench.job().await;
    let running = tokio::spawn(async move { line.follow(id).await });
    let first = bench.clock.now().plus_ms(60);
    wait_until("the job is claimed", DEADLINE, async || bench.read(id).await.lease_until_ms).await;
    bench.clock.advance_ms(30);
    wait_until("the lease is renewed", DEADLINE, async || {
        bench.read(id).await.lease_until_ms.filter(|until| *until > first)
    })
    .await;
    assert!(!running.is_finished());
    bench.shutdown.ask("test");
    bench.shutdown.ask("test");
    tokio::time::timeout(DEADLINE, running).await.unwrap().unwrap();
    assert_eq!(bench.read(id).await.state, JobState::Running, "its lease is left to run out");
}

#[tokio::test]
async fn a_result_the_store_refuses_becomes_a_failure() {
    let bench = Bench::new().await;
    let (candidate, job) = bench.inbound().await;
    // A candidate that was not even read cannot have been delivered.
    let line = bench.line(told(async || {
        Ok(Handled::Outcome(Outcome::Step(Box::new(Step::event(CandidateEvent::Delivered)))))
    }));
    line.await.follow(job).await;
    let job = bench.read(job).await;
    assert_eq!((job.state, job.errors[0].class), (JobState::Dead, ErrorClass::Permanent));
    assert!(job.errors[0].chain[0].contains("cannot take the event Delivered"), "{:?}", job.errors);
    let view = bench.store.candidate(candidate).await.unwrap().unwrap();
    assert_eq!(view.candidate.hold.unwrap().reason, HoldReason::AttemptsExhausted);
}

#[tokio::test]
async fn what_is_claimed_when_the_drain_begins_is_left_untouched_to_another_worker() {
    let bench = Bench::new().await;
    let id = bench.job().await;
    let queue = bench.queue().await;
    let (hints, pushing) = HintPusher::start(queue.clone(), Arc::new(bench.clock.clone()));
    let mut claims = bench.claims(hints);
    let claimed = {
        let mut call = std::pin::pin!(claims.call(vec![id]));
        // The claim is under way and cannot be done yet: SQLite answers from another thread.
        assert!(futures::poll!(&mut call).is_pending());
        bench.shutdown.ask("test");
        call.await
    };
    assert!(matches!(claimed[..], [Claimed::Passed]));
    let job = bench.read(id).await;
    assert_eq!((job.state, job.attempt, job.fence), (JobState::Queued, 0, 1));
    assert!(matches!(claims.call(vec![id]).await[..], [Claimed::Passed]));
    assert_eq!(bench.read(id).await.fence, 1, "nothing is claimed any more");
    drop(claims);
    pushing.await.unwrap();
    assert_eq!(queue.outstanding(JobKind::Probe).await.unwrap(), 2, "both hints went back");
}
