//! The calls within a piece of work, with what was asked and what it used.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{error::FaultKind, prompt::Prompt};
use crate::client::{ChatRequest, Completion, FailureKind, InferenceError, Model, Usage};

/// What a caller may say about the calls of one piece of work, besides what is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallOptions {
    /// Lower goes first, on servers that schedule by priority.
    pub priority: Option<i64>,
    /// Sent with every call, followed by its number: `ID-1`, `ID-2`, …
    pub request_id: Option<String>,
}

/// What one call used, whether it succeeded or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// Which endpoint of a pool answered.
    pub endpoint: Option<Uuid>,
    /// The server's id of the answer; empty for a call that failed.
    pub response_id: String,
    /// The model as the server names it; empty for a call that failed.
    pub model: String,
    /// Tokens used, as far as they are known.
    pub usage: Usage,
    /// From sending to the last token, in milliseconds; 0 for a call that failed.
    pub duration_ms: u64,
    /// From sending to the first token, in milliseconds; 0 for a call that failed.
    pub time_to_first_token_ms: u64,
    /// The name of its [`FailureKind`], when it failed.
    pub failure: Option<String>,
}

/// The calls of one piece of work, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calls(pub Vec<CallRecord>);

impl Calls {
    /// Tokens of all calls together.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let mut total = Usage::default();
        for call in &self.0 {
            total.input_tokens += call.usage.input_tokens;
            total.cached_input_tokens += call.usage.cached_input_tokens;
            total.output_tokens += call.usage.output_tokens;
        }
        total
    }

    /// The model that answered last; none when no call succeeded.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.0.iter().rev().find(|call| call.failure.is_none()).map(|call| call.model.as_str())
    }

    fn note(&mut self, outcome: &Result<Completion, InferenceError>) {
        self.0.push(match outcome {
            Ok(completion) => CallRecord {
                endpoint: completion.endpoint,
                response_id: completion.response_id.clone(),
                model: completion.model.clone(),
                usage: completion.usage,
                duration_ms: completion.duration_ms,
                time_to_first_token_ms: completion.time_to_first_token_ms,
                failure: None,
            },
            Err(error) => CallRecord {
                endpoint: error.endpoint,
                response_id: String::new(),
                model: String::new(),
                usage: error.usage.unwrap_or_default(),
                duration_ms: 0,
                time_to_first_token_ms: 0,
                failure: Some(error.kind.to_string()),
            },
        });
    }
}

/// What a piece of work has asked so far, and what that used: of one that failed, too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trail {
    /// The exact prompt of all calls.
    pub prompt: Prompt,
    /// The calls, with tokens and times.
    pub calls: Calls,
}

/// How a call failed, as far as it decides what to do next.
#[derive(Debug)]
pub(crate) enum Failed {
    /// There was an answer, and it is no use.
    Answer(FaultKind),
    /// The same may succeed later.
    Unavailable(Box<InferenceError>),
    /// The same never succeeds.
    Rejected(Box<InferenceError>),
}

impl From<InferenceError> for Failed {
    fn from(error: InferenceError) -> Self {
        match error.kind {
            FailureKind::Truncated => Self::Answer(FaultKind::Truncated),
            FailureKind::Empty => Self::Answer(FaultKind::Empty),
            kind if kind.is_retryable() => Self::Unavailable(Box::new(error)),
            _ => Self::Rejected(Box::new(error)),
        }
    }
}

impl Trail {
    /// Sends one request with the caller's wishes, and notes it with what it used. How long it may take is the client's
    /// business: a call that was cut off from outside would teach a pool nothing about a machine that hangs.
    ///
    /// A blank answer is a failure here too, whoever implements [`Model`]: what is no body must not depend on it.
    pub(crate) async fn ask(
        &mut self,
        model: &impl Model,
        request: &mut ChatRequest,
        options: &CallOptions,
    ) -> Result<Completion, Failed> {
        request.priority = options.priority;
        request.request_id = options.request_id.as_ref().map(|id| format!("{id}-{}", self.calls.0.len() + 1));
        self.prompt.push(request);
        let outcome = model.complete(request).await.and_then(not_blank);
        self.calls.note(&outcome);
        Ok(outcome?)
    }
}

fn not_blank(completion: Completion) -> Result<Completion, InferenceError> {
    if !completion.text.trim().is_empty() {
        return Ok(completion);
    }
    let failure = InferenceError::new(FailureKind::Empty, "the answer is empty");
    Err(InferenceError { usage: Some(completion.usage), endpoint: completion.endpoint, ..failure })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::scripted::{Scripted, completion, failure};

    #[tokio::test]
    async fn what_is_cut_or_blank_is_an_answer_of_no_use() {
        let cut =
            InferenceError { usage: Some(completion("half a").usage), ..failure(FailureKind::Truncated) };
        let model = Scripted::new([
            Err(cut),
            Ok(completion(" \n")),
            Err(failure(FailureKind::Vanished)),
            Err(failure(FailureKind::Malformed)),
        ]);
        let mut request = crate::task::run::request(vec![], &crate::task::Limits::default());
        let mut trail = Trail::default();
        let mut next = async || trail.ask(&model, &mut request, &CallOptions::default()).await.unwrap_err();
        assert!(matches!(next().await, Failed::Answer(FaultKind::Truncated)));
        assert!(matches!(next().await, Failed::Answer(FaultKind::Empty)));
        for _ in 0..2 {
            assert!(matches!(next().await, Failed::Unavailable(_)), "not the request's fault");
        }
        let failures: Vec<_> = trail.calls.0.iter().map(|call| call.failure.as_deref().unwrap()).collect();
        assert_eq!(failures, ["truncated", "empty", "vanished", "malformed"]);
        assert_eq!(trail.calls.usage().output_tokens, 10, "tokens of useless answers count too");
        assert_eq!(trail.calls.model(), None);
    }
}
