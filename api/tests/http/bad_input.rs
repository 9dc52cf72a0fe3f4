//! Bad input: every kind gets a clear problem that names field and reason, and changes nothing.

use prospector_store::{CandidateFilter, JobFilter};
use serde_json::{Value, json};

use crate::{app::App, inbound::message};

/// Sends a body as it is and returns the problem.
async fn refuse(app: &App, body: &[u8], status: u16, code: &str) -> Value {
    let request = app.enqueue("POST", "/v1/inbound").typed("application/json", body.to_vec());
    request.send().await.problem(status, code)
}

#[tokio::test]
async fn what_cannot_be_read_is_said() {
    let app = App::start().await;
    insta::assert_json_snapshot!(refuse(&app, b"{\"id\": \"m1\",", 400, "malformed_json").await);
    refuse(&app, b"", 400, "malformed_json").await;
    refuse(&app, b"hello", 400, "malformed_json").await;
    let two = format!("{} {{}}", message("m1", "Hello"));
    refuse(&app, two.as_bytes(), 400, "malformed_json").await;
    insta::assert_json_snapshot!(refuse(&app, b"{\"id\": \"m\xff\"}", 400, "not_utf8").await);
    let surrogate = br#"{"id":"m1","thread":"t","contact":"c","channel":"sms","text":"\ud83d"}"#;
    let problem = refuse(&app, surrogate, 422, "invalid_unicode").await;
    assert_eq!(problem["field"], "text");
    nothing_happened(&app).await;
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named() {
    let app = App::start().await;
    let cases = [
        ("text", json!("   "), "empty"),
        ("text", json!("a\u{0}b"), "invalid_unicode"),
        ("text", json!("x".repeat(501)), "too_long"),
        ("text", json!(7), "wrong_type"),
        ("text", Value::Null, "wrong_type"),
        ("id", json!("y".repeat(201)), "too_long"),
        ("contact", json!("+1555\n0100"), "invalid_unicode"),
        ("channel", json!("Carrier Pigeon"), "invalid_channel"),
        ("zone", json!("Atlantis/Centre"), "invalid_zone"),
        ("received_at", json!("2026-03-01T12:05:01Z"), "received_at_in_future"),
        ("received_at", json!("noon"), "invalid_value"),
        ("colour", json!("red"), "unknown_field"),
    ];
    for (field, value, code) in cases {
        let mut body = message("m1", "Hello");
        body[field] = value;
        let problem = refuse(&app, body.to_string().as_bytes(), 422, code).await;
        assert_eq!(problem["field"], field, "{problem}");
        assert!(problem["detail"].as_str().unwrap().starts_with(field), "{problem}");
    }
    let several = json!({"thread": " t", "contact": "", "channel": "sms", "text": ""});
    let problem = refuse(&app, several.to_string().as_bytes(), 422, "missing_field").await;
    insta::assert_json_snapshot!(problem);
    let twice = br#"{"id":"a","id":"b","thread":"t","contact":"c","channel":"sms","text":"x"}"#;
    assert_eq!(refuse(&app, twice, 422, "duplicate_field").await["field"], "id");
    let array = br#"["m1","t","c","sms","x"]"#;
    assert_eq!(refuse(&app, array, 422, "wrong_type").await["field"], "body");
    nothing_happened(&app).await;
}

#[tokio::test]
async fn the_form_of_a_body_is_checked_before_its_content() {
    let app = App::start_with("[api]\nbody_max_bytes = 2048").await;
    let long = message("m1", &"x".repeat(3_000)).to_string();
    let problem = app.enqueue("POST", "/v1/inbound").typed("application/json", long).send().await;
    insta::assert_json_snapshot!(problem.problem(413, "body_too_large"));
    for content_type in ["text/plain", "application/xml", "application/json; charset=latin1", "nonsense"] {
        let body = message("m1", "Hello").to_string();
        let answer = app.enqueue("POST", "/v1/inbound").typed(content_type, body).send().await;
        answer.problem(415, "unsupported_media_type");
    }
    let untyped = app.enqueue("POST", "/v1/inbound").send().await;
    untyped.problem(415, "unsupported_media_type");
    let batch = app.enqueue("POST", "/v1/inbound/batch").typed("text/csv", "m1,Hello").send().await;
    batch.problem(415, "unsupported_media_type");
    nothing_happened(&app).await;
}

#[tokio::test]
async fn jobs_are_checked_like_messages() {
    let app = App::start().await;
    let cases = [
        (json!({"kind": "classify", "payload": {}}), "missing_field", "payload.text"),
        (json!({"kind": "classify", "payload": {"text": ""}}), "empty", "payload.text"),
        (json!({"kind": "classify", "payload": {"text": "x".repeat(501)}}), "too_long", "payload.text"),
        (
            json!({"kind": "classify", "payload": {"text": "x", "zone": "Mars"}}),
            "invalid_zone",
            "payload.zone",
        ),
        (json!({"kind": "draft", "payload": {"template_key": "⑱"}}), "invalid_value", "payload.template_key"),
        (json!({"kind": "draft", "payload": {"key": "②"}}), "unknown_field", "payload.key"),
        (json!({"kind": "probe", "payload": {"a": 1}}), "unknown_field", "payload.a"),
        (json!({"kind": "judge", "payload": {}}), "missing_field", "payload.body"),
        (json!({"kind": "sing"}), "invalid_value", "kind"),
        (json!({}), "missing_field", "kind"),
        (json!({"kind": "probe", "priority": 10}), "invalid_value", "priority"),
        (json!({"kind": "probe", "max_attempts": 0}), "invalid_value", "max_attempts"),
        (json!({"kind": "probe", "run_at": "soon"}), "invalid_value", "run_at"),
        (json!({"kind": "probe", "callback": {"sink": "nowhere"}}), "unknown_sink", "callback.sink"),
        (json!({"kind": "probe", "callback": {"url": "http://x"}}), "unknown_field", "callback.url"),
    ];
    for (body, code, field) in cases {
        let problem = app.enqueue("POST", "/v1/jobs").json(&body).send().await.problem(422, code);
        assert_eq!(problem["field"], field, "{problem}");
    }
    nothing_happened(&app).await;
}

#[tokio::test]
async fn addresses_and_parameters_are_checked() {
    let app = App::start().await;
    app.read("/v1/jobs/42").send().await.problem(400, "invalid_id");
    app.read("/v1/threads/not-an-id").send().await.problem(400, "invalid_id");
    app.read("/v1/templates/%E2%91%B1").send().await.problem(400, "invalid_id");
    app.operate("POST", "/v1/queues/sing/pause").send().await.problem(400, "invalid_id");
    let problem = app.read("/v1/jobs?limit=201").send().await.problem(400, "invalid_query");
    assert_eq!(problem["field"], "limit");
    app.read("/v1/jobs?limit=0").send().await.problem(400, "invalid_query");
    app.read("/v1/jobs?kind=sing").send().await.problem(400, "invalid_query");
    app.read("/v1/jobs?colour=red").send().await.problem(400, "invalid_query");
    app.read("/v1/jobs?cursor=rubbish").send().await.problem(400, "invalid_cursor");
    app.read("/v1/events?after=-1").send().await.problem(400, "invalid_query");
    app.read("/v1/events").header("last-event-id", "last").send().await.problem(400, "invalid_query");
    let unknown = "01920000-0000-7000-8000-00000000002a";
    for path in ["jobs", "threads", "candidates"] {
        app.read(&format!("/v1/{path}/{unknown}")).send().await.problem(404, "not_found");
    }
    app.operate("POST", &format!("/v1/candidates/{unknown}/reject")).send().await.problem(404, "not_found");
}

async fn nothing_happened(app: &App) {
    assert!(app.store.candidates(&CandidateFilter::default(), 1).await.unwrap().is_empty());
    assert!(app.store.jobs(&JobFilter::default(), 1).await.unwrap().is_empty());
    assert_eq!(app.store.last_event_seq().await.unwrap(), 0);
}
