//! How often a key may ask: a token bucket for each key.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use prospector_domain::id::ApiKeyId;
use prospector_runtime::clock::Stopwatch;

/// Most keys counted apart. Beyond it the buckets that are full again are forgotten, which changes nothing for them.
const KEYS_MAX: usize = 10_000;

/// What a key is allowed: `rate_per_s` over time, `burst` at once after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) rate_per_s: u32,
    pub(crate) burst: u32,
}

/// What is left after a request, or how long to wait for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Go on. So many more requests would be let through at once.
    Go { remaining: u32, full_in: Duration },
    /// Wait so long before the next.
    Wait { wait: Duration },
}

/// The buckets of all keys.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    quota: Quota,
    started: Stopwatch,
    buckets: Mutex<HashMap<ApiKeyId, Bucket>>,
}

/// A bucket, kept as the moment at which it will be full again. That moment says all: a bucket that is full in `t`
/// lacks `t * rate` tokens.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    full_at: Duration,
}

impl RateLimiter {
    pub(crate) fn new(quota: Quota) -> Self {
        Self { quota, started: Stopwatch::start(), buckets: Mutex::new(HashMap::new()) }
    }

    pub(crate) const fn quota(&self) -> Quota {
        self.quota
    }

    /// Counts a request of `key`.
    pub(crate) fn take(&self, key: ApiKeyId) -> Turn {
        self.take_at(key, self.started.elapsed())
    }

    fn take_at(&self, key: ApiKeyId, now: Duration) -> Turn {
        let mut buckets = self.buckets();
        if buckets.len() >= KEYS_MAX && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| bucket.full_at > now);
        }
        buckets.entry(key).or_insert(Bucket { full_at: now }).take(self.quota, now)
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<ApiKeyId, Bucket>> {
        // A bucket is one number, so a poisoned map is still a map.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    fn take(&mut self, quota: Quota, now: Duration) -> Turn {
        let per_token = Duration::from_secs(1) / quota.rate_per_s.max(1);
        let capacity = per_token * quota.burst.max(1);
        let full_at = self.full_at.max(now) + per_token;
        let lacking = full_at - now;
        if lacking > capacity {
            return Turn::Wait { wait: lacking - capacity };
        }
        self.full_at = full_at;
        let remaining = (capacity - lacking).as_nanos() / per_token.as_nanos().max(1);
        Turn::Go { remaining: u32::try_from(remaining).unwrap_or(u32::MAX), full_in: lacking }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUOTA: Quota = Quota { rate_per_s: 10, burst: 3 };
    const TENTH: Duration = Duration::from_millis(100);

    fn key(number: u128) -> ApiKeyId {
        ApiKeyId(uuid::Uuid::from_u128(number))
    }

    fn left(turn: Turn) -> Option<u32> {
        match turn {
            Turn::Go { remaining, .. } => Some(remaining),
            Turn::Wait { .. } => None,
        }
    }

    #[test]
    fn a_burst_is_let_through_and_then_the_rate() {
        let limiter = RateLimiter::new(QUOTA);
        let start = Duration::from_secs(9);
        let taken: Vec<_> = (0..4).map(|_| left(limiter.take_at(key(1), start))).collect();
        assert_eq!(taken, [Some(2), Some(1), Some(0), None]);
        assert_eq!(limiter.take_at(key(1), start), Turn::Wait { wait: TENTH });
        assert_eq!(left(limiter.take_at(key(2), start)), Some(2), "another key is another bucket");
        assert_eq!(left(limiter.take_at(key(1), start + TENTH)), Some(0));
        assert_eq!(left(limiter.take_at(key(1), start + TENTH * 30)), Some(2));
    }

    #[test]
    fn buckets_that_are_full_again_are_forgotten() {
        let limiter = RateLimiter::new(QUOTA);
        for number in 0..KEYS_MAX as u128 {
            limiter.take_at(key(number), Duration::ZERO);
        }
        limiter.take_at(key(u128::MAX), Duration::from_secs(60));
        assert_eq!(limiter.buckets().len(), 1);
    }

    proptest! {
        #[test]
        fn never_more_than_burst_and_rate_allow(gaps_ms in prop::collection::vec(0_u64..400, 1..200)) {
            let limiter = RateLimiter::new(QUOTA);
            let (mut now_ms, mut gone) = (0_u64, 0_u64);
            for gap_ms in gaps_ms {
                now_ms += gap_ms;
                gone += u64::from(left(limiter.take_at(key(1), Duration::from_millis(now_ms))).is_some());
                prop_assert!(gone <= u64::from(QUOTA.burst) + now_ms * u64::from(QUOTA.rate_per_s) / 1_000);
            }
        }
    }
}
