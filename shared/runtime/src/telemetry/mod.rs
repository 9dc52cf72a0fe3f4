//! What a process says about itself: log lines on stderr, metrics for `/metrics`, panics in both, and traces over OTLP.
//!
//! Started once, by whoever starts the process; the value returned is kept until its end.

mod call_times;
mod log;
mod metrics;
mod panic;
mod plain_fields;
mod start;
mod trace;

pub use self::{
    call_times::call_families,
    metrics::{Family, FamilyKind, InvalidFamily, Label, Metrics, SECONDS, values_of},
    start::{Telemetry, TelemetryError},
    trace::{continue_trace, traceparent_of},
};
