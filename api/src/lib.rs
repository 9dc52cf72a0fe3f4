//! The HTTP interface: handing messages and jobs in, and operating the system.
//!
//! A request passes, in this order: an id and a span ([`observe`]), a time limit, its door (key, rate, scope; see
//! [`access`]), and, for a POST with an `Idempotency-Key`, the record of what was answered before. Then its handler
//! checks what was sent, asks the store for one transaction, and describes the result. Nothing here decides what happens
//! to a message; that is the domain's, through the store.
//!
//! Architecture invariants: a request that was answered with success is in the store. No answer waits for the queue, and
//! a queue that is away fails no request. Bodies, contacts and keys are never logged and never become labels. Whatever is
//! turned down says so as problem details with a stable code, and changed nothing.

mod access;
mod candidates;
mod documents;
mod events;
mod hints;
mod inbound;
mod jobs;
pub mod key;
mod observe;
mod openapi;
mod operator;
mod probes;
mod problem;
mod request;
mod router;
mod serve;
mod state;
mod threads;
mod wire;

pub use observe::METRICS;
pub use router::{document, router};
pub use serve::{serve, serve_probes};
pub use state::{ApiState, Services};
