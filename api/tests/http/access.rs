//! Keys, scopes and rates.

use prospector_api::{
    document,
    key::{NewKey, Scope},
};
use prospector_domain::{
    id::ApiKeyId,
    source::{Clock as _, IdSource as _},
};
use prospector_store::NewApiKey;
use serde_json::Value;

use crate::app::{App, key_of};

#[tokio::test]
async fn a_request_without_a_usable_key_is_turned_away() {
    let app = App::start().await;
    let answer = app.anonymous("GET", "/v1/jobs").send().await;
    assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer"));
    insta::assert_json_snapshot!(answer.problem(401, "key_missing"));
    let with = |header: &str| app.anonymous("GET", "/v1/jobs").header("authorization", header).send();
    with("Basic cXVpbm46eA==").await.problem(401, "key_missing");
    with("Bearer psk_123").await.problem(401, "key_malformed");
    let key = key_of(Scope::Read);
    let mut typo = key.expose().to_owned();
    typo.replace_range(20..21, if &typo[20..21] == "x" { "y" } else { "x" });
    insta::assert_json_snapshot!(with(&format!("Bearer {typo}")).await.problem(401, "key_malformed"));
    let stranger = NewKey::from_secret(&[99; 32]);
    with(&format!("Bearer {}", stranger.expose())).await.problem(401, "key_unknown");
    with(&format!("bearer {}", key.expose())).await.expect(200);
}

#[tokio::test]
async fn a_key_stops_working_when_it_expires_or_is_revoked() {
    let app = App::start().await;
    let now = app.clock.now();
    let key = NewKey::from_secret(&[50; 32]);
    let row = NewApiKey {
        id: ApiKeyId(app.ids.next(now)),
        name: "guest".to_owned(),
        secret_hash: key.hash().to_string(),
        scopes: "read".parse().unwrap(),
        created_by: "test".to_owned(),
        expires_at_ms: Some(now.plus_ms(1_000)),
    };
    app.store.insert_api_key(now, &row).await.unwrap();
    let ask = || app.anonymous("GET", "/v1/jobs").bearer(key.expose()).send();
    ask().await.expect(200);
    app.clock.advance_ms(1_000);
    // Also when the key was seen a moment ago and is remembered.
    ask().await.problem(401, "key_expired");
    let (id, revoked) = app.add_key(51, "former", &[Scope::Read]).await;
    app.store.revoke_api_key(app.clock.now(), id).await.unwrap();
    app.anonymous("GET", "/v1/jobs").bearer(&revoked).send().await.problem(401, "key_revoked");
}

#[tokio::test]
async fn every_operation_asks_for_the_scope_it_names() {
    let app = App::start().await;
    let (_, none) = app.add_key(60, "nobody", &[]).await;
    let document = serde_json::to_value(document()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scopes = scopes_of(operation);
            if scopes.is_empty() {
                continue;
            }
            let address = fill(path);
            let ask = |key: &str| app.anonymous(&method.to_uppercase(), &address).bearer(key).send();
            let problem = ask(&none).await.problem(403, "scope_missing");
            let said = problem["detail"].as_str().unwrap();
            for scope in &scopes {
                assert!(said.contains(&format!("`{scope}`")), "{method} {path}: {said}");
            }
            for held in [Scope::Enqueue, Scope::Read, Scope::Operate, Scope::Admin] {
                if !scopes.iter().any(|scope| held.includes(*scope)) {
                    let answer = ask(key_of(held).expose()).await;
                    assert_eq!(answer.status, 403, "{method} {path} with {held}: {}", answer.text);
                }
            }
            asked += 1;
        }
    }
    assert!(asked > 40, "only {asked} operations ask for a scope");
}

/// The scopes an operation names; any one of them will do.
fn scopes_of(operation: &Value) -> Vec<Scope> {
    let requirements = operation["security"].as_array().into_iter().flatten();
    requirements.map(|requirement| requirement["key"][0].as_str().unwrap().parse().unwrap()).collect()
}

/// An address in which every variable part holds something that can be read.
fn fill(path: &str) -> String {
    path.replace("{id}", "01920000-0000-7000-8000-00000000002a")
        .replace("{kind}", "probe")
        .replace("{key}", "2")
        .replace("{version}", "1")
        .replace("{name}", "bridge")
}

#[tokio::test]
async fn what_needs_more_than_its_door_says_so() {
    let app = App::start().await;
    app.seed().await;
    let dispatch = serde_json::json!({
        "kind": "dispatch", "payload": {"contact": "+15550100", "channel": "sms", "body": "See you soon. Quinn"},
    });
    let said = app.enqueue("POST", "/v1/jobs").json(&dispatch).send().await.problem(403, "scope_missing");
    assert!(said["detail"].as_str().unwrap().contains("`operate`"));
    let engine = serde_json::json!({"draft_engine": "template"});
    app.operate("PATCH", "/v1/settings").json(&engine).send().await.problem(403, "scope_missing");
    app.admin("PATCH", "/v1/settings").json(&engine).send().await.expect(200);
}

#[tokio::test]
async fn a_key_that_asks_too_often_waits() {
    let app = App::start_with("[api]\nrate_limit_per_s = 1\nrate_limit_burst = 3").await;
    let mut left = Vec::new();
    for _ in 0..3 {
        let answer = app.read("/v1/queues").send().await;
        answer.expect(200);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"key\";q=3;w=3"));
        left.push(answer.header("ratelimit").unwrap().to_owned());
    }
    assert!(left[0].starts_with("\"key\";r=2;"), "{left:?}");
    let answer = app.read("/v1/queues").send().await;
    insta::assert_json_snapshot!(answer.problem(429, "rate_limited"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(answer.header("ratelimit").unwrap().starts_with("\"key\";r=0;"));
    app.operate("GET", "/v1/queues").send().await.expect(200);
    app.anonymous("GET", "/health/live").send().await.expect(200);
}
