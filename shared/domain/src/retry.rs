//! When a failed attempt is tried again. Pure: chance comes in as a number.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    job::ErrorClass,
    time::{MINUTE_MS, SECOND_MS},
};

/// Delays between the attempts of one job kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetryPolicy {
    /// Delay before the second attempt, in milliseconds; each further one is twice as long.
    pub base_ms: i64,
    /// No delay is longer than this, in milliseconds.
    pub cap_ms: i64,
    /// Attempts before a retryable failure is final.
    pub max_attempts: i64,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { base_ms: SECOND_MS, cap_ms: 10 * MINUTE_MS, max_attempts: 8 }
    }
}

/// What happens after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Queue it again after a delay.
    Retry {
        /// How long to wait, in milliseconds.
        delay_ms: i64,
        /// False when the attempt is given back, because nothing was tried in earnest.
        costs_attempt: bool,
    },
    /// It is dead.
    Dead,
}

impl RetryPolicy {
    /// Decides about attempt number `attempt` (from 1) that failed with `class`.
    ///
    /// `retry_after_ms` is the other side's wish and is honoured as a lower bound, up to the cap. `chance` is drawn
    /// from `[0, 1)`: the delay is spread evenly over the upper half of the step ("equal jitter"), so that jobs which
    /// failed together do not come back together and yet none comes back at once.
    ///
    /// With base 1 s: attempt 1 waits 0.5-1 s, attempt 2 1-2 s, attempt 5 8-16 s, attempt 11 and later 5-10 min.
    #[must_use]
    pub fn after_failure(
        &self,
        class: ErrorClass,
        attempt: i64,
        retry_after_ms: Option<i64>,
        chance: f64,
    ) -> Verdict {
        let costs_attempt = class != ErrorClass::Unavailable;
        if class == ErrorClass::Permanent || (costs_attempt && attempt >= self.max_attempts) {
            return Verdict::Dead;
        }
        let asked_ms = retry_after_ms.unwrap_or(0).clamp(0, self.cap_ms);
        Verdict::Retry { delay_ms: self.delay_ms(attempt, chance).max(asked_ms), costs_attempt }
    }

    fn delay_ms(&self, attempt: i64, chance: f64) -> i64 {
        let doublings = attempt.clamp(1, 32) - 1;
        let step_ms = self.base_ms.saturating_mul(1_i64 << doublings).clamp(1, self.cap_ms.max(1));
        let half_ms = step_ms / 2;
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "at most the cap")]
        let spread_ms = ((step_ms - half_ms) as f64 * chance.clamp(0.0, 1.0)) as i64;
        half_ms + spread_ms
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { base_ms: 1_000, cap_ms: 600_000, max_attempts: 8 };

    #[test]
    fn the_worked_values_of_the_doc() {
        let delay = |attempt, chance| POLICY.delay_ms(attempt, chance);
        assert_eq!((delay(1, 0.0), delay(1, 1.0)), (500, 1_000));
        assert_eq!((delay(5, 0.0), delay(5, 1.0)), (8_000, 16_000));
        assert_eq!((delay(40, 0.0), delay(40, 1.0)), (300_000, 600_000));
    }

    #[test]
    fn the_last_attempt_is_dead_unless_it_is_given_back() {
        assert_eq!(POLICY.after_failure(ErrorClass::Transient, 8, None, 0.0), Verdict::Dead);
        assert_eq!(POLICY.after_failure(ErrorClass::Permanent, 1, None, 0.0), Verdict::Dead);
        assert!(matches!(
            POLICY.after_failure(ErrorClass::Unavailable, 80, None, 0.0),
            Verdict::Retry { costs_attempt: false, .. }
        ));
    }

    proptest! {
        #[test]
        fn a_delay_is_positive_and_capped(attempt in 1..1_000_i64, chance in 0.0..1.0_f64, asked in 0..i64::MAX) {
            let verdict = POLICY.after_failure(ErrorClass::Unavailable, attempt, Some(asked), chance);
            let Verdict::Retry { delay_ms, .. } = verdict else { panic!("unavailable is never final") };
            prop_assert!(delay_ms > 0 && delay_ms <= POLICY.cap_ms);
        }
    }
}
