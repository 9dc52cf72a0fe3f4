//! What is sent, what is read, and what is recorded about it.

use ai_harness::client::{ChatRequest, ClientOptions, Usage};
use serde_json::{Value, json};

use crate::script::{Ending, LONG, ScriptedServer, client, patient, request, whole_stream};

const EVENTS: &[&str] = &[
    r#"{"id":"chatcmpl-job-7","model":"drafter-1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
    r#"{"id":"chatcmpl-job-7","model":"drafter-1","choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}"#,
    r#"{"id":"chatcmpl-job-7","model":"drafter-1","choices":[{"index":0,"delta":{"content":"Good "}}]}"#,
    r#"{"id":"chatcmpl-job-7","model":"drafter-1","choices":[{"index":0,"delta":{"content":"day"},"finish_reason":"stop"}]}"#,
    r#"{"id":"chatcmpl-job-7","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4}}}"#,
    "[DONE]",
];

async fn heard(options: ClientOptions, request: ChatRequest) -> (String, Value) {
    let mut server = ScriptedServer::completing(whole_stream(EVENTS), Ending::Close).await;
    client(options).chat(&server.endpoint(), &request).await.unwrap();
    let heard = server.heard.recv().await.unwrap();
    (heard.head, serde_json::from_str(&heard.body).unwrap())
}

#[tokio::test]
async fn a_request_bears_key_id_and_schema() {
    let schema = json!({"type": "object"});
    let asked = ChatRequest { json_schema: Some(("kind".to_owned(), schema.clone())), ..request() };
    let (head, body) = heard(patient(), asked.clone()).await;
    assert!(head.starts_with("post /v1/chat/completions http/1.1"), "{head}");
    assert!(head.contains("authorization: bearer sesame") && head.contains("x-request-id: job-7"), "{head}");
    assert_eq!(body["response_format"]["json_schema"]["schema"], schema);
    assert_eq!(body.get("priority"), None, "refused by servers that do not schedule by it");
    let (_, body) = heard(ClientOptions { serves_priority: true, ..patient() }, asked).await;
    assert_eq!(body["priority"], json!(-1));
}

#[tokio::test]
async fn a_request_bears_the_trace_that_the_application_knows() {
    const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let options = ClientOptions { traceparent: Some(|_| Some(TRACEPARENT.to_owned())), ..patient() };
    let (head, _) = heard(options, request()).await;
    assert!(head.contains(&format!("traceparent: {TRACEPARENT}")), "{head}");
    let (head, _) = heard(patient(), request()).await;
    assert!(!head.contains("traceparent"), "{head}");
}

#[tokio::test]
async fn an_answer_is_whole_and_counted() {
    let server = ScriptedServer::completing(whole_stream(EVENTS), Ending::Close).await;
    let mut endpoint = server.endpoint();
    endpoint.base_url = endpoint.base_url.join("behind/a/proxy/").unwrap();
    let completion = client(patient()).chat(&endpoint, &request()).await.unwrap();
    assert_eq!((completion.text.as_str(), completion.reasoning.as_deref()), ("Good day", Some("hm")));
    assert_eq!(completion.usage, Usage { input_tokens: 9, cached_input_tokens: 4, output_tokens: 3 });
    assert_eq!((completion.response_id.as_str(), completion.model.as_str()), ("chatcmpl-job-7", "drafter-1"));
    assert!(completion.time_to_first_token_ms <= completion.duration_ms);
}

#[tokio::test]
async fn a_connection_is_not_kept_for_the_next_request() {
    let mut server = ScriptedServer::completing(whole_stream(EVENTS), Ending::Silence).await;
    let client = client(patient());
    client.chat(&server.endpoint(), &request()).await.unwrap();
    let closed = tokio::time::timeout(LONG, server.hung_up.recv()).await;
    closed.expect("llama.cpp would close it just as the next request is sent").unwrap();
}
