//! Where time, ids and chance come from. Only the traits live here: the implementations that read a real clock or a
//! real random number are in `prospector-runtime`, and tests bring their own.

use uuid::Uuid;

use crate::time::UnixMs;

/// Tells what time it is, in UTC.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since the Unix epoch, UTC.
    fn now(&self) -> UnixMs;
}

/// Makes new, unique ids.
pub trait IdSource: Send + Sync + 'static {
    /// A new UUID version 7 whose timestamp part is `now`.
    fn next(&self, now: UnixMs) -> Uuid;
}

/// Makes chance decisions, such as the jitter of a retry.
pub trait Chance: Send + Sync + 'static {
    /// A number drawn uniformly from `[0, 1)`.
    fn unit(&self) -> f64;
}
