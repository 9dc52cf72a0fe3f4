//! The queue's settings and their bounds.

use std::{fmt, sync::Arc, time::Duration};

use prospector_domain::source::{Clock, IdSource};

use crate::error::QueueError;

/// Most hints of one kind that may wait at a time. Hints only keep workers busy until the relay's next round; what
/// waits beyond them waits in the store. apalis-redis fails for ever at about 8,000, when one script call gets more
/// arguments than Lua takes.
pub const MAX_OUTSTANDING: u64 = 2_000;

/// Most hints of one kind that one consumer handles at a time: what it holds must fit, several times over, into one
/// script call of apalis-redis, which takes fewer than 8,000.
pub const MAX_CONCURRENCY: usize = 1_024;

/// How a queue is set up.
#[derive(Clone)]
pub struct QueueOptions {
    /// Comes first in every key, so that several installations can share a Redis: 1 to 64 of `a-z`, `0-9`, `-`, `_`.
    /// Default `prospector`.
    pub namespace: String,
    /// How long one exchange with Redis may take before it counts as unavailable. Default 2 s; more than a fork of a
    /// large Redis pauses it, less than a caller of the API waits.
    pub response_timeout: Duration,
    /// Most hints of one kind that may wait. Range 1 to [`MAX_OUTSTANDING`], default [`MAX_OUTSTANDING`].
    pub max_outstanding: u64,
    /// Makes the unique part of worker names.
    pub ids: Arc<dyn IdSource>,
    /// Tells the time that goes into those ids, and how long a worker has held out.
    pub clock: Arc<dyn Clock>,
}

impl QueueOptions {
    /// The defaults.
    #[must_use]
    pub fn new(ids: Arc<dyn IdSource>, clock: Arc<dyn Clock>) -> Self {
        Self {
            namespace: "prospector".to_owned(),
            response_timeout: Duration::from_secs(2),
            max_outstanding: MAX_OUTSTANDING,
            ids,
            clock,
        }
    }

    pub(crate) fn check(&self) -> Result<(), QueueError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let namespace = &self.namespace;
        if namespace.is_empty() || namespace.len() > 64 || !namespace.chars().all(allowed) {
            let reason = format!("must be 1 to 64 of a-z, 0-9, - and _, got {namespace:?}");
            return Err(QueueError::invalid("queue namespace", reason));
        }
        if !(1..=MAX_OUTSTANDING).contains(&self.max_outstanding) {
            let reason = format!("must be 1 to {MAX_OUTSTANDING}, got {}", self.max_outstanding);
            return Err(QueueError::invalid("queue max outstanding", reason));
        }
        if self.response_timeout.is_zero() {
            return Err(QueueError::invalid("queue response timeout", "must be more than zero"));
        }
        Ok(())
    }
}

impl fmt::Debug for QueueOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueOptions")
            .field("namespace", &self.namespace)
            .field("response_timeout", &self.response_timeout)
            .field("max_outstanding", &self.max_outstanding)
            .finish_non_exhaustive()
    }
}

/// How one kind of hint is consumed by one process.
#[derive(Debug, Clone)]
pub struct ConsumeOptions {
    /// Most handlers running at a time. Range 1 to [`MAX_CONCURRENCY`].
    pub concurrency: usize,
    /// Start of the worker's name, for people who look into Redis: `worker` gives `worker-classify-<uuid>`.
    pub worker_name_prefix: String,
}

impl ConsumeOptions {
    pub(crate) fn check(&self) -> Result<(), QueueError> {
        if (1..=MAX_CONCURRENCY).contains(&self.concurrency) {
            return Ok(());
        }
        let reason = format!("must be 1 to {MAX_CONCURRENCY}, got {}", self.concurrency);
        Err(QueueError::invalid("queue concurrency", reason))
    }
}
