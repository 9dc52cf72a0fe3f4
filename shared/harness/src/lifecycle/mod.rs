//! When a machine is ordered, kept and let go.
//!
//! [`decide`] takes what is seen at one moment and answers with commands and their reasons. It is pure: no clock, no chance,
//! no memory of its own. What it needs to know of the past is read from rows, so that a leader that has just taken over
//! decides as the one before it would have. The simulator runs the same function in virtual time.
//!
//! It does not act, order, destroy or write anything, and knows nothing of providers, regions and retries: a breaker
//! reaches it as [`Limits::blocked`].

mod check;
mod commitment;
mod decide;
mod draft;
mod forecast;
mod grace;
mod observation;
mod parameters;
mod plan;
mod scale;
mod start;

pub use commitment::{commitment_of_order, committed};
pub use decide::decide;
pub use observation::{Blocked, Boot, History, Limits, Machine, Observation, Phase, QueuedJob, Work};
pub use parameters::Parameters;
pub use plan::{Action, Cause, Command, Plan};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod scenarios;
