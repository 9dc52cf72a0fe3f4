//! `[scheduler]`: the duties that keep the house in order.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::Problems;

/// How often duties run, who runs them, and what they throw away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SchedulerSettings {
    /// Pause between two looks at what is due, in milliseconds. Range 50 to 60,000, default 200.
    pub tick_ms: u64,
    /// How long a leader that stopped renewing keeps others out, in milliseconds. Range 1,000 to 600,000 and at least
    /// four ticks, default 15,000.
    pub lease_ms: i64,
    /// What is kept, and for how long.
    pub retention: RetentionSettings,
}

/// How long finished things are kept, each in days from 1 to 3,650. Messages, drafts, decisions and corrections are
/// never thrown away here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// Jobs that succeeded or were cancelled. Default 14.
    pub jobs_days: i64,
    /// Dead jobs, which can be replayed while they are kept. Default 90.
    pub dead_jobs_days: i64,
    /// The trail of events. Default 365.
    pub events_days: i64,
    /// Answers kept for a repeated `Idempotency-Key`. Default 7.
    pub idempotency_days: i64,
}

impl Default for SchedulerSettings {
    fn default() -> Self {
        Self { tick_ms: 200, lease_ms: 15_000, retention: RetentionSettings::default() }
    }
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { jobs_days: 14, dead_jobs_days: 90, events_days: 365, idempotency_days: 7 }
    }
}

impl SchedulerSettings {
    /// Pause between two looks at what is due.
    #[must_use]
    pub const fn tick(&self) -> Duration {
        Duration::from_millis(self.tick_ms)
    }

    pub(super) fn check(&self, problems: &mut Problems<'_>) {
        /// A leader that misses three renewals in a row is gone; fewer would depose one that is merely slow.
        const TICKS_PER_LEASE: i64 = 4;
        problems.range("scheduler.tick_ms", self.tick_ms, &(50..=60_000));
        problems.range("scheduler.lease_ms", self.lease_ms, &(1_000..=600_000));
        let tick_ms = i64::try_from(self.tick_ms).unwrap_or(i64::MAX);
        let needed_ms = tick_ms.saturating_mul(TICKS_PER_LEASE);
        if self.lease_ms < needed_ms {
            problems.add(
                "scheduler.lease_ms",
                format!("is {} ms, less than {TICKS_PER_LEASE} ticks of {tick_ms} ms", self.lease_ms),
                format!("raise it to at least {needed_ms}, or lower scheduler.tick_ms"),
            );
        }
        let kept = &self.retention;
        for (name, days) in [
            ("jobs_days", kept.jobs_days),
            ("dead_jobs_days", kept.dead_jobs_days),
            ("events_days", kept.events_days),
            ("idempotency_days", kept.idempotency_days),
        ] {
            problems.range(&format!("scheduler.retention.{name}"), days, &(1..=3_650));
        }
    }
}
