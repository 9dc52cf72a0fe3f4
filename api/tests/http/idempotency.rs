//! `Idempotency-Key`.

use futures::future::join_all;
use prospector_api::key::Scope;
use prospector_domain::{id::JobId, job::JobKind, source::Clock as _};
use prospector_store::{CandidateFilter, JobFilter, NewJob};
use serde_json::{Value, json};

use crate::{
    app::App,
    client::{Answer, Request},
    inbound::message,
};

fn probe(app: &App, key: &str) -> Request {
    app.enqueue("POST", "/v1/jobs").header("idempotency-key", key).json(&json!({"kind": "probe"}))
}

async fn jobs(app: &App) -> usize {
    app.store.jobs(&JobFilter::default(), 200).await.unwrap().len()
}

#[tokio::test]
async fn a_repeat_gets_the_stored_answer() {
    let app = App::start().await;
    let first = probe(&app, "\"k-1\"").send().await;
    let second = probe(&app, "k-1").send().await;
    assert_eq!(first.expect(202), second.expect(202));
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(second.header("content-type"), Some("application/json"));
    assert_eq!(jobs(&app).await, 1);
    probe(&app, "k-2").send().await.expect(202);
    app.enqueue("POST", "/v1/jobs").json(&json!({"kind": "probe"})).send().await.expect(202);
    assert_eq!(jobs(&app).await, 3);
}

#[tokio::test]
async fn another_request_under_the_key_is_refused() {
    let app = App::start().await;
    probe(&app, "k-1").send().await.expect(202);
    let other = json!({"kind": "probe", "priority": 1});
    let other = app.enqueue("POST", "/v1/jobs").header("idempotency-key", "k-1").json(&other).send().await;
    insta::assert_json_snapshot!(other.problem(422, "idempotency_mismatch"));
    let elsewhere = message("m1", "Hello");
    let elsewhere =
        app.enqueue("POST", "/v1/inbound").header("idempotency-key", "k-1").json(&elsewhere).send().await;
    elsewhere.problem(422, "idempotency_mismatch");
    assert_eq!(jobs(&app).await, 1);
}

#[tokio::test]
async fn keys_of_two_callers_do_not_meet() {
    let app = App::start().await;
    let (_, other) = app.add_key(70, "second bridge", &[Scope::Enqueue]).await;
    let first = probe(&app, "k-1").send().await.expect(202);
    let second = app.anonymous("POST", "/v1/jobs").bearer(&other).header("idempotency-key", "k-1");
    let second = second.json(&json!({"kind": "probe"})).send().await.expect(202);
    assert_ne!(first["id"], second["id"]);
}

#[tokio::test]
async fn a_malformed_key_is_refused() {
    let app = App::start().await;
    for bad in ["", "two words", &"k".repeat(256), "\"open"] {
        probe(&app, bad).send().await.problem(400, "idempotency_key_malformed");
    }
    probe(&app, "k-1")
        .header("idempotency-key", "k-2")
        .send()
        .await
        .problem(400, "idempotency_key_malformed");
    assert_eq!(jobs(&app).await, 0);
}

#[tokio::test]
async fn a_request_that_was_turned_down_may_be_corrected_under_its_key() {
    let app = App::start().await;
    let send =
        |body: Value| app.enqueue("POST", "/v1/jobs").header("idempotency-key", "k-1").json(&body).send();
    send(json!({"kind": "sing"})).await.problem(422, "invalid_value");
    send(json!({"kind": "probe"})).await.expect(202);
}

#[tokio::test]
async fn of_many_at_once_one_is_carried_out() {
    let app = App::start().await;
    let answers: Vec<Answer> = join_all((0..40).map(|_| probe(&app, "k-1").send())).await;
    let mut ids = std::collections::HashSet::new();
    for answer in &answers {
        match answer.status {
            202 => drop(ids.insert(answer.json()["id"].to_string())),
            _ => {
                answer.problem(409, "idempotency_in_flight");
                assert_eq!(answer.header("retry-after"), Some("1"));
            }
        }
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(jobs(&app).await, 1);
    // Whoever was told to come back gets the answer now.
    let later = probe(&app, "k-1").send().await;
    assert!(ids.contains(&later.expect(202)["id"].to_string()));
}

#[tokio::test]
async fn a_request_that_somebody_else_carries_out_waits_and_is_taken_over_when_they_are_gone() {
    let app = App::start().await;
    let key_id = app.store.api_keys().await.unwrap().into_iter().find(|key| key.name == "bridge").unwrap().id;
    // The first request runs on another server: the same request as below, begun and not finished.
    let first = probe(&app, "k-1").send().await.expect(202);
    let hash = hash_of_probe();
    let begun = app.store.begin_idempotent(app.clock.now(), &key_id.to_string(), "k-9", &hash).await.unwrap();
    let prospector_store::Idempotency::New(ticket) = begun else { panic!("it is new: {begun:?}") };
    insta::assert_json_snapshot!(probe(&app, "k-9").send().await.problem(409, "idempotency_in_flight"));
    app.clock.advance_ms(61_000);
    let taken_over = probe(&app, "k-9").send().await.expect(202);
    assert_ne!(taken_over["id"], first["id"]);
    assert_eq!(taken_over["id"], ticket.subject().to_string());
}

#[tokio::test]
async fn a_job_that_a_vanished_server_made_is_found_instead_of_made_again() {
    let app = App::start().await;
    let key_id = app.store.api_keys().await.unwrap().into_iter().find(|key| key.name == "bridge").unwrap().id;
    let now = app.clock.now();
    let begun = app.store.begin_idempotent(now, &key_id.to_string(), "k-9", &hash_of_probe()).await.unwrap();
    let prospector_store::Idempotency::New(ticket) = begun else { panic!("it is new: {begun:?}") };
    let made = NewJob::single(JobId(ticket.subject()), JobKind::Probe, 3, now);
    app.store.insert_jobs(&[made]).await.unwrap();
    app.clock.advance_ms(61_000);
    let answer = probe(&app, "k-9").send().await.expect(202);
    assert_eq!(answer["id"], ticket.subject().to_string());
    assert_eq!(jobs(&app).await, 1);
}

/// The hash under which the store knows the request of [`probe`]; worked out here as the interface describes it.
fn hash_of_probe() -> String {
    use sha2::{Digest as _, Sha256};
    let body = json!({"kind": "probe"}).to_string();
    let mut hash = Sha256::new();
    for part in ["POST", "/v1/jobs", "application/json", body.as_str()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}

#[tokio::test]
async fn messages_take_a_key_as_well() {
    let app = App::start().await;
    let send = || {
        let body = message("m1", "Hello");
        app.enqueue("POST", "/v1/inbound").header("idempotency-key", "k-1").json(&body).send()
    };
    let first = send().await.expect(202);
    let second = send().await;
    assert_eq!(second.expect(202), first, "the stored answer, not that of a repeat");
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(app.store.candidates(&CandidateFilter::default(), 10).await.unwrap().len(), 1);
}
