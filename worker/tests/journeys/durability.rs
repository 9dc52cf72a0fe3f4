//! Workers that stop, vanish or lose their store.

use std::time::Duration;

use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    job::{ErrorClass, JobKind, JobState},
    record::IntentState,
};
use prospector_store::NewJob;
use prospector_testkit::{PostgresServer, SinkAnswer};

use crate::house::{DEADLINE, House, Plan};

const QUESTION: &str = "How much is a double room?";
/// How long after its claim a job is rescued, in milliseconds: the lease, and a little more.
const LEASE_OVER_MS: i64 = 30_001;

#[tokio::test]
async fn a_polite_stop_finishes_what_runs_and_takes_nothing_new() {
    let sink = "allow_private_address = true\ntimeout_ms = 1000";
    let house = House::build(Plan { sink, ..Plan::default() }).await;
    house.sink.answer_next([SinkAnswer::TakeInSilence]);
    let id = house.send(QUESTION).await;
    house.until(id, CandidateState::Sending).await;
    let later = house.job_due_now(JobKind::Probe).await;
    house.shutdown.ask("test");
    house.hint().await;
    tokio::time::timeout(DEADLINE, house.worker).await.unwrap().unwrap().unwrap();
    // The webhook was out for its whole second, and what came of it is saved.
    let view = house.store.candidate(id).await.unwrap().unwrap();
    assert_eq!(view.candidate.hold.unwrap().reason, HoldReason::DispatchUnknown);
    let later = house.store.job(later).await.unwrap().unwrap();
    assert_eq!((later.state, later.attempt), (JobState::Queued, 0));
}

#[tokio::test]
async fn a_stop_at_once_leaves_a_doubtful_message_to_whoever_comes_next() {
    for (deduplicates, expected) in [(false, IntentState::Unknown), (true, IntentState::Delivered)] {
        let sink = format!("allow_private_address = true\ntimeout_ms = 60000\ndeduplicates = {deduplicates}");
        let mut house = House::build(Plan { sink: &sink, ..Plan::default() }).await;
        house.sink.answer_next([SinkAnswer::TakeInSilence]);
        let id = house.send(QUESTION).await;
        house.until(id, CandidateState::Sending).await;
        house.until_that("it was taken", async || (!house.sink.received().is_empty()).then_some(())).await;
        house.shutdown.ask("test");
        house.shutdown.ask("test");
        tokio::time::timeout(Duration::from_secs(10), &mut house.worker).await.unwrap().unwrap().unwrap();
        assert_eq!(house.newest_job(JobKind::Dispatch).await.state, JobState::Running);

        house.hire_again();
        house.clock.advance_ms(LEASE_OVER_MS);
        let rescued = house.store.rescue_expired(house.now(), 10).await.unwrap();
        assert_eq!(rescued.len(), 1);
        house
            .until_that("it is settled", async || {
                let settled = house.view(id).await.candidate.state.is_settled();
                settled.then_some(())
            })
            .await;
        assert_eq!(house.view(id).await.intent.unwrap().state, expected);
        assert_eq!(house.sink.effects().len(), 1);
        assert_eq!(house.newest_job(JobKind::Dispatch).await.errors[0].class, ErrorClass::LeaseLost);
        house.close().await;
    }
}

#[tokio::test]
async fn a_worker_waits_for_its_store_and_goes_on_when_it_is_back() {
    let mut server = PostgresServer::start();
    let database = Some(server.create_database());
    let house = House::build(Plan { database, ..Plan::default() }).await;
    let first = house.send(QUESTION).await;
    house.until(first, CandidateState::Sent).await;

    let waiting = house.job_due_now(JobKind::Probe).await;
    server.kill9();
    house.queue.push(JobKind::Probe, &[waiting]).await.unwrap();
    house
        .until_that("the hint is taken", async || {
            let outstanding = house.queue.outstanding(JobKind::Probe).await.unwrap();
            (outstanding == 0).then_some(())
        })
        .await;
    assert!(!house.worker.is_finished(), "the worker gave up");
    server.restart();
    // Nobody hints again: the worker that took the hint has not forgotten it.
    prospector_testkit::wait_until("the job is done", DEADLINE, async || {
        let job = house.store.job(waiting).await.ok()??;
        (job.state == JobState::Succeeded).then_some(())
    })
    .await;
    let second = house.send("Do you have parking?").await;
    house.until(second, CandidateState::Sent).await;
    assert_eq!(house.texts().len(), 2);
    house.close().await;
}

#[tokio::test]
async fn many_jobs_are_each_done_once_however_they_are_hinted() {
    let house = House::open().await;
    let now = house.now();
    let jobs: Vec<NewJob> =
        house.new_ids(1_000).into_iter().map(|id| NewJob::single(id, JobKind::Probe, 3, now)).collect();
    house.store.insert_jobs(&jobs).await.unwrap();
    let ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    for chunk in ids.chunks(250) {
        house.queue.push(JobKind::Probe, chunk).await.unwrap();
        house.queue.push(JobKind::Probe, chunk).await.unwrap();
    }
    house.come_to_rest().await;
    for id in ids {
        let job = house.job(id).await;
        assert_eq!((job.state, job.attempt, job.fence), (JobState::Succeeded, 1, 1));
    }
    house.close().await;
}
