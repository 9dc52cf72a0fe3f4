//! Who may ask, how often, and what happens when they ask the same thing twice.

mod caller;
mod guard;
mod idempotency;
mod key_cache;
mod rate;
mod rate_headers;

pub(crate) use caller::Caller;
pub(crate) use guard::{Guard, guard};
pub(crate) use idempotency::{Subject, idempotent};
pub(crate) use key_cache::KeyCache;
pub(crate) use rate::{Quota, RateLimiter};
