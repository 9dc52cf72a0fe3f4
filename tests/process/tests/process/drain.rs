//! A worker is asked to stop under load: politely once, and at once when asked again.

use prospector_domain::candidate::CandidateState;
use prospector_store::JobFilter;

use crate::{
    crash::TableLock,
    house::{House, LONG, PATIENT, UNHURRIED},
    load::questions,
};

const POLITE: &str = "asked to stop: finishing what runs";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_asked_to_stop_finishes_what_it_has_postgres_redis() {
    let mut house = House::of_servers().await;
    let _others = (house.start("scheduler").await, house.start_with("api", UNHURRIED).await);
    let mut worker = house.start_with("worker", PATIENT).await;
    house.hand_in(questions("guests", 12)).await;
    let lock = TableLock::take(&mut house, "messages").await;
    lock.waiting(&house, 2).await;
    worker.sigterm();
    worker.wait_for_line(POLITE, LONG).await;
    assert!(worker.is_running(), "its handlers wait for the database");
    lock.release(&house).await;
    assert_eq!(worker.wait_exit(LONG).await.code(), Some(0));

    let _worker = house.start_with("worker", PATIENT).await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Sent), 12, "{totals:?}");
    for job in house.store.jobs(&JobFilter::default(), 1_000).await.unwrap() {
        assert!(job.attempt == 1 && job.errors.is_empty(), "stopping cost an attempt: {job:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_asked_twice_stops_at_once_postgres_redis() {
    let mut house = House::of_servers().await;
    let _others = (house.start("scheduler").await, house.start_with("api", UNHURRIED).await);
    let mut worker = house.start("worker").await;
    house.hand_in(questions("guests", 6)).await;
    let lock = TableLock::take(&mut house, "messages").await;
    lock.waiting(&house, 1).await;
    worker.sigterm();
    worker.wait_for_line(POLITE, LONG).await;
    worker.sigterm();
    worker.wait_for_line("asked to stop again: stopping at once", LONG).await;
    // The lock is still held, so nothing that runs can have been finished.
    worker.wait_exit(AT_ONCE).await;
    lock.release(&house).await;

    let _worker = house.start("worker").await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Sent), 6, "{totals:?}");
}

/// Well below the limit of a polite stop in these tests, with room for a loaded machine.
const AT_ONCE: std::time::Duration = std::time::Duration::from_secs(8);
