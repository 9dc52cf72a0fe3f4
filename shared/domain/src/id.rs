//! Identifiers. Each is its own type, so that a job id can never be passed where a thread id is meant.
//!
//! All are UUIDs; those the system makes are version 7, whose text form sorts by time of creation, which is what
//! the store's keyset pagination relies on.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be a UUID such as 01920000-0000-7000-8000-000000000000, got {got:?}")]
pub struct InvalidId {
    what: &'static str,
    got: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text)
                    .map(Self)
                    .map_err(|_| InvalidId { what: $what, got: text.chars().take(64).collect() })
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A conversation with one contact on one channel.
    ThreadId = "thread id";
    /// One message, inbound or outbound.
    MessageId = "message id";
    /// One attempt to answer one inbound message; every accepted inbound has exactly one.
    CandidateId = "candidate id";
    /// One body written for a candidate, with the verdict of the gate on it.
    DraftId = "draft id";
    /// One row of the job table.
    JobId = "job id";
    /// The row written before a webhook goes out. Its text form is the `webhook-id`, stable across retries.
    IntentId = "send intent id";
    /// An API key's public identifier; never the secret.
    ApiKeyId = "api key id";
    /// One machine that serves a model, from the wish for it until it is gone. Part of the machine's name.
    NodeId = "node id";
    /// One call of a model. Sent along as the request id.
    CallId = "call id";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_and_rubbish_is_named() {
        let id: JobId = "01920000-0000-7000-8000-00000000002a".parse().unwrap();
        assert_eq!(id.to_string().parse::<JobId>().unwrap(), id);
        assert_eq!(
            "42".parse::<ThreadId>().unwrap_err().to_string(),
            "thread id must be a UUID such as 01920000-0000-7000-8000-000000000000, got \"42\""
        );
    }
}
