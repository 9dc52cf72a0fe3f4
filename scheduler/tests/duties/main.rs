//! Duties on a real store and a real in-process queue, in time that stands still unless moved.

#![expect(clippy::unwrap_used, reason = "a test has no other use for a failure")]

mod machines;

use std::{sync::Arc, time::Duration};

use ai_harness::client::{ClientOptions, InferenceClient};
use prospector_domain::{
    id::JobId,
    job::{ErrorClass, JobKind, JobState},
    source::{Clock, IdSource as _},
    time::UnixMs,
};
use prospector_queue::{ConsumeOptions, Queue, QueueOptions, QueueUrl};
use prospector_runtime::config::{Config, SchedulerSettings};
use prospector_scheduler::{Duty, MachineParts, Scheduler, SchedulerParts, TickReport};
use prospector_store::{ClaimOptions, NewJob, Store, StoreOptions};
use prospector_testkit::{ManualClock, SequentialIds, wait_until};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const DEADLINE: Duration = Duration::from_secs(20);
const LEASE_MS: i64 = 30_000;

struct House {
    parts: SchedulerParts,
    clock: ManualClock,
    ids: Arc<SequentialIds>,
    _folder: TempDir,
}

impl House {
    async fn build() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("p.db").display());
        let clock = ManualClock::default();
        let ids = Arc::new(SequentialIds::default());
        let store = Store::open(&url, StoreOptions::default(), ids.clone()).await.unwrap();
        store.migrate().await.unwrap();
        let options = QueueOptions::new(ids.clone(), Arc::new(clock.clone()));
        let queue = Queue::connect(&QueueUrl::memory(), options).await.unwrap();
        let parts = SchedulerParts {
            store: Arc::new(store),
            queue,
            clock: Arc::new(clock.clone()),
            ids: ids.clone(),
            settings: SchedulerSettings::default(),
            machines: no_machines(),
        };
        Self { parts, clock, ids, _folder: folder }
    }

    fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.parts.clone())
    }

    async fn add_probe(&self, run_at_ms: UnixMs) -> JobId {
        let now = self.clock.now();
        let id = JobId(self.ids.next(now));
        let mut job = NewJob::single(id, JobKind::Probe, 3, now);
        job.run_at_ms = run_at_ms;
        self.parts.store.insert_jobs(&[job]).await.unwrap();
        id
    }

    /// Takes hints of probes until `stop`; each goes to the receiver.
    fn consume_probes(&self, stop: &CancellationToken) -> mpsc::UnboundedReceiver<JobId> {
        let (sender, hints) = mpsc::unbounded_channel();
        let (queue, stop) = (self.parts.queue.clone(), stop.clone());
        tokio::spawn(async move {
            let options = ConsumeOptions { concurrency: 4, worker_name_prefix: "test".to_owned() };
            let handler = move |id| {
                let sender = sender.clone();
                async move {
                    let _ = sender.send(id);
                }
            };
            queue.consume(JobKind::Probe, options, handler, stop).await.unwrap();
        });
        hints
    }

    async fn outstanding(&self) -> u64 {
        self.parts.queue.outstanding(JobKind::Probe).await.unwrap()
    }
}

/// No provider: only the `template` engine can write.
fn no_machines() -> MachineParts {
    let options = ClientOptions::default();
    let client = InferenceClient::new(options.http_client().unwrap(), options);
    MachineParts { provider: None, client, settings: Arc::new(Config::default().engine) }
}

fn counted(report: &TickReport, duty: Duty) -> u64 {
    report.done.iter().find(|(done, _)| *done == duty).map_or(0, |(_, count)| *count)
}

#[tokio::test]
async fn a_due_job_is_hinted_once_and_a_later_one_is_announced() {
    let house = House::build().await;
    let now = house.clock.now();
    house.add_probe(now).await;
    let later = now.plus_ms(4_000);
    house.add_probe(later).await;

    let mut scheduler = house.scheduler();
    let report = scheduler.tick(now).await.unwrap();
    assert!(report.leads && report.failed.is_empty());
    assert_eq!(counted(&report, Duty::Relay), 1);
    assert_eq!(report.next_due_at, Some(later));
    assert_eq!(counted(&scheduler.tick(now).await.unwrap(), Duty::Relay), 0);

    let now = house.clock.advance_ms(4_000);
    assert_eq!(counted(&scheduler.tick(now).await.unwrap(), Duty::Relay), 1);
    assert_eq!(house.outstanding().await, 2);
}

#[tokio::test]
async fn hints_that_vanished_are_sent_again() {
    let house = House::build().await;
    let id = house.add_probe(house.clock.now()).await;
    let stop = CancellationToken::new();
    let mut hints = house.consume_probes(&stop);
    let mut scheduler = house.scheduler();
    scheduler.tick(house.clock.now()).await.unwrap();
    assert_eq!(hints.recv().await, Some(id));
    // The hint was taken and nothing came of it: to the relay that is a lost hint.
    wait_until("the queue is empty", DEADLINE, async || (house.outstanding().await == 0).then_some(())).await;
    let now = house.clock.advance_ms(1_000);
    assert_eq!(counted(&scheduler.tick(now).await.unwrap(), Duty::Relay), 0);
    let now = house.clock.advance_ms(1_500);
    assert_eq!(counted(&scheduler.tick(now).await.unwrap(), Duty::Relay), 1);
    assert_eq!(hints.recv().await, Some(id));
    stop.cancel();
}

#[tokio::test]
async fn a_paused_kind_is_not_hinted() {
    let house = House::build().await;
    let now = house.clock.now();
    house.add_probe(now).await;
    house.parts.store.pause_kind(now, JobKind::Probe, "test").await.unwrap();
    let mut scheduler = house.scheduler();
    assert_eq!(counted(&scheduler.tick(now).await.unwrap(), Duty::Relay), 0);
    house.parts.store.resume_kind(now, JobKind::Probe, "test").await.unwrap();
    assert_eq!(counted(&scheduler.tick(now).await.unwrap(), Duty::Relay), 1);
}

#[tokio::test]
async fn a_job_whose_worker_vanished_is_put_back_and_hinted_in_one_tick() {
    let house = House::build().await;
    let store = &house.parts.store;
    let id = house.add_probe(house.clock.now()).await;
    let options = ClaimOptions { owner: "vanishes".to_owned(), lease_ms: LEASE_MS };
    assert_eq!(store.claim(house.clock.now(), &[id], &options).await.unwrap().len(), 1);

    let mut scheduler = house.scheduler();
    let report = scheduler.tick(house.clock.now()).await.unwrap();
    assert_eq!((counted(&report, Duty::Rescue), counted(&report, Duty::Relay)), (0, 0));

    let now = house.clock.advance_ms(LEASE_MS + 1);
    let report = scheduler.tick(now).await.unwrap();
    assert_eq!((counted(&report, Duty::Rescue), counted(&report, Duty::Relay)), (1, 1));
    let job = store.job(id).await.unwrap().unwrap();
    assert_eq!((job.state, job.attempt), (JobState::Queued, 1));
    assert_eq!(job.errors.last().map(|error| error.class), Some(ErrorClass::LeaseLost));
    assert_eq!(house.outstanding().await, 1);
}

#[tokio::test]
async fn one_leads_and_another_takes_over_when_it_is_gone() {
    let house = House::build().await;
    let (mut first, mut second) = (house.scheduler(), house.scheduler());
    let now = house.clock.now();
    assert!(first.tick(now).await.unwrap().leads);
    assert!(!second.tick(now).await.unwrap().leads);
    // The first goes on leading while it ticks, however long.
    for _ in 0..10 {
        let now = house.clock.advance_ms(5_000);
        assert!(first.tick(now).await.unwrap().leads);
        assert!(!second.tick(now).await.unwrap().leads);
    }
    let before = house.parts.store.lease("scheduler").await.unwrap().unwrap();
    let now = house.clock.advance_ms(house.parts.settings.lease_ms + 1);
    assert!(second.tick(now).await.unwrap().leads);
    assert!(!first.tick(now).await.unwrap().leads, "the one that was asleep must not lead any more");
    let after = house.parts.store.lease("scheduler").await.unwrap().unwrap();
    assert_eq!(after.epoch, before.epoch + 1);
}

#[tokio::test]
async fn old_jobs_are_pruned_and_dead_ones_kept_longer() {
    let house = House::build().await;
    let store = &house.parts.store;
    let id = house.add_probe(house.clock.now()).await;
    store.cancel_job(house.clock.now(), id, "test").await.unwrap();
    let mut scheduler = house.scheduler();
    scheduler.tick(house.clock.now()).await.unwrap();
    assert!(store.job(id).await.unwrap().is_some());
    let days = house.parts.settings.retention.jobs_days;
    let now = house.clock.advance_ms((days + 1) * 24 * 3_600_000);
    assert!(counted(&scheduler.tick(now).await.unwrap(), Duty::Prune) >= 1);
    assert!(store.job(id).await.unwrap().is_none());
}
