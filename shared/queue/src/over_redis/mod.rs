//! Hints through Redis: apalis-redis 1.0.0 carries them, and everything here keeps its measured defects harmless.
//!
//! - Locks are off (with them each job costs a scan of the backlog) and so are events; results are kept, since
//!   otherwise nothing is ever acknowledged, and [`RedisQueue::trim`] removes them.
//! - Hints are pushed by `lua/push.lua`, straight into the list that workers fetch from, never more than a bound.
//! - Any Redis error ends an apalis worker. [`consume`] starts the next one, under a new name and after a growing
//!   pause, and returns to the queue what the last one held (`lua/retire.lua`).
//! - An idle apalis worker looks for work again after half a minute. [`wake`] wakes it on a notice from the push.
//! - Its scripts name keys that are not in one slot: a single Redis or one behind Sentinel, no Redis Cluster.

mod consume;
mod keys;
mod link;
mod wake;

pub(crate) use link::RedisQueue;

/// The exchanges with Redis by name, for whoever measures them: each is a span `redis.<operation>`. Fetching belongs to
/// apalis-redis, and is not among them.
#[must_use]
pub fn operations() -> Vec<&'static str> {
    vec!["outstanding", "ping", "push", "retire", "trim"]
}
