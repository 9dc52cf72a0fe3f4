//! How a call to a model fails, and whether trying again can help.

use std::time::Duration;

use crate::client::Usage;

/// What kind of failure a call met.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum FailureKind {
    /// No endpoint is ready, or none had room within the time allowed.
    NoEndpoint,
    /// The server vanished: refused, reset, or ended in the middle of an answer.
    Vanished,
    /// The server is still loading its model.
    Loading,
    /// The server is full: 429 or 503.
    Overloaded,
    /// No answer, or no next token, in time.
    TimedOut,
    /// A fault of the server: 500 and the like.
    Server,
    /// The prompt does not fit the model's context.
    ContextTooLong,
    /// The server does not serve this model.
    UnknownModel,
    /// The key was refused.
    Unauthorized,
    /// The server refused the request: 400 and the like.
    Rejected,
    /// The answer is not whole: it was cut at `max_tokens`, at the client's own bound, or by the server.
    Truncated,
    /// The answer was empty.
    Empty,
    /// The answer does not follow the protocol: a fault of the server. Whether a text follows its schema is seen by who
    /// asked for it.
    Malformed,
}

impl FailureKind {
    /// True when the same request may succeed later, somewhere else or on the same server.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::NoEndpoint
                | Self::Vanished
                | Self::Loading
                | Self::Overloaded
                | Self::TimedOut
                | Self::Server
                | Self::UnknownModel
                | Self::Unauthorized
                | Self::Malformed
        )
    }

    /// True when the machine, not the request, is the cause: the work is given back and no attempt is counted. One that
    /// refuses its own key, or does not serve its own model, would refuse any other request as well.
    #[must_use]
    pub const fn costs_no_attempt(self) -> bool {
        matches!(
            self,
            Self::NoEndpoint
                | Self::Vanished
                | Self::Loading
                | Self::Overloaded
                | Self::UnknownModel
                | Self::Unauthorized
        )
    }
}

/// A failed call. Holds no text of a prompt or an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("inference failed ({kind}): {detail}")]
pub struct InferenceError {
    /// What kind of failure.
    pub kind: FailureKind,
    /// What the server or the network said, without any text of prompt or answer.
    pub detail: String,
    /// HTTP status, when there was one.
    pub status: Option<u16>,
    /// The server's wish.
    pub retry_after: Option<Duration>,
    /// Tokens that were used all the same.
    pub usage: Option<Usage>,
    /// Which endpoint failed; set by a pool.
    pub endpoint: Option<uuid::Uuid>,
}

impl InferenceError {
    /// A failure with nothing known but its kind and words.
    pub fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), status: None, retry_after: None, usage: None, endpoint: None }
    }
}
