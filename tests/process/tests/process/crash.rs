//! Things are killed, frozen, wiped and cut off in the middle of work; afterwards nothing is lost and nothing was sent
//! twice.

use std::time::Duration;

use prospector_domain::{
    candidate::CandidateState,
    job::{ErrorClass, Job, JobState},
};
use prospector_store::JobFilter;
use prospector_testkit::{Program, SinkAnswer, TcpProxy, wait_until};

use crate::{
    house::{House, LONG, UNHURRIED},
    load::{mixed, questions},
};

/// Leads, in the words of the log.
const LEADS: &str = "leads from now on";

async fn jobs(house: &House, wanted: impl Fn(&Job) -> bool) -> Vec<Job> {
    let jobs = house.store.jobs(&JobFilter::default(), 1_000).await.unwrap();
    jobs.into_iter().filter(wanted).collect()
}

fn lost_its_lease(job: &Job) -> bool {
    job.errors.iter().any(|error| error.class == ErrorClass::LeaseLost)
}

/// A lock that keeps everybody from a table until it is released.
pub(crate) struct TableLock {
    _psql: Program,
    table: &'static str,
}

impl TableLock {
    pub(crate) async fn take(house: &mut House, table: &'static str) -> Self {
        let database = house.database_name().to_owned();
        let statements = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)");
        let psql = house.servers().postgres.sql_meanwhile(&database, &statements);
        wait_until(&format!("{table} is locked"), LONG, async || {
            (house.sql(&Self::lock_holders(table)) == "1").then_some(())
        })
        .await;
        Self { _psql: psql, table }
    }

    /// Waits until this many transactions wait for the table.
    pub(crate) async fn waiting(&self, house: &House, backends: i64) {
        let count = format!(
            "SELECT count(*) FROM pg_locks WHERE relation = '{}'::regclass AND NOT granted",
            self.table
        );
        wait_until(&format!("{backends} wait for {}", self.table), LONG, async || {
            (house.sql(&count).parse::<i64>().unwrap() >= backends).then_some(())
        })
        .await;
    }

    pub(crate) async fn release(self, house: &House) {
        let end = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE relation = '{}'::regclass \
             AND mode = 'AccessExclusiveLock' AND granted",
            self.table
        );
        assert_eq!(house.sql(&end), "1");
    }

    fn lock_holders(table: &str) -> String {
        format!(
            "SELECT count(*) FROM pg_locks WHERE relation = '{table}'::regclass AND mode = 'AccessExclusiveLock' \
             AND granted"
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_while_the_sink_has_its_webhooks_postgres_redis() {
    let house = House::of_servers().await;
    let _others = (house.start("scheduler").await, house.start("api").await);
    let mut worker = house.start("worker").await;
    // The sink takes these and the worker never learns it: whoever comes next must send them again.
    house.sink.answer_next([SinkAnswer::TakeInSilence, SinkAnswer::TakeInSilence, SinkAnswer::TakeInSilence]);
    house.hand_in(questions("guests", 10)).await;
    house.called(3).await;
    worker.kill9();

    let _worker = house.start("worker").await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Sent), 10, "{totals:?}");
    assert!(house.sink.repeats() >= 3, "what was in silence was sent again, under the same id");
    assert!(jobs(&house, lost_its_lease).await.len() >= 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_leading_scheduler_killed_in_the_middle_of_a_duty_postgres_redis() {
    let mut house = House::of_servers().await;
    let mut leader = house.start("scheduler").await;
    leader.wait_for_line(LEADS, LONG).await;
    let follower = house.start("scheduler").await;
    let _others = (house.start("worker").await, house.start("api").await);

    // The relay reads this table in every turn; now it stands still half-way through its duties.
    let lock = TableLock::take(&mut house, "queue_controls").await;
    lock.waiting(&house, 1).await;
    house.hand_in(mixed("guests", 15)).await;
    leader.kill9();
    lock.release(&house).await;

    let totals = house.account().await;
    assert!(totals.of(CandidateState::Sent) >= 12, "{totals:?}");
    follower.wait_for_line(LEADS, LONG).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_killed_in_the_middle_with_redis_left_alone() {
    let mut house = House::of_servers().await;
    let _programs = (
        house.start("scheduler").await,
        house.start("worker").await,
        house.start("worker").await,
        house.start("api").await,
    );
    let feeding = house.feed(mixed("guests", 25));
    house.called(1).await;
    house.servers().postgres.kill9();
    house.servers().postgres.restart();
    feeding.await.unwrap();
    // A burst that is torn apart is answered more than once.
    let totals = house.account().await;
    assert!(totals.of(CandidateState::Sent) >= 20, "{totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_killed_in_the_middle_with_postgres_left_alone() {
    let mut house = House::of_servers().await;
    let _programs = (house.start("scheduler").await, house.start("worker").await, house.start("api").await);
    let feeding = house.feed(mixed("guests", 25));
    house.called(1).await;
    house.servers().redis.kill9();
    feeding.await.unwrap();
    house.servers().redis.restart();
    let totals = house.account().await;
    assert!(totals.of(CandidateState::Sent) >= 20, "{totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_wiped_again_and_again_costs_postgres_nothing() {
    let mut house = House::of_servers().await;
    let _programs = (house.start("scheduler").await, house.start("worker").await, house.start("api").await);
    let feeding = house.feed(mixed("guests", 25));
    for calls in [1, 4, 8] {
        house.called(calls).await;
        house.servers().redis.flushall();
    }
    feeding.await.unwrap();
    // A burst that is torn apart is answered more than once.
    let totals = house.account().await;
    assert!(totals.of(CandidateState::Sent) >= 20, "{totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_worker_that_wakes_after_its_lease_cannot_write_postgres_redis() {
    let mut house = House::of_servers().await;
    let _scheduler = house.start("scheduler").await;
    let _api = house.start_with("api", UNHURRIED).await;
    let sleeper = house.start("worker").await;
    house.hand_in(questions("guests", 5)).await;
    // Its handlers have claimed their jobs and now wait for what the messages say.
    let lock = TableLock::take(&mut house, "messages").await;
    lock.waiting(&house, 1).await;
    sleeper.pause();
    wait_until("a job of the sleeper is put back", LONG, async || {
        let back = jobs(&house, |job| lost_its_lease(job) && job.state == JobState::Queued).await;
        (!back.is_empty()).then_some(())
    })
    .await;
    lock.release(&house).await;
    let _worker = house.start("worker").await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Sent), 5, "{totals:?}");

    let before = jobs(&house, |_| true).await;
    sleeper.resume();
    // Either its lease keeper looks first and drops the jobs, or a handler is done first and the fence refuses its result.
    sleeper.wait_for_line("lost the lease of", LONG).await;
    house.hand_in(questions("later", 5)).await;
    house.account().await;
    for job in before {
        assert_eq!(house.store.job(job.id).await.unwrap(), Some(job), "the sleeper wrote after its lease");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_cut_off_from_postgres_and_from_nobody_else_redis() {
    let mut house = House::of_servers().await;
    let proxy = TcpProxy::start(house.servers().postgres.port());
    let port = house.servers().postgres.port().to_string();
    let through = house.database_url().replace(&format!(":{port}/"), &format!(":{}/", proxy.port()));
    assert_ne!(through, house.database_url());
    let _scheduler = house.start("scheduler").await;
    let _api = house.start("api").await;
    let _far = house.start_with("worker", &[("PROSPECTOR_DATABASE__URL", &through)]).await;

    // Cut: connections break at once, and come back.
    let feeding = house.feed(questions("cut", 10));
    house.called(1).await;
    proxy.cut();
    feeding.await.unwrap();
    wait_until("a job of the cut off worker is put back", Duration::from_secs(20), async || {
        (!jobs(&house, lost_its_lease).await.is_empty()).then_some(())
    })
    .await;
    proxy.heal();
    house.account().await;

    // Stalled: nothing breaks and nothing is answered; what was on its way arrives after somebody else did the work.
    house.sink.answer_next([SinkAnswer::TakeInSilence, SinkAnswer::TakeInSilence]);
    let calls = house.sink.received().len();
    house.hand_in(questions("stall", 6)).await;
    house.called(calls + 2).await;
    proxy.stall();
    let near = house.start("worker").await;
    house.account().await;
    proxy.heal();
    house.account().await;
    drop(near);

    house.hand_in(questions("after", 4)).await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Sent), 20, "{totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_of_everything_killed_postgres_redis() {
    let house = House::of_servers().await;
    let (mut first, second) = (house.start("scheduler").await, house.start("scheduler").await);
    let (mut worker, _worker) = (house.start("worker").await, house.start("worker").await);
    let mut api = house.start("api").await;
    first.wait_for_line(LEADS, LONG).await;
    let feeding = house.feed(mixed("guests", 30));
    house.called(1).await;
    worker.kill9();
    first.kill9();
    api.kill9();
    let _api = house.start("api").await;
    feeding.await.unwrap();
    let totals = house.account().await;
    assert!(totals.of(CandidateState::Sent) >= 24, "{totals:?}");
    second.wait_for_line(LEADS, LONG).await;
}
