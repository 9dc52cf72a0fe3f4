//! Carrying out jobs: a hint from the queue, a claim in the store, a handler, a saved result.
//!
//! The way of a job is [`execute`]: its claim and its result travel in groups ([`batch`]), its lease is kept for it
//! ([`lease`]), and what it does is one file under [`handlers`]. Webhooks go out through [`webhook`],
//! questions to a model through [`engine`].
//!
//! Architecture invariants: no transaction is open while anything outside the store is waited for. A worker holds
//! nothing that matters: whatever it was doing when it was killed, the store has the row, and somebody else goes on.
//! This crate and the scheduler do not know each other.

mod backoff;
mod batch;
mod claims;
mod engine;
mod execute;
mod failure;
mod handlers;
mod hints;
mod lease;
mod metrics;
mod settle;
mod tools;
mod webhook;
mod worker;

pub use metrics::METRICS;
pub use webhook::InvalidSink;
pub use worker::{Worker, WorkerError, WorkerParts};
