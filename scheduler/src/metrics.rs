//! What the scheduler counts.

use ::metrics::{counter, gauge, histogram};
use prospector_domain::job::JobKind;
use prospector_runtime::telemetry::{Family, FamilyKind, Label, SECONDS, values_of};

use crate::duties::Duty;

const KIND: Label = Label { name: "kind", values: values_of::<JobKind> };
const DUTY: Label = Label { name: "duty", values: values_of::<Duty> };
const WAITING: Label = Label { name: "state", values: || vec!["queued", PARKED, "running", "dead"] };
/// Queued, and waiting for a machine.
pub(crate) const PARKED: &str = "parked";
const FATE: Label = Label { name: "fate", values: || vec!["requeued", "dead"] };

const QUEUE_JOBS: &str = "prospector_queue_jobs";
const QUEUE_OLDEST: &str = "prospector_queue_oldest_age_seconds";
const HINTS: &str = "prospector_hints_relayed_total";
const RESCUED: &str = "prospector_jobs_rescued_total";
const DUTY_SECONDS: &str = "prospector_duty_seconds";
const DUTY_FAILURES: &str = "prospector_duty_failures_total";
const LEADING: &str = "prospector_scheduler_leading";
const EPOCH: &str = "prospector_scheduler_epoch";

/// The scheduler's metrics, to be created at zero when the process starts.
pub const METRICS: &[Family] = &[
    Family {
        name: QUEUE_JOBS,
        kind: FamilyKind::Gauge,
        help: "Jobs by kind and state, as the leader last saw them.",
        labels: &[KIND, WAITING],
    },
    Family {
        name: QUEUE_OLDEST,
        kind: FamilyKind::Gauge,
        help: "Age of the job that could have run longest ago, by kind and state.",
        labels: &[KIND, WAITING],
    },
    Family {
        name: HINTS,
        kind: FamilyKind::Counter,
        help: "Hints that the relay sent for due jobs.",
        labels: &[KIND],
    },
    Family {
        name: RESCUED,
        kind: FamilyKind::Counter,
        help: "Jobs taken from workers that vanished.",
        labels: &[KIND, FATE],
    },
    Family {
        name: DUTY_SECONDS,
        kind: FamilyKind::Histogram(SECONDS),
        help: "How long a duty took.",
        labels: &[DUTY],
    },
    Family {
        name: DUTY_FAILURES,
        kind: FamilyKind::Counter,
        help: "Duties that could not be done.",
        labels: &[DUTY],
    },
    Family { name: LEADING, kind: FamilyKind::Gauge, help: "1 while this process leads.", labels: &[] },
    Family {
        name: EPOCH,
        kind: FamilyKind::Gauge,
        help: "Epoch of the lead this process last held.",
        labels: &[],
    },
];

pub(crate) fn queue_depth(kind: JobKind, state: &'static str, jobs: i64, oldest_ms: i64) {
    let labels = [("kind", <&'static str>::from(kind)), ("state", state)];
    gauge!(QUEUE_JOBS, &labels).set(approximate(jobs));
    gauge!(QUEUE_OLDEST, &labels).set(approximate(oldest_ms) / 1_000.0);
}

pub(crate) fn hinted(kind: JobKind, hints: usize) {
    counter!(HINTS, "kind" => <&'static str>::from(kind)).increment(hints as u64);
}

pub(crate) fn rescued(kind: JobKind, dead: bool) {
    let fate = if dead { "dead" } else { "requeued" };
    counter!(RESCUED, "kind" => <&'static str>::from(kind), "fate" => fate).increment(1);
}

pub(crate) fn duty_done(duty: Duty, seconds: f64, failed: bool) {
    let name = <&'static str>::from(duty);
    histogram!(DUTY_SECONDS, "duty" => name).record(seconds);
    if failed {
        counter!(DUTY_FAILURES, "duty" => name).increment(1);
    }
}

pub(crate) fn leading(epoch: Option<i64>) {
    gauge!(LEADING).set(if epoch.is_some() { 1.0 } else { 0.0 });
    if let Some(epoch) = epoch {
        gauge!(EPOCH).set(approximate(epoch));
    }
}

#[expect(clippy::cast_precision_loss, reason = "gauges are doubles; counts stay far below 2^52")]
const fn approximate(count: i64) -> f64 {
    count as f64
}
