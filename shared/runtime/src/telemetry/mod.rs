//! What a process says about itself: log lines on stderr, metrics for `/metrics`, and panics in both.
//!
//! Started once, by whoever starts the process; the value returned is kept until its end.

mod log;
mod metrics;
mod panic;
mod start;

pub use self::{
    metrics::{Family, FamilyKind, InvalidFamily, Label, Metrics, SECONDS, values_of},
    start::{Telemetry, TelemetryError},
};
