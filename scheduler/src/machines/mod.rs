//! Machines: asked for, watched, let go and paid for, by the leader alone.
//!
//! A turn reads the rows, holds them against what the provider lists, looks after every machine where it is in its life,
//! asks the policy, and writes down what was spent. What it does to the world has a row before and a row after; a leader
//! that comes in between finds the row and goes on.
//!
//! It runs beside the other duties, because a provider may take minutes to answer and hints must not wait for that.
//! Every command carries the epoch of the lead, and the store refuses a stale one.
//!
//! Architecture invariant: when to order and when to let go is decided in `ai_harness::lifecycle`, which is pure; how is
//! the provider's business. Here is only the protocol between the two.

mod act;
mod attend;
mod budget;
mod compare;
mod follow;
mod keeper;
mod meter;
mod metrics;
mod observe;
mod reconcile;
mod regret;
mod waits;

pub(crate) use keeper::MachineKeeper;
pub use keeper::{MachineParts, MachinesReport};
pub use metrics::METRICS;
