//! The scheduler: the duties that keep the house in order, done by one leader at a time.
//!
//! Architecture invariant: a duty takes no hint about what changed. It reads the state, decides, acts so that doing it
//! twice does no harm, and reports. What a duty is not told it cannot miss: a scheduler that was down for an hour does
//! in its first tick what it would have done in that hour.

mod duties;
mod leader;
mod machines;
mod metrics;
mod scheduler;

pub use duties::{Duty, DutyError};
pub use leader::LEASE_NAME;
pub use machines::{METRICS as MACHINE_METRICS, MachineParts, MachinesReport};
pub use metrics::METRICS;
pub use scheduler::{Scheduler, SchedulerParts, TickReport};
