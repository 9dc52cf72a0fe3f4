//! What happens while a dependency is away.

use prospector_domain::job::JobKind;
use prospector_store::{CandidateFilter, JobFilter};
use prospector_testkit::RedisServer;
use serde_json::json;

use crate::{app::App, inbound::message};

#[tokio::test]
async fn without_the_store_callers_are_asked_to_come_back() {
    let app = App::start().await;
    // One request makes the key known, so that the next ones meet the outage in the handler and not at the door.
    app.enqueue("POST", "/v1/jobs").json(&json!({"kind": "probe"})).send().await.expect(202);
    app.store.close().await;
    let known = app.enqueue("POST", "/v1/inbound").json(&message("m1", "Hello")).send().await;
    insta::assert_json_snapshot!(known.problem(503, "store_unavailable"));
    assert_eq!(known.header("retry-after"), Some("5"));
    let with_key = app.enqueue("POST", "/v1/inbound").header("idempotency-key", "k-1");
    with_key.json(&message("m1", "Hello")).send().await.problem(503, "store_unavailable");
    app.enqueue("POST", "/v1/inbound/batch")
        .json(&json!([message("m1", "Hello")]))
        .send()
        .await
        .problem(503, "store_unavailable");
    app.read("/v1/jobs").send().await.problem(503, "store_unavailable");
    let bad = app.enqueue("POST", "/v1/inbound").json(&json!({})).send().await;
    assert_eq!(bad.status, 422, "what is wrong is wrong, outage or not: {}", bad.text);
    let ready = app.anonymous("GET", "/health/ready").send().await.expect(503);
    assert_eq!((&ready["status"], &ready["checks"][0]["ok"]), (&json!("unready"), &json!(false)));
    app.anonymous("GET", "/health/live").send().await.expect(200);
}

#[tokio::test]
async fn without_redis_nothing_is_refused() {
    let mut redis = RedisServer::start();
    let app = App::start_on(&redis.url()).await;
    assert_eq!(app.queue.outstanding(JobKind::Probe).await.unwrap(), 0);
    redis.kill9();
    for number in 0..20 {
        let id = format!("m{number}");
        app.enqueue("POST", "/v1/inbound").json(&message(&id, "Hello")).send().await.expect(202);
        app.enqueue("POST", "/v1/jobs").json(&json!({"kind": "probe"})).send().await.expect(202);
    }
    assert_eq!(app.store.candidates(&CandidateFilter::default(), 50).await.unwrap().len(), 20);
    let kind = Some(JobKind::Probe);
    assert_eq!(app.store.jobs(&JobFilter { kind, ..JobFilter::default() }, 50).await.unwrap().len(), 20);
}
