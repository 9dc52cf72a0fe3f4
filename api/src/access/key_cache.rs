//! Keys that were looked up a moment ago, so that a busy caller does not cost the store a look-up for every request.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use prospector_runtime::clock::Stopwatch;

use super::Caller;
use crate::key::KeyHash;

/// How long a key is remembered. A revoked key works for at most this long on a server that just saw it.
pub(crate) const REMEMBERED_FOR: Duration = Duration::from_secs(5);
/// Most keys remembered; far more than an installation has.
const KEYS_MAX: usize = 1_000;

/// The keys seen lately. Only keys that exist are remembered: inventing keys does not fill it.
#[derive(Debug)]
pub(crate) struct KeyCache {
    started: Stopwatch,
    seen: Mutex<HashMap<KeyHash, Seen>>,
}

#[derive(Debug)]
struct Seen {
    caller: Caller,
    at: Duration,
}

impl KeyCache {
    pub(crate) fn new() -> Self {
        Self { started: Stopwatch::start(), seen: Mutex::new(HashMap::new()) }
    }

    pub(crate) fn get(&self, hash: KeyHash) -> Option<Caller> {
        self.get_at(hash, self.started.elapsed())
    }

    pub(crate) fn put(&self, hash: KeyHash, caller: Caller) {
        self.put_at(hash, caller, self.started.elapsed());
    }

    fn get_at(&self, hash: KeyHash, now: Duration) -> Option<Caller> {
        self.seen().get(&hash).filter(|seen| seen.is_fresh(now)).map(|seen| seen.caller.clone())
    }

    fn put_at(&self, hash: KeyHash, caller: Caller, now: Duration) {
        let mut seen = self.seen();
        if seen.len() >= KEYS_MAX {
            seen.retain(|_, seen| seen.is_fresh(now));
        }
        if seen.len() >= KEYS_MAX {
            seen.clear();
        }
        seen.insert(hash, Seen { caller, at: now });
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<KeyHash, Seen>> {
        // An insert either happened or not, so a poisoned map is still a map.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn is_fresh(&self, now: Duration) -> bool {
        now.saturating_sub(self.at) < REMEMBERED_FOR
    }
}

#[cfg(test)]
mod tests {
    use prospector_domain::time::UnixMs;
    use prospector_store::ApiKey;

    use super::*;
    use crate::key::NewKey;

    fn caller() -> Caller {
        Caller::of(ApiKey {
            id: "01920000-0000-7000-8000-00000000002a".parse().unwrap(),
            name: "bridge".to_owned(),
            scopes: "read".parse().unwrap(),
            created_by: "cli".to_owned(),
            created_at_ms: UnixMs(0),
            expires_at_ms: None,
            revoked_at_ms: None,
        })
    }

    #[test]
    fn a_key_is_forgotten_after_its_time() {
        let cache = KeyCache::new();
        let hash = NewKey::from_secret(&[1; 32]).hash();
        assert_eq!(cache.get_at(hash, Duration::ZERO), None);
        cache.put_at(hash, caller(), Duration::from_secs(100));
        let just_before = Duration::from_secs(100) + REMEMBERED_FOR - Duration::from_millis(1);
        assert_eq!(cache.get_at(hash, just_before), Some(caller()));
        assert_eq!(cache.get_at(hash, Duration::from_secs(100) + REMEMBERED_FOR), None);
    }

    #[test]
    fn it_stays_within_its_bound() {
        let cache = KeyCache::new();
        for number in 0..KEYS_MAX * 2 + 1 {
            let mut secret = [0; 32];
            secret[..8].copy_from_slice(&(number as u64).to_be_bytes());
            cache.put_at(NewKey::from_secret(&secret).hash(), caller(), Duration::ZERO);
        }
        assert!(cache.seen().len() <= KEYS_MAX);
    }
}
