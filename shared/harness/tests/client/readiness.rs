//! What a probe makes of servers in every condition.

use ai_harness::client::{FailureKind, Readiness, ServerLoad};

use crate::script::{Ending, Script, ScriptedServer, client, endpoint_at, json, patient, whole_stream};

const TOKEN: &str = r#"{"choices":[{"index":0,"delta":{"content":"H"},"finish_reason":"length"}]}"#;

fn server(health: String, models: String, completion: String) -> Vec<Script> {
    let script = |path, bytes| Script { path, bytes, ending: Ending::Close };
    vec![script("/health", health), script("/v1/models", models), script("/v1/chat", completion)]
}

fn healthy() -> String {
    json("200 OK", "")
}

fn models(name: &str) -> String {
    json("200 OK", &format!(r#"{{"object":"list","data":[{{"id":"{name}"}}]}}"#))
}

fn token() -> String {
    whole_stream(&[TOKEN, "[DONE]"])
}

async fn probe(scripts: Vec<Script>) -> Readiness {
    let server = ScriptedServer::start(scripts).await;
    client(patient()).probe(&server.endpoint()).await
}

#[tokio::test]
async fn only_a_real_completion_makes_a_server_ready() {
    let loading = json("503 Busy", r#"{"error":{"message":"Loading model","code":503}}"#);
    let refused = json("401 No", r#"{"error":"Unauthorized"}"#);
    let fault = json("500 No", "");
    let cases = [
        (server(loading, models("drafter"), token()), false, FailureKind::Loading),
        (server(healthy(), models("drafter"), fault), false, FailureKind::Server),
        (server(healthy(), models("drafter"), String::new()), false, FailureKind::Vanished),
        (server(healthy(), refused, token()), true, FailureKind::Unauthorized),
        (server(healthy(), models("other"), token()), true, FailureKind::UnknownModel),
        (server(healthy(), json("200 OK", "hello"), token()), true, FailureKind::Malformed),
    ];
    for (scripts, is_wrong, kind) in cases {
        match probe(scripts).await {
            Readiness::Ready { .. } => panic!("ready in spite of {kind}"),
            Readiness::NotYet(failure) => assert_eq!((is_wrong, failure.kind), (false, kind)),
            Readiness::Wrong(failure) => assert_eq!((is_wrong, failure.kind), (true, kind)),
        }
    }
    let ready = probe(server(healthy(), models("drafter"), token())).await;
    assert!(matches!(ready, Readiness::Ready { .. }), "{ready:?}");
    let bare = vec![Script { path: "/v1/chat", bytes: token(), ending: Ending::Close }];
    assert!(matches!(probe(bare).await, Readiness::Ready { .. }), "not every server has the other pages");
}

#[tokio::test]
async fn a_server_that_does_not_listen_is_not_ready_yet() {
    let endpoint = endpoint_at(([127, 0, 0, 1], prospector_testkit::free_port()).into());
    let found = client(patient()).probe(&endpoint).await;
    assert!(
        matches!(&found, Readiness::NotYet(failure) if failure.kind == FailureKind::Vanished),
        "{found:?}"
    );
    assert_eq!(client(patient()).load(&endpoint).await, None);
}

#[tokio::test]
async fn the_load_is_what_the_metrics_say() {
    let metrics =
        "vllm:num_requests_running{engine=\"0\"} 3.0\nvllm:num_requests_waiting{engine=\"0\"} 1.0\n";
    let bytes = json("200 OK", metrics);
    let server = ScriptedServer::start(vec![Script { path: "/metrics", bytes, ending: Ending::Close }]).await;
    let load = client(patient()).load(&server.endpoint()).await;
    assert_eq!(load, Some(ServerLoad { running: 3, waiting: 1 }));
}
