//! Panics, in the log and counted.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::{PanicHookInfo, set_hook},
    thread,
};

use super::metrics::{Family, FamilyKind};

pub(super) const PANICS: Family = Family {
    name: "prospector_panics_total",
    kind: FamilyKind::Counter,
    help: "Panics of any thread or task.",
    labels: &[],
};

/// Replaces the standard report on stderr, which no log collector reads as one line.
pub(super) fn log_panics() {
    set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    metrics::counter!(PANICS.name).increment(1);
    let location = info.location().map_or_else(String::new, ToString::to_string);
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    tracing::error!(
        panic.message = info.payload_as_str().unwrap_or("not a text"),
        panic.location = location,
        panic.thread = thread::current().name().unwrap_or("unnamed"),
        panic.backtrace = backtrace,
        "panicked"
    );
}
