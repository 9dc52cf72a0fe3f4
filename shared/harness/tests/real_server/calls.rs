//! Calls: what is counted, what is refused, and what is left when the server dies.

use ai_harness::{
    Secret,
    client::{ChatRequest, Endpoint, FailureKind, Readiness, ServerLoad},
};
use prospector_testkit::{ModelServer, wait_until};
use serde_json::json;

use crate::{LONG, client, endpoint, long_request, options, request};

#[tokio::test]
async fn model_server_completes_counts_and_follows_a_schema() {
    let server = ModelServer::start(options());
    let (client, endpoint) = (client(), endpoint(&server));
    let stopped = ChatRequest {
        json_schema: Some(("answer".to_owned(), json!({"enum": ["yes", "no"]}))),
        ..request("Is the sky blue? Answer yes or no.", 12)
    };
    let first = client.chat(&endpoint, &stopped).await.unwrap();
    let word: String = serde_json::from_str(&first.text).unwrap();
    assert!(["yes", "no"].contains(&word.as_str()));
    assert_eq!(first.model, "drafter");
    assert!(first.usage.input_tokens > 10 && (1..=12).contains(&first.usage.output_tokens));
    assert!(!first.response_id.is_empty() && first.time_to_first_token_ms <= first.duration_ms);

    let again = client.chat(&endpoint, &stopped).await.unwrap();
    assert_eq!(again.text, first.text);
    assert!(again.usage.cached_input_tokens > 0, "the prompt is known by now");

    let cut = client.chat(&endpoint, &request("Count to one hundred.", 3)).await.unwrap_err();
    assert_eq!(cut.kind, FailureKind::Truncated);
    assert_eq!(cut.usage.unwrap().output_tokens, 3);
}

#[tokio::test]
async fn model_server_refusals_are_understood() {
    let server = ModelServer::start(options());
    let (client, endpoint) = (client(), endpoint(&server));
    let stranger = Endpoint { api_key: Some(Secret::new("wrong")), ..endpoint.clone() };
    let failure = client.chat(&stranger, &request("Hello", 1)).await.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::Unauthorized, Some(401)));
    assert!(
        matches!(client.probe(&stranger).await, Readiness::Wrong(found) if found.kind == FailureKind::Unauthorized)
    );

    let other = Endpoint { model: "other".to_owned(), ..endpoint.clone() };
    assert!(
        matches!(client.probe(&other).await, Readiness::Wrong(found) if found.kind == FailureKind::UnknownModel)
    );

    let failure = client.chat(&endpoint, &request(&"Quinn ".repeat(20_000), 1)).await.unwrap_err();
    assert_eq!((failure.kind, failure.status), (FailureKind::ContextTooLong, Some(400)));
    assert!(failure.detail.contains("n_ctx") && !failure.detail.contains("Quinn"), "{failure}");

    let schema = Some(("broken".to_owned(), json!({"type": "nonsense"})));
    let failure = client.chat(&endpoint, &ChatRequest { json_schema: schema, ..request("Hello", 1) }).await;
    assert_eq!(failure.unwrap_err().kind, FailureKind::Rejected);
}

#[tokio::test]
async fn model_server_is_ready_only_once_it_answers() {
    let mut server = ModelServer::start_loading(options());
    let (client, endpoint) = (client(), endpoint(&server));
    let early = client.probe(&endpoint).await;
    assert!(matches!(early, Readiness::NotYet(_)), "{early:?}");
    server.wait_ready();
    let late = client.probe(&endpoint).await;
    assert!(matches!(late, Readiness::Ready { .. }), "{late:?}");
    server.kill9();
    assert!(
        matches!(client.probe(&endpoint).await, Readiness::NotYet(found) if found.kind == FailureKind::Vanished)
    );
}

#[tokio::test]
async fn model_server_frees_a_slot_when_the_caller_gives_up_and_vanishes_when_killed() {
    let mut server = ModelServer::start(options());
    let (client, endpoint) = (client(), endpoint(&server));
    let running = |count| {
        let (client, endpoint) = (client.clone(), endpoint.clone());
        async move {
            wait_until("the load is as expected", LONG, async || {
                let load = client.load(&endpoint).await;
                (load == Some(ServerLoad { running: count, waiting: 0 })).then_some(())
            })
            .await;
        }
    };
    let start = || {
        let (client, endpoint) = (client.clone(), endpoint.clone());
        tokio::spawn(async move { client.chat(&endpoint, &long_request()).await })
    };
    running(0).await;
    let call = start();
    running(1).await;
    call.abort();
    running(0).await;

    let call = start();
    running(1).await;
    server.kill9();
    let failure = call.await.unwrap().unwrap_err();
    assert_eq!(failure.kind, FailureKind::Vanished);
}
