//! `[queue]`: what carries the hints.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{error::Problems, redacted_url::RedactedUrl};

/// Most hints of one kind that may wait at once. One fetch promotes all that are due with a single Lua `unpack`, which
/// fails at about 8,000 and would then fail for ever.
pub const OUTSTANDING_MAX: u32 = 2_000;

/// What carries the hints from the store to the workers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QueueSettings {
    /// `memory:` for one process that runs every role, or `redis://user:password@host/0` (`rediss://` with TLS).
    /// A single Redis or a Sentinel, no cluster. Default `memory:`.
    #[schemars(with = "String")]
    pub url: RedactedUrl,
    /// First part of every key in Redis, so that installations can share one. 1 to 32 of a-z, 0-9, `-` and `_`;
    /// default `prospector`.
    pub namespace: String,
    /// Hints of one kind that may wait at once; the rest stays in the store until there is room.
    /// Range 1 to 2,000, default 2,000.
    pub max_outstanding: u32,
    /// Longest wait for an answer of Redis before it counts as away, in milliseconds. Range 100 to 60,000,
    /// default 5,000.
    pub response_timeout_ms: u64,
}

impl Default for QueueSettings {
    fn default() -> Self {
        Self {
            url: RedactedUrl::new("memory:"),
            namespace: "prospector".to_owned(),
            max_outstanding: OUTSTANDING_MAX,
            response_timeout_ms: 5_000,
        }
    }
}

impl QueueSettings {
    pub(super) fn check(&self, problems: &mut Problems<'_>) {
        if !matches!(self.url.scheme().as_str(), "memory" | "redis" | "rediss") {
            problems.add(
                "queue.url",
                format!("{} is neither Redis nor memory", self.url),
                "write memory: or redis://host:6379/0",
            );
        }
        problems.name("queue.namespace", &self.namespace);
        problems.range("queue.max_outstanding", self.max_outstanding, &(1..=OUTSTANDING_MAX));
        problems.range("queue.response_timeout_ms", self.response_timeout_ms, &(100..=60_000));
    }
}
