//! Hints in, hints out: how a worker learns at once that a job is waiting.
//!
//! A hint is a kind and an id, never content. The store is the truth; a hint may be lost, repeated, late or out of
//! order, and the queue may be wiped while everything runs: only latency is lost. So nothing here retries, schedules,
//! prioritises or remembers outcomes, and a handler has no way to fail.
//!
//! Hints travel through Redis ([`QueueUrl`] `redis://…`) or, when every role runs in one process, through memory
//! (`memory:`). Both are consumed by the same apalis worker, and pass the same tests, `tests/contract.rs`.
//!
//! Architecture invariant: this is the only crate that names redis or apalis-redis. It knows no store and no job but
//! its id.

mod consumer;
mod error;
mod hint;
mod memory;
mod options;
mod over_redis;
mod queue;
mod url;

pub use error::QueueError;
pub use options::{ConsumeOptions, MAX_CONCURRENCY, MAX_OUTSTANDING, QueueOptions};
pub use over_redis::operations;
pub use queue::{Pushed, Queue};
pub use url::QueueUrl;
