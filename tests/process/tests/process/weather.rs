//! Bad weather at the API: what it says while a dependency is away, and that it works again afterwards.

use prospector_domain::candidate::CandidateState;
use prospector_testkit::wait_until;
use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    house::{House, LONG},
    load::questions,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_postgres_nothing_is_accepted_and_with_it_everything_works_again_redis() {
    let mut house = House::of_servers().await;
    let _others = (house.start("scheduler").await, house.start("worker").await);
    let _api = house.start_with("api", &[("PROSPECTOR_DATABASE__ACQUIRE_TIMEOUT_MS", "500")]).await;
    house.hand_in(questions("before", 2)).await;
    house.account().await;

    house.servers().postgres.stop();
    let refused = questions("during", 3);
    for message in &refused {
        let answer = house.client.post(message).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let retry_after_s: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&retry_after_s), "{retry_after_s}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "store_unavailable");
    }
    assert!(!house.client.is_ready().await);

    house.servers().postgres.restart();
    house.client.ready().await;
    // Exactly what was accepted is there: nothing of what was refused.
    house.account().await;
    house.hand_in(refused).await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Sent), 5, "{totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_messages_are_accepted_and_answered_when_it_is_back_postgres() {
    let mut house = House::of_servers().await;
    let _programs = (house.start("scheduler").await, house.start("worker").await, house.start("api").await);
    house.servers().redis.kill9();
    for message in questions("during", 4) {
        assert_eq!(house.client.post(&message).await.unwrap().status(), StatusCode::ACCEPTED);
    }
    wait_until("the API says that its queue is away", LONG, async || {
        (!house.client.is_ready().await).then_some(())
    })
    .await;
    assert_eq!(house.sink.received().len(), 0);

    house.servers().redis.restart();
    // Handed in again, they are known: the receipts are the ones given without Redis.
    house.hand_in(questions("during", 4)).await;
    let totals = house.account().await;
    assert_eq!(totals.of(CandidateState::Sent), 4, "{totals:?}");
}
