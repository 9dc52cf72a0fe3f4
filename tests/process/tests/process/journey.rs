//! Nothing goes wrong: a mixed load through the whole system, in both of its shapes.

use prospector_domain::candidate::CandidateState;

use crate::{
    house::{House, LONG, PATIENT, UNHURRIED},
    load::mixed,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mixed_load_over_postgres_and_redis_is_accounted_for() {
    let house = House::of_servers().await;
    let _programs = (
        house.start("scheduler").await,
        house.start_with("worker", PATIENT).await,
        house.start_with("worker", PATIENT).await,
        house.start_with("api", UNHURRIED).await,
    );
    house.hand_in(mixed("guests", 25)).await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Superseded), 10, "two of each burst: {totals:?}");
    assert_eq!(totals.of(CandidateState::Sent), 20, "{totals:?}");
    assert_eq!(totals.of(CandidateState::Held), 5, "{totals:?}");
    assert_eq!(house.sink.repeats(), 0, "nothing failed, so nothing was sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_over_sqlite_is_accounted_for_and_survives_restarts() {
    let house = House::embedded().await;
    let mut up = house.start("up").await;
    house.hand_in(mixed("early", 10)).await;
    let early = house.account().await;
    assert!(early.of(CandidateState::Sent) >= 6, "{early:?}");

    // Some of this load is at rest, some under way and some not yet read when the process is killed.
    house.hand_in(mixed("late", 10)).await;
    up.kill9();
    let mut up = house.start("up").await;
    house.account().await;
    up.sigterm();
    assert!(up.wait_exit(LONG).await.success());

    let _up = house.start("up").await;
    house.hand_in(mixed("last", 5)).await;
    let totals = house.account().await;
    assert!(totals.of(CandidateState::Sent) > early.of(CandidateState::Sent), "{totals:?}");
}
