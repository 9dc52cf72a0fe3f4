//! What can go wrong with a queue, by what the caller can do about it.

use std::{error::Error, time::Duration};

/// Why the queue did not do as asked. No variant carries a password.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The address, an option or the server itself is not one the queue can work with. Trying again will not help;
    /// somebody has to change the configuration.
    #[error("{what} {reason}")]
    Invalid {
        /// The thing at fault, such as `queue url` or `queue concurrency`.
        what: String,
        /// What is wrong with it, readable after its name.
        reason: String,
    },
    /// The server did not answer, or cannot serve just now. Jobs are safe in the store; try again later.
    #[error("redis at {server} is unavailable")]
    Unavailable {
        /// Host and port.
        server: String,
        /// What was met.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl QueueError {
    pub(crate) fn invalid(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), reason: reason.into() }
    }

    pub(crate) fn no_answer(server: &str, within: Duration) -> Self {
        Self::Unavailable { server: server.to_owned(), source: format!("no answer within {within:?}").into() }
    }

    /// True when trying again later may succeed.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
