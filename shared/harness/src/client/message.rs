//! What is asked of a model, and what it answers.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::Secret;

/// A server that answers, and the model it serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it listens, without `/v1`.
    pub base_url: Url,
    /// Its key, when it wants one.
    pub api_key: Option<Secret>,
    /// The name under which it serves the model.
    pub model: String,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The rules of the conversation.
    System,
    /// The application, and the data it quotes.
    User,
    /// The model.
    Assistant,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// A request for one completion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// The conversation so far.
    pub messages: Vec<ChatMessage>,
    /// Most tokens of the answer. At least 1.
    pub max_tokens: u32,
    /// Sampling temperature, 0 to 2.
    pub temperature: f64,
    /// Makes the same request give the same answer, as far as the server can.
    pub seed: Option<u64>,
    /// The answer ends before any of these; at most 4.
    pub stop: Vec<String>,
    /// Name and JSON schema the answer must follow.
    pub json_schema: Option<(String, serde_json::Value)>,
    /// Lower goes first, on servers that schedule by priority; left out where it is not served.
    pub priority: Option<i64>,
    /// Sent as `X-Request-Id`, to find the call again in the server's log.
    pub request_id: Option<String>,
}

/// Tokens a call used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Those of them that the server had cached.
    pub cached_input_tokens: u64,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: u64,
}

/// A finished answer: the model stopped because it was done. Never empty and never cut: those are errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// The answer without its reasoning.
    pub text: String,
    /// What stood between `<think>` and `</think>`, or in `reasoning_content`.
    pub reasoning: Option<String>,
    /// Tokens used; counted here, without those of the prompt, when the server did not say.
    pub usage: Usage,
    /// The server's id of the answer.
    pub response_id: String,
    /// The model, as the server names it.
    pub model: String,
    /// From sending the request to the last token, in milliseconds.
    pub duration_ms: u64,
    /// From sending the request to the first token, in milliseconds.
    pub time_to_first_token_ms: u64,
    /// Which endpoint answered; set by a pool.
    pub endpoint: Option<uuid::Uuid>,
}
