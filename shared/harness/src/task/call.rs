//! One call within a piece of work, with what it used.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::FaultKind;
use crate::client::{ChatRequest, Completion, FailureKind, FinishReason, InferenceError, Model, Usage};

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

    /// Time of all successful calls together, in milliseconds.
    #[must_use]
    pub fn duration_ms(&self) -> u64 {
        self.0.iter().map(|call| call.duration_ms).sum()
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
            FailureKind::Malformed => Self::Answer(FaultKind::NotJson),
            kind if kind.is_retryable() => Self::Unavailable(Box::new(error)),
            _ => Self::Rejected(Box::new(error)),
        }
    }
}

/// Sends one request, bounded in time, and notes what it used.
///
/// Cut and empty answers are failures here too, whoever implements [`Model`]: what is no body must not depend on it.
pub(crate) async fn attempt(
    model: &impl Model,
    request: &ChatRequest,
    timeout_ms: u64,
    calls: &mut Calls,
) -> Result<Completion, Failed> {
    let mut outcome =
        match tokio::time::timeout(Duration::from_millis(timeout_ms), model.complete(request)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                Err(InferenceError::new(FailureKind::TimedOut, format!("no answer within {timeout_ms} ms")))
            }
        };
    if let Ok(completion) = &outcome {
        let fault = match &completion.finish_reason {
            FinishReason::Other(reason) if reason == "abort" => Some(FailureKind::Vanished),
            FinishReason::Length | FinishReason::Other(_) => Some(FailureKind::Truncated),
            FinishReason::Stop if completion.text.trim().is_empty() => Some(FailureKind::Empty),
            FinishReason::Stop => None,
        };
        if let Some(kind) = fault {
            let mut error = InferenceError::new(kind, "the answer is not whole");
            (error.usage, error.endpoint) = (Some(completion.usage), completion.endpoint);
            outcome = Err(error);
        }
    }
    calls.note(&outcome);
    Ok(outcome?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::scripted::{Scripted, completion};

    fn request() -> ChatRequest {
        crate::task::run::request(vec![], &crate::task::Limits::default())
    }

    #[tokio::test]
    async fn what_is_cut_or_blank_is_an_answer_of_no_use() {
        let cut = Completion { finish_reason: FinishReason::Length, ..completion("half a") };
        let blank = completion(" \n");
        let aborted =
            Completion { finish_reason: FinishReason::Other("abort".to_owned()), ..completion("x") };
        let model = Scripted::new([Ok(cut), Ok(blank), Ok(aborted)]);
        let mut calls = Calls::default();
        let mut next = async || attempt(&model, &request(), 1_000, &mut calls).await.unwrap_err();
        assert!(matches!(next().await, Failed::Answer(FaultKind::Truncated)));
        assert!(matches!(next().await, Failed::Answer(FaultKind::Empty)));
        assert!(
            matches!(next().await, Failed::Unavailable(_)),
            "an aborted answer was not the request's fault"
        );
        assert_eq!(calls.usage().output_tokens, 15, "tokens of useless answers count too");
        assert_eq!(calls.model(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_model_that_says_nothing_times_out() {
        struct Silent;
        impl Model for Silent {
            async fn complete(&self, _: &ChatRequest) -> Result<Completion, InferenceError> {
                std::future::pending().await
            }
        }
        let mut calls = Calls::default();
        let failed = attempt(&Silent, &request(), 1_000, &mut calls).await.unwrap_err();
        assert!(matches!(failed, Failed::Unavailable(error) if error.kind == FailureKind::TimedOut));
        assert_eq!(calls.0[0].failure.as_deref(), Some("timed_out"));
    }
}
