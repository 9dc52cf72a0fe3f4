//! The interface as callers meet it: the real router behind a real socket, with a SQLite store and the queue in memory.
#![expect(clippy::unwrap_used, reason = "a test has no other use for a failure")]

mod access;
mod app;
mod bad_input;
mod candidates;
mod client;
mod documents;
mod events;
mod idempotency;
mod inbound;
mod jobs;
mod journey;
mod operator;
mod outage;
mod protocol;
mod threads;
mod watching;
