//! Client and pool against a real server with a real model. The model is tiny: only shape and book-keeping are asserted.

#![cfg(test)]

mod calls;
mod pool;

use std::time::Duration;

use ai_harness::{
    Secret,
    client::{ChatMessage, ChatRequest, ClientOptions, Endpoint, InferenceClient, Role},
};
use prospector_testkit::{ModelServer, ModelServerOptions};
use serde_json::json;

/// On a busy machine a token can take a quarter of a second.
pub(crate) const LONG: Duration = Duration::from_secs(120);

pub(crate) fn options() -> ModelServerOptions {
    ModelServerOptions { api_key: Some("sesame".to_owned()), parallel: 2, ..ModelServerOptions::default() }
}

pub(crate) fn client() -> InferenceClient {
    let options = ClientOptions {
        first_token_timeout: LONG,
        idle_timeout: LONG,
        total_timeout: LONG,
        probe_timeout: LONG,
        ..ClientOptions::default()
    };
    InferenceClient::new(options.http_client().unwrap(), options)
}

pub(crate) fn endpoint(server: &ModelServer) -> Endpoint {
    Endpoint {
        base_url: server.base_url().parse().unwrap(),
        api_key: server.api_key().map(Secret::new),
        model: server.alias().to_owned(),
    }
}

pub(crate) fn request(text: &str, max_tokens: u32) -> ChatRequest {
    ChatRequest {
        messages: vec![ChatMessage { role: Role::User, content: text.to_owned() }],
        max_tokens,
        temperature: 0.0,
        seed: Some(1),
        stop: Vec::new(),
        json_schema: None,
        priority: Some(1),
        request_id: Some("job-7".to_owned()),
    }
}

/// A request whose answer goes on until it is stopped.
pub(crate) fn long_request() -> ChatRequest {
    ChatRequest {
        json_schema: Some((
            "numbers".to_owned(),
            json!({"type": "array", "items": {"enum": [1, 2]}, "minItems": 900}),
        )),
        ..request("Name many numbers.", 4_000)
    }
}
