//! Conversations.

use serde_json::json;

use crate::app::App;

#[tokio::test]
async fn a_thread_is_found_and_shown_with_its_messages() {
    let app = App::start().await;
    let first = app.hand_in("m1", "Hello").await;
    app.clock.advance_ms(1_000);
    let second = app.hand_in("m2", "Is a room free?").await;
    assert_eq!(first.thread, second.thread);
    let shown = app.read(&format!("/v1/threads/{}", first.thread)).send().await.expect(200);
    insta::assert_json_snapshot!(shown);
    let found = app.read("/v1/threads?contact=%2B15550100&channel=sms").send().await.expect(200);
    assert_eq!(found["items"], json!([shown["thread"]]));
    assert_eq!(app.read("/v1/threads?contact=nobody").send().await.expect(200)["items"], json!([]));
    let path = format!("/v1/threads/{}/messages?limit=1", first.thread);
    let page = app.read(&path).send().await.expect(200);
    assert_eq!(page["items"][0]["text"], "Is a room free?");
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = app.read(&format!("{path}&cursor={cursor}")).send().await.expect(200);
    assert_eq!((&rest["items"][0]["text"], &rest["next_cursor"]), (&json!("Hello"), &json!(null)));
}

#[tokio::test]
async fn a_thread_has_a_mode_of_its_own() {
    let app = App::start().await;
    let thread = app.hand_in("m1", "Hello").await.thread;
    let set = |mode: serde_json::Value| {
        app.operate("PUT", &format!("/v1/threads/{thread}/mode")).json(&json!({"mode": mode})).send()
    };
    assert_eq!(set(json!("pause")).await.expect(200)["thread"]["mode"], "pause");
    assert_eq!(set(json!(null)).await.expect(200)["thread"]["mode"], json!(null));
    assert_eq!(set(json!("stop")).await.problem(422, "invalid_value")["field"], "mode");
    let empty = app.operate("PUT", &format!("/v1/threads/{thread}/mode")).json(&json!({})).send().await;
    assert_eq!(empty.problem(422, "missing_field")["field"], "mode");
}

#[tokio::test]
async fn a_human_takes_a_thread_over_and_gives_it_back() {
    let app = App::start().await;
    let handed = app.hand_in("m1", "Can I speak to Quinn?").await;
    let act = |verb: &str| app.operate("POST", &format!("/v1/threads/{}/{verb}", handed.thread)).send();
    let taken = act("takeover").await.expect(200);
    assert_eq!(taken["thread"]["sticky_hold"], "human_takeover");
    assert_eq!(taken["live"]["hold"]["reason"], "human_takeover");
    let given = act("giveback").await.expect(200);
    assert_eq!(given["thread"]["sticky_hold"], json!(null));
    assert_eq!(given["live"]["state"], "classifying");
}

#[tokio::test]
async fn a_reply_by_other_means_answers_the_thread() {
    let app = App::start().await;
    let handed = app.hand_in("m1", "Is a room free?").await;
    let note = |body: serde_json::Value| {
        app.operate("POST", &format!("/v1/threads/{}/replies", handed.thread)).json(&body).send()
    };
    let noted = note(json!({"id": "phone-1", "text": "Yes, it is yours."})).await.expect(201);
    assert_eq!(noted["thread"]["live"], json!(null));
    assert_eq!(noted["thread"]["messages"][0]["author"], "human");
    assert_eq!(noted["thread"]["messages"][0]["id"], noted["message_id"]);
    assert_eq!(app.candidate(&handed.candidate).await["candidate"]["state"], "superseded");
    note(json!({"id": "phone-1", "text": "Yes, it is yours."})).await.problem(409, "id_reused");
    let wrong = note(json!({"id": " ", "text": ""})).await.problem(422, "empty");
    assert_eq!(wrong["errors"].as_array().unwrap().len(), 2);
}
