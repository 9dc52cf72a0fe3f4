//! Which endpoint answers: least outstanding requests under an adaptive limit.
//!
//! A server that is given more requests than it can work on keeps them in a queue of its own, where nothing can be
//! reordered, cancelled cheaply, or moved to another machine. So the queue is kept here: [`AdaptiveLimit`] finds out how
//! many requests keep an endpoint full, callers wait in turn for room, and what does not answer is left alone until a
//! probe succeeds.

mod endpoint_pool;
mod gauges;
mod limit;
mod pace;
mod quarantine;
mod state;

pub use endpoint_pool::{EndpointPool, Permit, PoolOptions};
pub use gauges::METRICS;
pub use limit::{AdaptiveLimit, Answered, LimitOptions};
pub use quarantine::QuarantineOptions;
pub use state::EndpointStatus;
