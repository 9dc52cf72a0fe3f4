//! The least that passes for an inference server: it is healthy, lists its model, and says one word or what a test wants.
//!
//! For tests of machines, where whether a server answers matters and what it says does not; and of what is done about a
//! certain answer, which no real model gives on demand. How well a model is understood is tested with the real one,
//! [`ModelServer`](crate::ModelServer).

use std::sync::Arc;

use axum::{
    Json, Router,
    http::header,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// Under which name the model is served.
pub const ANSWERING_MODEL: &str = "small";

const MODELS: &str = r#"{"object":"list","data":[{"id":"small","object":"model"}]}"#;
const IDLE: &str = "vllm:num_requests_running 0\nvllm:num_requests_waiting 0\n";

/// Listens on a port of 127.0.0.1 until dropped, and wants no key.
#[derive(Debug)]
pub struct AnsweringServer {
    port: u16,
    task: JoinHandle<()>,
}

impl AnsweringServer {
    /// Starts answering every question with one word.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn start() -> Self {
        Self::saying(|_| "Hello".to_owned()).await
    }

    /// Starts answering with what `say` makes of the request's body.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn saying(say: impl Fn(&Value) -> String + Send + Sync + 'static) -> Self {
        let say = Arc::new(say);
        let app = Router::new()
            .route("/health", get(async || ""))
            .route("/metrics", get(async || IDLE))
            .route("/v1/models", get(async || ([(header::CONTENT_TYPE, "application/json")], MODELS)))
            .route(
                "/v1/chat/completions",
                post(async move |Json(request): Json<Value>| {
                    ([(header::CONTENT_TYPE, "text/event-stream")], stream_of(&say(&request)))
                }),
            );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("failed to listen on 127.0.0.1");
        let port = listener.local_addr().expect("a listener has an address").port();
        let task = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the accept loop of a listener does not end");
        });
        Self { port, task }
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Stops answering, for good.
    pub fn stop(&self) {
        self.task.abort();
    }
}

/// An answer as a stream of events, in one piece.
fn stream_of(text: &str) -> String {
    let event =
        |choices: Value| json!({"id": "c-1", "model": ANSWERING_MODEL, "choices": choices}).to_string();
    let said = event(json!([{"index": 0, "delta": {"content": text}, "finish_reason": null}]));
    let ended = event(json!([{"index": 0, "delta": {}, "finish_reason": "stop"}]));
    let usage = json!({"id": "c-1", "model": ANSWERING_MODEL, "choices": [],
                       "usage": {"prompt_tokens": 3, "completion_tokens": 1}});
    format!("data: {said}\n\ndata: {ended}\n\ndata: {usage}\n\ndata: [DONE]\n\n")
}

impl Drop for AnsweringServer {
    fn drop(&mut self) {
        self.stop();
    }
}
