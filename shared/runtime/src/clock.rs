//! The real sources behind `prospector_domain::source`: what time it is, new ids, chance, and secret bytes.
//!
//! Architecture invariant: this is the only module of the project that reads a clock or makes a random number. Everything
//! else is handed `now`, ids and chance, so that tests choose them.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use prospector_domain::{
    source::{Chance, Clock, IdSource},
    time::UnixMs,
};
use rand::{Rng as _, RngExt as _, rngs::ThreadRng};
use uuid::Uuid;

/// Tells the time of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is handed")]
    fn now(&self) -> UnixMs {
        // A machine set to before 1970 would break far more than this; zero keeps the type honest.
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        UnixMs(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Measures durations inside a process on the monotonic clock, which a correction of the wall clock does not move.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    started: Instant,
}

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the stopwatch that everything else uses")]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Whole milliseconds since the start.
    #[must_use]
    pub fn elapsed_ms(&self) -> i64 {
        i64::try_from(self.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Seconds since the start, as metrics want them.
    #[must_use]
    pub fn elapsed_s(&self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self::start()
    }
}

/// Makes UUIDs of version 7 whose timestamp is the moment they are asked for.
///
/// Ids asked for at the same moment rise one after the other, so that rows written within one millisecond keep their
/// order. An id asked for at an earlier moment than its predecessor is unique, and sorts by its own moment.
#[derive(Debug, Default)]
pub struct SystemIds {
    last: Mutex<Option<LastId>>,
}

#[derive(Debug, Clone, Copy)]
struct LastId {
    at_ms: u64,
    tail: u128,
}

/// A version 7 UUID has 48 bits of time and 74 bits for a counter or chance, spread over 80 bits of bytes.
const TIME_MAX_MS: u64 = (1 << 48) - 1;
const TAIL_BITS: u32 = 74;
/// The first tail of a millisecond leaves the top bit free, so that 2^41 steps fit before it could run over.
const FIRST_TAIL_BITS: u32 = TAIL_BITS - 1;

impl IdSource for SystemIds {
    fn next(&self, now: UnixMs) -> Uuid {
        let at_ms = u64::try_from(now.0).unwrap_or(0).min(TIME_MAX_MS);
        let mut rng = secure_rng();
        // A panic while the lock is held cannot leave the pair half written, so a poisoned lock is still good.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let tail = match *last {
            Some(previous) if previous.at_ms == at_ms => previous.tail + 1 + u128::from(rng.next_u32()),
            _ => rng.random::<u128>() >> (u128::BITS - FIRST_TAIL_BITS),
        };
        *last = Some(LastId { at_ms, tail });
        uuid_v7(at_ms, tail)
    }
}

/// Lays out `tail` so that a larger tail is a larger UUID: 12 bits before the variant, 62 after it.
fn uuid_v7(at_ms: u64, tail: u128) -> Uuid {
    const LOW_BITS: u32 = 62;
    let high = (tail >> LOW_BITS) & 0xfff;
    let low = tail & ((1 << LOW_BITS) - 1);
    let bits = u128::from(at_ms) << 80 | 0x7 << 76 | high << 64 | 0b10 << LOW_BITS | low;
    Uuid::from_u128(bits)
}

/// Draws from the operating system's seeded generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn unit(&self) -> f64 {
        secure_rng().random::<f64>()
    }
}

/// `N` bytes nobody can guess, for keys and secrets.
#[must_use]
pub fn secret_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    secure_rng().fill_bytes(&mut bytes);
    bytes
}

/// ChaCha, seeded and reseeded by the operating system: fit for secrets, and cheap enough for ids and jitter.
#[expect(clippy::disallowed_methods, reason = "this is the chance that everything else is handed")]
fn secure_rng() -> ThreadRng {
    rand::rng()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use uuid::{Variant, Version};

    use super::*;

    const NOON: UnixMs = UnixMs(1_772_366_400_000);

    fn time_of(id: Uuid) -> u64 {
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        seconds * 1_000 + u64::from(nanos) / 1_000_000
    }

    #[test]
    fn the_clock_tells_a_plausible_time_and_the_stopwatch_moves_forward() {
        assert!(SystemClock.now() > UnixMs::parse_rfc3339("2026-01-01T00:00:00Z").unwrap());
        let watch = Stopwatch::start();
        let first = watch.elapsed();
        assert!(watch.elapsed() >= first && watch.elapsed_ms() >= 0 && watch.elapsed_s() >= 0.0);
    }

    #[test]
    fn ids_are_version_7_with_the_time_they_were_asked_for() {
        let ids = SystemIds::default();
        let id = ids.next(NOON);
        assert_eq!(id.get_version(), Some(Version::SortRand));
        assert_eq!(id.get_variant(), Variant::RFC4122);
        assert_eq!(time_of(id), 1_772_366_400_000);
        assert_eq!(time_of(ids.next(UnixMs(-5))), 0);
        assert_eq!(time_of(ids.next(UnixMs(i64::MAX))), TIME_MAX_MS);
    }

    #[test]
    fn ids_of_one_moment_rise_as_values_and_as_text() {
        let ids = SystemIds::default();
        let made: Vec<Uuid> = (0..10_000).map(|_| ids.next(NOON)).collect();
        assert!(made.is_sorted_by(|a, b| a < b && a.to_string() < b.to_string()));
    }

    #[test]
    fn ids_are_unique_when_time_jumps_back_and_threads_compete() {
        let ids = SystemIds::default();
        let make = || -> Vec<Uuid> { (0..2_000).map(|step| ids.next(NOON.plus_ms(step % 3))).collect() };
        let mut made = HashSet::new();
        std::thread::scope(|scope| {
            let makers: Vec<_> = (0..4).map(|_| scope.spawn(make)).collect();
            for maker in makers {
                made.extend(maker.join().unwrap());
            }
        });
        assert_eq!(made.len(), 8_000);
    }

    #[test]
    fn chance_stays_in_its_half_open_range_and_secrets_differ() {
        assert!((0..10_000).map(|_| SystemChance.unit()).all(|drawn| (0.0..1.0).contains(&drawn)));
        assert_ne!(secret_bytes::<32>(), secret_bytes::<32>());
    }
}
