//! Every way in which a call has been seen to fail, and what the caller is told.

use std::time::Duration;

use ai_harness::client::{ClientOptions, FailureKind, InferenceError};

use crate::script::{
    Ending, LONG, ScriptedServer, chunk, client, endpoint_at, json, patient, request, stream, whole_stream,
};

const DAY: &str = r#"{"id":"c-1","choices":[{"index":0,"delta":{"content":"Good day Quinn-4711"}}]}"#;
const STOP: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
const LENGTH: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#;
const USAGE: &str = r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4}}"#;
const DONE: &str = "[DONE]";
const SOON: Duration = Duration::from_millis(300);

fn quick() -> ClientOptions {
    ClientOptions { first_token_timeout: SOON, idle_timeout: SOON, ..patient() }
}

async fn failure(bytes: String, ending: Ending, options: ClientOptions) -> InferenceError {
    let server = ScriptedServer::completing(bytes, ending).await;
    let failure = client(options).chat(&server.endpoint(), &request()).await.unwrap_err();
    assert!(!failure.to_string().contains("4711"), "the failure quotes what was said: {failure}");
    failure
}

#[tokio::test]
async fn each_failure_is_told_apart() {
    let died =
        r#"{"error":{"message":"EngineCore died at Quinn-4711","type":"InternalServerError","code":500}}"#;
    let too_long =
        r#"{"error":{"code":400,"message":"I am Quinn-4711","type":"exceed_context_size_error","n_ctx":64}}"#;
    let unknown =
        r#"{"error":{"message":"The model `drafter` does not exist.","type":"NotFoundError","code":404}}"#;
    let loading = r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#;
    let cases = [
        ("an error event", whole_stream(&[DAY, died, DONE]), Ending::Close, FailureKind::Server),
        ("an end without [DONE]", whole_stream(&[DAY, STOP, USAGE]), Ending::Close, FailureKind::Vanished),
        ("[DONE] without a reason", whole_stream(&[DAY, DONE]), Ending::Close, FailureKind::Vanished),
        ("a half sent stream", stream(&[DAY]), Ending::Close, FailureKind::Vanished),
        ("a reset stream", stream(&[DAY]), Ending::Reset, FailureKind::Vanished),
        ("a half sent chunk", stream(&[DAY]) + "ff\r\ndata: {", Ending::Close, FailureKind::Vanished),
        ("no answer but an end", String::new(), Ending::Close, FailureKind::Vanished),
        ("no answer but a reset", String::new(), Ending::Reset, FailureKind::Vanished),
        ("an event that is no JSON", whole_stream(&["Quinn-4711"]), Ending::Close, FailureKind::Malformed),
        ("no stream", json("200 OK", r#"{"choices":[]}"#), Ending::Close, FailureKind::Malformed),
        ("a cut answer", whole_stream(&[DAY, LENGTH, USAGE, DONE]), Ending::Close, FailureKind::Truncated),
        ("an empty answer", whole_stream(&[STOP, USAGE, DONE]), Ending::Close, FailureKind::Empty),
        ("a loading server", json("503 Busy", loading), Ending::Close, FailureKind::Loading),
        ("a full server", json("503 Busy", r#"{"error":"full"}"#), Ending::Close, FailureKind::Overloaded),
        ("a limit", json("429 Slow", "Quinn-4711"), Ending::Close, FailureKind::Overloaded),
        (
            "a wrong key",
            json("401 No", r#"{"error":"Unauthorized"}"#),
            Ending::Close,
            FailureKind::Unauthorized,
        ),
        ("an unknown model", json("404 No", unknown), Ending::Close, FailureKind::UnknownModel),
        ("a long prompt", json("400 No", too_long), Ending::Close, FailureKind::ContextTooLong),
        ("a refusal", json("400 No", r#"{"error":{"type":"x"}}"#), Ending::Close, FailureKind::Rejected),
        ("a fault", json("500 No", ""), Ending::Close, FailureKind::Server),
        (
            "a redirect",
            json("307 Go", "").replace("Content-Type", "Location"),
            Ending::Close,
            FailureKind::Malformed,
        ),
        ("no HTTP", "Quinn-4711\r\n\r\n".to_owned(), Ending::Close, FailureKind::Vanished),
    ];
    for (name, bytes, ending, kind) in cases {
        let failure = failure(bytes, ending, patient()).await;
        assert_eq!(failure.kind, kind, "{name}: {failure}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_left() {
    let headers = stream(&[]);
    let kept_alive = format!("{headers}{}", chunk(": still here\n\n"));
    let cases = [
        ("before answering", String::new(), "no answer within 300 ms"),
        ("before the first token", kept_alive, "no first token within 300 ms"),
        ("after the first token", stream(&[DAY]), "no next token within 300 ms"),
    ];
    for (name, bytes, detail) in cases {
        let failure = failure(bytes, Ending::Silence, quick()).await;
        assert_eq!((failure.kind, failure.detail.as_str()), (FailureKind::TimedOut, detail), "{name}");
    }
}

#[tokio::test]
async fn a_call_has_an_end_however_lively_it_is() {
    // Neither of the shorter clocks strikes while tokens come.
    let options = ClientOptions { total_timeout: SOON * 3, ..quick() };
    let failure = failure(stream(&[]), Ending::Drip(DAY), options).await;
    assert_eq!(failure.detail, "the answer was not whole in time within 900 ms");
}

#[tokio::test]
async fn what_was_used_is_told_with_the_failure() {
    let failure = failure(stream(&[DAY, DAY]), Ending::Reset, patient()).await;
    assert_eq!(failure.usage.unwrap().output_tokens, 2, "one for each event");
}

#[tokio::test]
async fn an_answer_has_a_bound() {
    let options = ClientOptions { answer_max_bytes: 30, ..patient() };
    let long = failure(whole_stream(&[DAY, DAY, STOP, DONE]), Ending::Close, options).await;
    assert_eq!(
        (long.kind, long.detail.as_str()),
        (FailureKind::Truncated, "the answer is longer than allowed")
    );
    // One line that never ends.
    let endless = stream(&[]) + &chunk(&"data: 4711 ".repeat(100_000));
    let endless = failure(endless, Ending::Silence, patient()).await;
    assert_eq!(
        (endless.kind, endless.detail.as_str()),
        (FailureKind::Malformed, "an event of the stream is too long")
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_has_vanished() {
    let endpoint = endpoint_at(([127, 0, 0, 1], prospector_testkit::free_port()).into());
    let failure = client(patient()).chat(&endpoint, &request()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Vanished);
    assert_eq!(failure.detail, "no connection (connection refused)");
}

#[tokio::test]
async fn giving_up_closes_the_connection() {
    let mut server = ScriptedServer::completing(stream(&[DAY]), Ending::Silence).await;
    let (client, endpoint) = (client(patient()), server.endpoint());
    let call = tokio::spawn(async move { client.chat(&endpoint, &request()).await });
    server.heard.recv().await.unwrap();
    call.abort();
    tokio::time::timeout(LONG, server.hung_up.recv()).await.expect("the server notices").unwrap();
}
