//! The protocol as JSON: what is sent, and the parts of what comes back that are read.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::{ChatMessage, ChatRequest, Usage};

/// The body of a request for a streamed completion.
#[derive(Debug, Serialize)]
pub(super) struct ChatBody<'a> {
    model: &'a str,
    messages: &'a [ChatMessage],
    max_tokens: u32,
    temperature: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i64>,
    stream: bool,
    stream_options: StreamOptions,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> ChatBody<'a> {
    pub(super) fn new(model: &'a str, request: &'a ChatRequest, serves_priority: bool) -> Self {
        let response_format = request.json_schema.as_ref().map(|(name, schema)| {
            json!({"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": true}})
        });
        Self {
            model,
            messages: &request.messages,
            max_tokens: request.max_tokens,
            temperature: request.temperature,
            seed: request.seed,
            stop: &request.stop,
            response_format,
            priority: request.priority.filter(|_| serves_priority),
            stream: true,
            stream_options: StreamOptions { include_usage: true },
        }
    }
}

/// One event of a stream. All is optional: servers leave out what they have nothing to say about.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) model: Option<String>,
    #[serde(default)]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    pub(super) usage: Option<WireUsage>,
    #[serde(default)]
    pub(super) error: Option<Value>,
}

/// What one event adds to an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) index: u32,
    #[serde(default)]
    pub(super) delta: Delta,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
}

/// The new text.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta {
    #[serde(default)]
    pub(super) content: Option<String>,
    /// vLLM has used both names.
    #[serde(default, alias = "reasoning")]
    pub(super) reasoning_content: Option<String>,
}

/// Token counts as servers send them.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct WireUsage {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    #[serde(default)]
    prompt_tokens_details: Option<PromptTokens>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct PromptTokens {
    #[serde(default)]
    cached_tokens: Option<u64>,
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        Self {
            input_tokens: wire.prompt_tokens,
            cached_input_tokens: wire
                .prompt_tokens_details
                .and_then(|details| details.cached_tokens)
                .unwrap_or_default(),
            output_tokens: wire.completion_tokens,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Role;

    fn request() -> ChatRequest {
        ChatRequest {
            messages: vec![ChatMessage { role: Role::User, content: "Hello".to_owned() }],
            max_tokens: 4,
            temperature: 0.5,
            seed: None,
            stop: Vec::new(),
            json_schema: None,
            priority: Some(3),
            request_id: None,
        }
    }

    #[test]
    fn only_what_is_asked_for_is_sent() {
        let body = serde_json::to_value(ChatBody::new("drafter", &request(), false)).unwrap();
        let expected = json!({
            "model": "drafter", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 4,
            "temperature": 0.5, "stream": true, "stream_options": {"include_usage": true},
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn what_is_asked_for_has_the_names_that_both_servers_know() {
        let request = ChatRequest {
            seed: Some(7),
            stop: vec!["\n".to_owned()],
            json_schema: Some(("kind".to_owned(), json!({"type": "object"}))),
            ..request()
        };
        let body = serde_json::to_value(ChatBody::new("drafter", &request, true)).unwrap();
        assert_eq!((&body["seed"], &body["stop"], &body["priority"]), (&json!(7), &json!(["\n"]), &json!(3)));
        let format = json!({
            "type": "json_schema",
            "json_schema": {"name": "kind", "schema": {"type": "object"}, "strict": true},
        });
        assert_eq!(body["response_format"], format);
    }
}
