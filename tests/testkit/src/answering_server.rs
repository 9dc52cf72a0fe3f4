//! The least that passes for an inference server: it is healthy, lists its model and completes one word.
//!
//! For tests of machines, where whether a server answers matters and what it says does not. Whatever a model says is tested
//! with the real one, [`ModelServer`](crate::ModelServer).

use axum::{
    Router,
    http::header,
    response::IntoResponse,
    routing::{get, post},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// Under which name the model is served.
pub const ANSWERING_MODEL: &str = "small";

const MODELS: &str = r#"{"object":"list","data":[{"id":"small","object":"model"}]}"#;
const TOKEN: &str = concat!(
    r#"data: {"id":"c-1","model":"small","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}"#,
    "\n\n",
    r#"data: {"id":"c-1","model":"small","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
    "\n\n",
    r#"data: {"id":"c-1","model":"small","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
    "\n\ndata: [DONE]\n\n",
);
const IDLE: &str = "vllm:num_requests_running 0\nvllm:num_requests_waiting 0\n";

/// Listens on a port of 127.0.0.1 until dropped, and wants no key.
#[derive(Debug)]
pub struct AnsweringServer {
    port: u16,
    task: JoinHandle<()>,
}

impl AnsweringServer {
    /// Starts answering.
    ///
    /// # Panics
    /// When no port can be listened on.
    pub async fn start() -> Self {
        let app = Router::new()
            .route("/health", get(async || ""))
            .route("/metrics", get(async || IDLE))
            .route("/v1/models", get(async || ([(header::CONTENT_TYPE, "application/json")], MODELS)))
            .route(
                "/v1/chat/completions",
                post(async || ([(header::CONTENT_TYPE, "text/event-stream")], TOKEN).into_response()),
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

impl Drop for AnsweringServer {
    fn drop(&mut self) {
        self.stop();
    }
}
