//! Looking at candidates and deciding about them.

use serde_json::{Value, json};

use crate::app::App;

/// A text that the gate lets through under the example facts, and one that contradicts them.
const CLEAN: &str = "Hello, a double room is €90 per night. Quinn";
const WRONG: &str = "Hello, a double room is €70 per night. Quinn";

async fn seeded() -> App {
    let app = App::start().await;
    app.seed().await;
    app
}

async fn act(app: &App, id: &str, verb: &str) -> crate::client::Answer {
    app.operate("POST", &format!("/v1/candidates/{id}/{verb}")).send().await
}

#[tokio::test]
async fn a_staged_candidate_is_shown_with_all_that_was_written_about_it() {
    let app = seeded().await;
    let id = app.draft("m1", CLEAN).await.candidate;
    let shown = app.candidate(&id).await;
    insta::assert_json_snapshot!(shown);
    let listed = app.read("/v1/candidates?state=pending_review").send().await.expect(200);
    assert_eq!(listed["items"][0], shown["candidate"]);
    let none = app.read("/v1/candidates?state=held&hold_reason=spec_conflict").send().await.expect(200);
    assert_eq!(none["items"], json!([]));
    let outcomes = app.read("/v1/outcomes").send().await.expect(200);
    assert_eq!(outcomes["items"], json!([{"state": "pending_review", "hold_reason": null, "candidates": 1}]));
}

#[tokio::test]
async fn an_approved_draft_goes_out_and_can_be_called_back() {
    let app = seeded().await;
    let id = app.draft("m1", CLEAN).await.candidate;
    let approved = act(&app, &id, "approve").await.expect(200);
    assert_eq!(approved["candidate"]["state"], "scheduled");
    assert_eq!(approved["candidate"]["approved_by"], "desk");
    assert_eq!(approved["actions"], json!(["undo", "reject"]));
    assert_eq!(approved["delivery"]["state"], "pending");
    act(&app, &id, "approve").await.problem(409, "wrong_state");
    let undone = act(&app, &id, "undo").await.expect(200);
    assert_eq!(undone["candidate"]["state"], "pending_review");
    let rejected = act(&app, &id, "reject").await.expect(200);
    assert_eq!((&rejected["candidate"]["state"], &rejected["actions"]), (&json!("rejected"), &json!([])));
    act(&app, &id, "undo").await.problem(409, "wrong_state");
}

#[tokio::test]
async fn evidence_is_shown_and_cannot_be_sent() {
    let app = seeded().await;
    let id = app.draft("m1", WRONG).await.candidate;
    let shown = app.candidate(&id).await;
    assert_eq!(shown["candidate"]["hold"]["reason"], "spec_conflict");
    let draft = &shown["drafts"][0];
    assert_eq!((&draft["body"], &draft["clean"]), (&json!(WRONG), &json!(false)));
    assert_eq!(draft["verdict"]["violations"][0]["text"], "€70");
    assert_eq!(shown["actions"], json!(["approve_edited", "reject", "release"]));
    insta::assert_json_snapshot!(act(&app, &id, "approve").await.problem(409, "wrong_state"));
    let held = app.read("/v1/candidates?hold_reason=spec_conflict").send().await.expect(200);
    assert_eq!(held["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_edit_passes_the_same_gate() {
    let app = seeded().await;
    let id = app.draft("m1", WRONG).await.candidate;
    let edit = |body: Value| {
        app.operate("POST", &format!("/v1/candidates/{id}/approve")).json(&json!({"body": body})).send()
    };
    let before = app.candidate(&id).await;
    let refused = edit(json!("A double room is €60 per night. Quinn")).await.problem(422, "gate_violation");
    insta::assert_json_snapshot!(refused);
    edit(json!("  ")).await.problem(422, "empty");
    edit(json!(7)).await.problem(422, "wrong_type");
    assert_eq!(app.candidate(&id).await, before, "a refused edit changes nothing");
    let approved = edit(json!(CLEAN)).await.expect(200);
    assert_eq!(approved["candidate"]["state"], "scheduled");
    assert_eq!(approved["drafts"][1]["author"], "human");
    assert_eq!(approved["drafts"][1]["in_force"], true);
    assert_eq!(approved["drafts"][0]["in_force"], false);
}

#[tokio::test]
async fn a_held_candidate_is_released_to_be_read_anew() {
    let app = seeded().await;
    let id = app.draft("m1", WRONG).await.candidate;
    let released = act(&app, &id, "release").await.expect(200);
    assert_eq!(released["candidate"]["state"], "classifying");
    act(&app, &id, "release").await.problem(409, "wrong_state");
}

#[tokio::test]
async fn a_delivery_that_nobody_knows_about_is_closed_by_whoever_knows() {
    let app = seeded().await;
    let id = app.draft("m1", CLEAN).await.candidate;
    act(&app, &id, "mark-delivered").await.problem(409, "wrong_state");
    act(&app, &id, "approve").await.expect(200);
    app.lose_delivery().await;
    let shown = app.candidate(&id).await;
    assert_eq!(shown["candidate"]["hold"]["reason"], "dispatch_unknown");
    assert_eq!(shown["actions"], json!(["approve", "reject", "mark_delivered"]));
    act(&app, &id, "release").await.problem(409, "wrong_state");
    let closed = act(&app, &id, "mark-delivered").await.expect(200);
    assert_eq!(closed["candidate"]["state"], "sent");
    assert_eq!(closed["delivery"]["state"], "delivered");
}
