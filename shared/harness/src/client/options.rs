//! How patient a client is, and how it sends.

use std::time::Duration;

use reqwest::{redirect, retry};

/// How patient a client is and what it may rely on.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Longest time for a connection to come about, in [`ClientOptions::http_client`]. Default 5 s.
    pub connect_timeout: Duration,
    /// Longest time from sending a request to its first token, time in the server's queue and for reading the prompt
    /// included. Default 120 s.
    pub first_token_timeout: Duration,
    /// Longest silence between two tokens: a server that died may keep its connection open for ever. Default 30 s.
    pub idle_timeout: Duration,
    /// Longest time for a whole call. Default 600 s.
    pub total_timeout: Duration,
    /// Longest time for one question about health or load, and for the trial completion of a probe. Default 30 s: the first
    /// completion of a shape takes seconds on a server that says it is healthy.
    pub probe_timeout: Duration,
    /// Longest answer, reasoning included, in bytes. A longer one is malformed. Default 256 KiB.
    pub answer_max_bytes: usize,
    /// True when the servers schedule by [`ChatRequest::priority`](super::ChatRequest::priority), which vLLM does when it
    /// was started with `--scheduling-policy priority`, and refuses otherwise. Default false.
    pub serves_priority: bool,
    /// What serves the model, for `gen_ai.provider.name`. Default `vllm`.
    pub provider: String,
    /// Tells the W3C `traceparent` of a call's span, to be sent along: the application knows how it makes traces. Default
    /// none.
    pub traceparent: Option<fn(&tracing::Span) -> Option<String>>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            first_token_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(30),
            total_timeout: Duration::from_secs(600),
            probe_timeout: Duration::from_secs(30),
            answer_max_bytes: 256 * 1024,
            serves_priority: false,
            provider: "vllm".to_owned(),
            traceparent: None,
        }
    }
}

impl ClientOptions {
    /// What sends to an inference server: a new connection for each request, nothing repeated by itself, no redirect followed, and
    /// no proxy.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn http_client(&self) -> Result<reqwest::Client, reqwest::Error> {
        reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            // llama.cpp promises to keep a connection and closes it after a stream; a request that meets the closing is lost,
            // and looks as if the machine had vanished. Next to a completion, a new connection costs nothing.
            .pool_max_idle_per_host(0)
            .tcp_nodelay(true)
            // A repeated completion is paid for twice; whether to try again is decided above, where attempts are counted.
            .retry(retry::never())
            // A redirect would carry the prompt to where nobody meant it to go.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
    }
}
