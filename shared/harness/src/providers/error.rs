//! How renting fails, and what that says about the machine.

use std::time::Duration;

/// What kind of failure a provider reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum ProviderErrorKind {
    /// There is no such machine to rent now, in this region and size. Nothing was created.
    NoCapacity,
    /// Too many requests. Nothing happened.
    Throttled,
    /// The provider does not work at the moment. Nothing happened.
    Unavailable,
    /// The credentials were refused. Nothing happened, and someone must act.
    Unauthorized,
    /// The request was refused, and the same again will be too. Nothing happened, and someone must act.
    Refused,
    /// Nobody knows whether it took effect. Never tried again blindly: the machine, if there is one, is found by its
    /// name.
    AnswerUnknown,
}

impl ProviderErrorKind {
    /// True when it is certain that nothing was created or destroyed.
    #[must_use]
    pub const fn took_no_effect(self) -> bool {
        !matches!(self, Self::AnswerUnknown)
    }
}

/// A failed request to a provider. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the provider failed ({kind}): {detail}")]
pub struct ProviderError {
    /// What kind of failure.
    pub kind: ProviderErrorKind,
    /// What the provider or the network said.
    pub detail: String,
    /// When the provider wants to be asked again, counted from now.
    pub retry_after: Option<Duration>,
}

impl ProviderError {
    /// A failure of which nothing is known but its kind and words.
    pub fn new(kind: ProviderErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), retry_after: None }
    }
}
