//! Time, ids and chance for tests: each does only what it is told.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use prospector_domain::{
    source::{Chance, Clock, IdSource},
    time::UnixMs,
};
use uuid::{Builder, Uuid};

/// A clock that moves only when told to. Clones show the same time.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock standing at `now`.
    #[must_use]
    pub fn at(now: UnixMs) -> Self {
        Self(Arc::new(AtomicI64::new(now.0)))
    }

    /// Moves to `now`, forwards or backwards.
    pub fn set(&self, now: UnixMs) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves by `duration_ms`, which may be negative, and returns the new time.
    pub fn advance_ms(&self, duration_ms: i64) -> UnixMs {
        UnixMs(self.0.fetch_add(duration_ms, Ordering::SeqCst) + duration_ms)
    }
}

impl Default for ManualClock {
    /// Stands at 2026-03-01T12:00:00Z.
    fn default() -> Self {
        Self::at(UnixMs(1_772_366_400_000))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMs {
        UnixMs(self.0.load(Ordering::SeqCst))
    }
}

/// Valid version 7 UUIDs in a fixed order: the timestamp is the caller's `now`, the rest counts up.
#[derive(Debug)]
pub struct SequentialIds(AtomicU64);

impl SequentialIds {
    /// Counts from `first`. Two sources in one test need ranges that do not meet.
    #[must_use]
    pub const fn from(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

impl Default for SequentialIds {
    /// Counts from 1.
    fn default() -> Self {
        Self::from(1)
    }
}

impl IdSource for SequentialIds {
    fn next(&self, now: UnixMs) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        let mut tail = [0; 10];
        tail[2..].copy_from_slice(&count.to_be_bytes());
        Builder::from_unix_timestamp_millis(now.0.max(0).unsigned_abs(), &tail).into_uuid()
    }
}

/// Chance that always falls the same way.
#[derive(Debug, Clone, Copy)]
pub struct FixedChance(
    /// What [`Chance::unit`] returns; in `[0, 1)`.
    pub f64,
);

impl Chance for FixedChance {
    fn unit(&self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_distinct_and_sorted() {
        let ids = SequentialIds::default();
        let made: Vec<Uuid> = (0..300).map(|ms| ids.next(UnixMs(1_772_366_400_000 + ms / 100))).collect();
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        assert!(made.is_sorted_by(|earlier, later| earlier < later));
        // The first 48 bits are the time: 1772366400000 is 0x019c_a945_0a00.
        assert_eq!(made[0].to_string(), "019ca945-0a00-7000-8000-000000000001");
    }

    #[test]
    fn clones_of_a_clock_show_the_same_time() {
        let clock = ManualClock::default();
        let other = clock.clone();
        assert_eq!(clock.advance_ms(1_500), other.now());
        other.set(UnixMs(7));
        assert_eq!(clock.now(), UnixMs(7));
    }
}
