//! `[worker]`: how jobs are carried out.

use std::time::Duration;

use prospector_domain::{job::JobKind, retry::RetryPolicy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::Problems;

/// How jobs are carried out, for each kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkerSettings {
    /// Longest polite stop: what runs then is abandoned to its lease, in seconds. It applies to every role.
    /// Range 1 to 3,600, default 30.
    pub drain_timeout_s: u64,
    /// Jobs that read an inbound message.
    pub classify: KindSettings,
    /// Jobs that write a body.
    pub draft: KindSettings,
    /// Jobs that ask a model for its verdict.
    pub judge: KindSettings,
    /// Jobs that deliver a webhook.
    pub dispatch: KindSettings,
    /// Jobs that do nothing, to see that everything is alive.
    pub probe: KindSettings,
}

/// How jobs of one kind are carried out. The defaults differ by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindSettings {
    /// Jobs of the kind that one worker process runs at once. Range 1 to 4,096.
    pub concurrency: usize,
    /// Longest run of one attempt, in milliseconds. Range 100 to 3,600,000.
    pub timeout_ms: u64,
    /// How long a claim holds without a heartbeat, in milliseconds: the wait after a worker was killed.
    /// Range 1,000 to 3,600,000, default 30,000.
    pub lease_ms: i64,
    /// When a failed attempt is tried again. `base_ms` 1 to 3,600,000, `cap_ms` from `base_ms` to 86,400,000,
    /// `max_attempts` 1 to 1,000.
    pub retry: RetryPolicy,
}

impl KindSettings {
    /// Longest run of one attempt.
    #[must_use]
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

impl WorkerSettings {
    /// The settings of `kind`.
    #[must_use]
    pub const fn kind(&self, kind: JobKind) -> &KindSettings {
        match kind {
            JobKind::Classify => &self.classify,
            JobKind::Draft => &self.draft,
            JobKind::Judge => &self.judge,
            JobKind::Dispatch => &self.dispatch,
            JobKind::Probe => &self.probe,
        }
    }

    /// Longest polite stop.
    #[must_use]
    pub const fn drain_timeout(&self) -> Duration {
        Duration::from_secs(self.drain_timeout_s)
    }
}

fn defaults(kind: JobKind) -> KindSettings {
    let (concurrency, timeout_ms) = match kind {
        // A model may be asked, several times over, and its first answer in a new shape takes long.
        JobKind::Classify => (32, 300_000),
        JobKind::Draft => (32, 900_000),
        JobKind::Judge => (16, 60_000),
        JobKind::Dispatch => (32, 30_000),
        JobKind::Probe => (256, 5_000),
    };
    let retry = match kind {
        // A bridge that is down for hours is common, and the freshness limit ends the tries anyway.
        JobKind::Dispatch => RetryPolicy { base_ms: 5_000, cap_ms: 3_600_000, max_attempts: 20 },
        JobKind::Classify | JobKind::Draft | JobKind::Judge | JobKind::Probe => RetryPolicy::default(),
    };
    KindSettings { concurrency, timeout_ms, lease_ms: 30_000, retry }
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawWorker {
    drain_timeout_s: u64,
    classify: RawKind,
    draft: RawKind,
    judge: RawKind,
    dispatch: RawKind,
    probe: RawKind,
}

impl Default for RawWorker {
    fn default() -> Self {
        let unset = RawKind::default;
        Self {
            drain_timeout_s: 30,
            classify: unset(),
            draft: unset(),
            judge: unset(),
            dispatch: unset(),
            probe: unset(),
        }
    }
}

/// Each field on its own is optional, because the defaults differ by kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawKind {
    concurrency: Option<usize>,
    timeout_ms: Option<u64>,
    lease_ms: Option<i64>,
    retry: RawRetry,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawRetry {
    base_ms: Option<i64>,
    cap_ms: Option<i64>,
    max_attempts: Option<i64>,
}

impl RawWorker {
    pub(super) fn resolve(&self, problems: &mut Problems<'_>) -> WorkerSettings {
        problems.range("worker.drain_timeout_s", self.drain_timeout_s, &(1..=3_600));
        WorkerSettings {
            drain_timeout_s: self.drain_timeout_s,
            classify: self.classify.resolve(JobKind::Classify, problems),
            draft: self.draft.resolve(JobKind::Draft, problems),
            judge: self.judge.resolve(JobKind::Judge, problems),
            dispatch: self.dispatch.resolve(JobKind::Dispatch, problems),
            probe: self.probe.resolve(JobKind::Probe, problems),
        }
    }
}

impl RawKind {
    fn resolve(&self, kind: JobKind, problems: &mut Problems<'_>) -> KindSettings {
        let default = defaults(kind);
        let settings = KindSettings {
            concurrency: self.concurrency.unwrap_or(default.concurrency),
            timeout_ms: self.timeout_ms.unwrap_or(default.timeout_ms),
            lease_ms: self.lease_ms.unwrap_or(default.lease_ms),
            retry: RetryPolicy {
                base_ms: self.retry.base_ms.unwrap_or(default.retry.base_ms),
                cap_ms: self.retry.cap_ms.unwrap_or(default.retry.cap_ms),
                max_attempts: self.retry.max_attempts.unwrap_or(default.retry.max_attempts),
            },
        };
        settings.check(kind, problems);
        settings
    }
}

impl KindSettings {
    fn check(&self, kind: JobKind, problems: &mut Problems<'_>) {
        const HOUR_MS: i64 = 3_600_000;
        const DAY_MS: i64 = 24 * HOUR_MS;
        let field = |name: &str| format!("worker.{kind}.{name}");
        problems.range(&field("concurrency"), self.concurrency, &(1..=4_096));
        problems.range(&field("timeout_ms"), self.timeout_ms, &(100..=3_600_000));
        problems.range(&field("lease_ms"), self.lease_ms, &(1_000..=HOUR_MS));
        problems.range(&field("retry.base_ms"), self.retry.base_ms, &(1..=HOUR_MS));
        problems.range(&field("retry.cap_ms"), self.retry.cap_ms, &(self.retry.base_ms..=DAY_MS));
        problems.range(&field("retry.max_attempts"), self.retry.max_attempts, &(1..=1_000));
    }
}
