//! Settings, sinks, the opt-out ledger, engine builds.

use serde_json::{Value, json};

use crate::app::App;

#[tokio::test]
async fn settings_change_together_or_not_at_all() {
    let app = App::start().await;
    let patch = |body: Value| app.operate("PATCH", "/v1/settings").json(&body).send();
    insta::assert_json_snapshot!(app.read("/v1/settings").send().await.expect(200));
    let changed = patch(json!({
        "mode": "go", "channel_modes": {"web": "pause"}, "mission": {"goal": "fill the family room"}
    }));
    let changed = changed.await.expect(200);
    assert_eq!(
        changed,
        json!({
            "mode": "go", "channel_modes": {"web": "pause"},
            "draft_engine": "template", "mission": {"goal": "fill the family room"},
        })
    );
    let unknown = json!({"mode": "pause", "draft_engine": "do-gpu-m_1"});
    let refused =
        app.admin("PATCH", "/v1/settings").json(&unknown).send().await.problem(422, "invalid_value");
    assert_eq!(refused["field"], "draft_engine");
    assert_eq!(app.read("/v1/settings").send().await.expect(200), changed);
    let cleared = patch(json!({"channel_modes": {"web": null}, "mission": null})).await.expect(200);
    assert_eq!((&cleared["channel_modes"], &cleared["mission"]), (&json!({}), &json!({})));
    let long = json!({"mission": {"slots": ["attic", "x".repeat(101)]}});
    let refused = patch(long).await.problem(422, "invalid_value");
    assert_eq!(refused["field"], "mission.slots[1]");
    patch(json!({"mode": "stop"})).await.problem(422, "invalid_value");
    patch(json!({"moode": "go"})).await.problem(422, "unknown_field");
}

#[tokio::test]
async fn an_engine_is_chosen_once_its_build_is_registered() {
    let app = App::start().await;
    let build = json!({
        "engine": "do-gpu-nemo-12b_2026-06-29.1", "served_model_name": "nemo", "weights_digest": "sha256:00",
    });
    let register = |build: &Value| app.admin("POST", "/v1/engine-builds").json(build).send();
    let registered = register(&build).await.expect(201);
    assert_eq!(registered["created_by"], "quinn");
    assert_eq!(register(&build).await.expect(201), registered);
    let mut other = build.clone();
    other["weights_digest"] = json!("sha256:01");
    register(&other).await.problem(409, "id_reused");
    other["weights_digest"] = build["weights_digest"].clone();
    other["weights_source"] = json!("hf:quinn/nemo-12b");
    register(&other).await.problem(409, "id_reused");
    other["engine"] = json!("do-gpu-nemo-12b_2026-06-29.2");
    let fetched = register(&other).await.expect(201);
    assert_eq!(fetched["weights_source"], other["weights_source"]);
    other["engine"] = json!("do-gpu-a_b_c");
    assert_eq!(register(&other).await.problem(422, "invalid_value")["field"], "engine");
    other["engine"] = json!("template");
    register(&other).await.problem(422, "invalid_value");
    assert_eq!(app.read("/v1/engine-builds").send().await.expect(200)["items"], json!([registered, fetched]));
    let chosen = json!({"draft_engine": "do-gpu-nemo-12b_2026-06-29.1"});
    let settings = app.admin("PATCH", "/v1/settings").json(&chosen).send().await.expect(200);
    assert_eq!(settings["draft_engine"], chosen["draft_engine"]);
}

#[tokio::test]
async fn sinks_are_disabled_and_enabled() {
    let app = App::start().await;
    let listed = app.read("/v1/sinks").send().await.expect(200);
    let names: Vec<_> = listed["items"].as_array().unwrap().iter().map(|sink| sink["name"].clone()).collect();
    assert_eq!(names, ["bridge", "desk"]);
    let reason = json!({"reason": "moving house"});
    let disabled = app.operate("POST", "/v1/sinks/desk/disable").json(&reason).send().await.expect(200);
    assert_eq!(disabled["reason"], "moving house");
    assert!(disabled["disabled_at_ms"].is_i64());
    let enabled = app.operate("POST", "/v1/sinks/desk/enable").send().await.expect(200);
    assert_eq!(enabled["disabled_at_ms"], json!(null));
    let plain = app.operate("POST", "/v1/sinks/bridge/disable").send().await.expect(200);
    assert_eq!(plain["reason"], "disabled by desk");
    app.operate("POST", "/v1/sinks/nowhere/disable").send().await.problem(404, "not_found");
    let empty = json!({"reason": " "});
    app.operate("POST", "/v1/sinks/desk/disable").json(&empty).send().await.problem(422, "empty");
}

#[tokio::test]
async fn the_ledger_is_read_and_written() {
    let app = App::start().await;
    let write = |body: Value| app.operate("POST", "/v1/opt-outs").json(&body).send();
    let out = json!({"contact": "+15550100", "channel": "sms", "opted_out": true});
    let entry = write(out).await.expect(201);
    assert_eq!((&entry["opted_out"], &entry["recorded_by"]), (&json!(true), &json!("desk")));
    write(json!({"contact": "+15550101", "channel": "sms", "opted_out": true})).await.expect(201);
    write(json!({"contact": "+15550100", "channel": "sms", "opted_out": false})).await.expect(201);
    let of_contact = app.read("/v1/opt-outs?contact=%2B15550100").send().await.expect(200);
    let said: Vec<_> =
        of_contact["items"].as_array().unwrap().iter().map(|e| e["opted_out"].clone()).collect();
    assert_eq!(said, [false, true]);
    let page = app.read("/v1/opt-outs?limit=2").send().await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = app.read(&format!("/v1/opt-outs?limit=2&cursor={cursor}")).send().await.expect(200);
    assert_eq!(rest["items"], json!([entry]));
    let both = app.read(&format!("/v1/opt-outs?contact=x&cursor={cursor}")).send().await;
    both.problem(400, "invalid_query");
    let wrong = write(json!({"contact": "", "channel": "S M S", "opted_out": true})).await;
    assert_eq!(wrong.problem(422, "empty")["errors"].as_array().unwrap().len(), 2);
    write(json!({"contact": "+15550100", "channel": "sms"})).await.problem(422, "missing_field");
}
