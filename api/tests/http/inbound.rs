//! Handing messages in.

use futures::future::join_all;
use prospector_domain::{candidate::CandidateState, job::JobKind};
use prospector_store::{CandidateFilter, JobFilter, ThreadFilter};
use serde_json::{Value, json};

use crate::app::App;

pub(crate) fn message(id: &str, text: &str) -> Value {
    json!({"id": id, "thread": "conversation-77", "contact": "+15550100", "channel": "sms", "text": text})
}

#[tokio::test]
async fn a_message_is_accepted_and_safe() {
    let app = App::start().await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let answer = app
        .enqueue("POST", "/v1/inbound")
        .header("traceparent", trace)
        .json(&message("m1", "Is a double room free next weekend?"))
        .send()
        .await;
    let receipt = answer.expect(202);
    assert_eq!(receipt["revision"], 1);
    assert_eq!(receipt["repeated"], false);
    let threads = app.store.threads(&ThreadFilter::default(), 10).await.unwrap();
    assert_eq!(threads[0].id.to_string(), receipt["thread_id"]);
    assert_eq!(threads[0].source, "bridge", "the source defaults to the name of the key");
    let candidates = app.store.candidates(&CandidateFilter::default(), 10).await.unwrap();
    assert_eq!(candidates[0].id.to_string(), receipt["candidate_id"]);
    assert_eq!(candidates[0].state, CandidateState::Classifying);
    assert_eq!(candidates[0].traceparent.as_deref(), Some(trace));
    let jobs = app.store.jobs(&JobFilter::default(), 10).await.unwrap();
    assert_eq!((jobs[0].kind, jobs[0].traceparent.as_deref()), (JobKind::Classify, Some(trace)));
}

#[tokio::test]
async fn a_repeat_is_answered_the_same_and_other_content_is_refused() {
    let app = App::start().await;
    let send = |body: Value| app.enqueue("POST", "/v1/inbound").json(&body).send();
    let mut first = send(message("m1", "Hello")).await.expect(202);
    let second = send(message("m1", "Hello")).await.expect(200);
    first["repeated"] = json!(true);
    assert_eq!(first, second);
    let problem = send(message("m1", "Goodbye")).await.problem(409, "id_reused");
    insta::assert_json_snapshot!(problem);
    let other_source =
        json!({"source": "web", "id": "m1", "thread": "t", "contact": "c", "channel": "web", "text": "x"});
    send(other_source).await.expect(202);
    let reserved = json!({"source": "prospector:outbound", "id": "m1", "thread": "t", "contact": "c", "channel": "web", "text": "x"});
    assert_eq!(send(reserved).await.problem(422, "invalid_value")["field"], "source");
    assert_eq!(app.store.candidates(&CandidateFilter::default(), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_hundred_at_once_are_one_message() {
    let app = App::start().await;
    let requests = (0..100).map(|_| app.enqueue("POST", "/v1/inbound").json(&message("m1", "Hello")).send());
    let answers = join_all(requests).await;
    let accepted = answers.iter().filter(|answer| answer.status == 202).count();
    let repeated = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((accepted, repeated), (1, 99));
    let ids: std::collections::HashSet<String> =
        answers.iter().map(|answer| answer.json()["message_id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(app.store.candidates(&CandidateFilter::default(), 10).await.unwrap().len(), 1);
    assert_eq!(app.store.jobs(&JobFilter::default(), 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn cloud_events_come_in_both_forms_under_one_identity() {
    let app = App::start().await;
    let data = json!({"thread": "t", "contact": "+15550100", "channel": "sms", "text": "Hello"});
    let event = json!({
        "specversion": "1.0", "type": "prospector.inbound.v1", "source": "/bridges/sms", "id": "e1",
        "time": "2026-03-01T11:59:00Z", "data": data,
    });
    let structured = app
        .enqueue("POST", "/v1/inbound")
        .typed("application/cloudevents+json; charset=utf-8", event.to_string())
        .send()
        .await
        .expect(202);
    let binary = app
        .enqueue("POST", "/v1/inbound")
        .header("ce-specversion", "1.0")
        .header("ce-type", "prospector.inbound.v1")
        .header("ce-source", "/bridges/sms")
        .header("ce-id", "e1")
        .json(&data)
        .send()
        .await
        .expect(200);
    assert_eq!(structured["message_id"], binary["message_id"]);
    let plain = json!({
        "source": "/bridges/sms", "id": "e1",
        "thread": "t", "contact": "+15550100", "channel": "sms", "text": "Hello",
    });
    let plain = app.enqueue("POST", "/v1/inbound").json(&plain).send().await.expect(200);
    assert_eq!(plain["message_id"], structured["message_id"]);
    let wrong_type = app
        .enqueue("POST", "/v1/inbound")
        .header("ce-specversion", "1.0")
        .header("ce-type", "other")
        .header("ce-source", "s")
        .header("ce-id", "e2")
        .json(&data)
        .send()
        .await;
    assert_eq!(wrong_type.problem(422, "invalid_cloud_event")["field"], "type");
}

#[tokio::test]
async fn each_item_of_a_batch_has_its_own_fate() {
    let app = App::start().await;
    app.enqueue("POST", "/v1/inbound").json(&message("known", "Hello")).send().await.expect(202);
    let batch = json!([
        message("m1", "One"),
        message("m2", "  "),
        message("known", "Hello"),
        message("known", "Other words"),
        {"id": "m3"},
        "no object",
        message("m1", "One"),
    ]);
    let result = app.enqueue("POST", "/v1/inbound/batch").json(&batch).send().await.expect(200);
    assert_eq!(
        (&result["accepted"], &result["repeated"], &result["refused"]),
        (&json!(1), &json!(2), &json!(4))
    );
    let items = result["items"].as_array().unwrap();
    let fates: Vec<_> = items
        .iter()
        .map(|item| {
            let code = item["problem"]["code"].as_str().unwrap_or("");
            (item["index"].as_u64().unwrap(), item["status"].as_u64().unwrap(), code)
        })
        .collect();
    assert_eq!(
        fates,
        [
            (0, 202, ""),
            (1, 422, "empty"),
            (2, 200, ""),
            (3, 409, "id_reused"),
            (4, 422, "missing_field"),
            (5, 422, "wrong_type"),
            (6, 200, ""),
        ]
    );
    assert_eq!(items[0]["receipt"]["message_id"], items[6]["receipt"]["message_id"]);
    assert_eq!(app.store.candidates(&CandidateFilter::default(), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_batch_of_cloud_events_is_taken_and_a_batch_has_bounds() {
    let app = App::start().await;
    let event = json!({
        "specversion": "1.0", "type": "prospector.inbound.v1", "source": "s", "id": "e1",
        "data": {"thread": "t", "contact": "c", "channel": "sms", "text": "Hello"},
    });
    let batch = json!([event, {"specversion": "1.0"}]).to_string();
    let result = app
        .enqueue("POST", "/v1/inbound/batch")
        .typed("application/cloudevents-batch+json", batch)
        .send()
        .await
        .expect(200);
    assert_eq!((&result["accepted"], &result["refused"]), (&json!(1), &json!(1)));
    let send = |batch: Value| app.enqueue("POST", "/v1/inbound/batch").json(&batch).send();
    send(json!([])).await.problem(422, "too_many_items");
    let many: Vec<_> = (0..21).map(|number| message(&number.to_string(), "Hello")).collect();
    send(json!(many)).await.problem(422, "too_many_items");
    send(json!({"id": "m1"})).await.problem(422, "wrong_type");
    assert_eq!(app.store.candidates(&CandidateFilter::default(), 30).await.unwrap().len(), 1);
}
