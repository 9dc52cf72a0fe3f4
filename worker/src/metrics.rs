//! What workers count. Every family is declared here, with all its labels, and created at zero when a process starts.

use std::sync::Arc;

use metrics::{Counter, Histogram, counter, histogram};
use prospector_domain::{
    gate::{Verdict, ViolationCode},
    job::{ErrorClass, JobKind},
    judgement::{Judgement, JudgementOutcome},
    record::DraftOrigin,
};
use prospector_runtime::telemetry::{Family, FamilyKind, Label, SECONDS, values_of};
use strum::{IntoStaticStr, VariantArray};

use crate::webhook::Delivery;

const KIND: Label = Label { name: "kind", values: values_of::<JobKind> };

const PICKUP: Family = Family {
    name: "prospector_job_pickup_seconds",
    kind: FamilyKind::Histogram(SECONDS),
    help: "From the moment a job could run until a worker claimed it.",
    labels: &[KIND],
};
const RUN: Family = Family {
    name: "prospector_job_run_seconds",
    kind: FamilyKind::Histogram(SECONDS),
    help: "Time a handler took for one attempt.",
    labels: &[KIND],
};
const ENDINGS: Family = Family {
    name: "prospector_job_attempts_total",
    kind: FamilyKind::Counter,
    help: "Attempts by how they ended.",
    labels: &[KIND, Label { name: "ending", values: values_of::<Ending> }],
};
const FAILURES: Family = Family {
    name: "prospector_job_failures_total",
    kind: FamilyKind::Counter,
    help: "Failed attempts by class of error.",
    labels: &[KIND, Label { name: "class", values: values_of::<ErrorClass> }],
};
const LEASES_LOST: Family = Family {
    name: "prospector_leases_lost_total",
    kind: FamilyKind::Counter,
    help: "Leases that ended while their job was still running.",
    labels: &[KIND],
};
const HINTS_PASSED: Family = Family {
    name: "prospector_hints_passed_total",
    kind: FamilyKind::Counter,
    help: "Hints at jobs that somebody else had, or that were not due any more.",
    labels: &[KIND],
};
const DELIVERIES: Family = Family {
    name: "prospector_deliveries_total",
    kind: FamilyKind::Counter,
    help: "Webhooks by what became of them.",
    labels: &[Label { name: "answer", values: values_of::<Answer> }],
};
const DELIVERY: Family = Family {
    name: "prospector_delivery_seconds",
    kind: FamilyKind::Histogram(SECONDS),
    help: "Time from sending a webhook to its answer, or to giving up on one.",
    labels: &[],
};

const DRAFTS: Family = Family {
    name: "prospector_drafts_total",
    kind: FamilyKind::Counter,
    help: "Drafts by how they came to be and what the gate said.",
    labels: &[
        Label { name: "origin", values: values_of::<DraftOrigin> },
        Label { name: "verdict", values: values_of::<GateVerdict> },
    ],
};
const VIOLATIONS: Family = Family {
    name: "prospector_gate_violations_total",
    kind: FamilyKind::Counter,
    help: "What the gate found wrong with drafts, by code.",
    labels: &[Label { name: "code", values: values_of::<ViolationCode> }],
};
const JUDGEMENTS: Family = Family {
    name: "prospector_judgements_total",
    kind: FamilyKind::Counter,
    help: "Judgements by outcome; null is one that could not be had.",
    labels: &[Label { name: "outcome", values: values_of::<JudgementOutcome> }],
};
const QUOTES_DISCARDED: Family = Family {
    name: "prospector_judge_quotes_discarded_total",
    kind: FamilyKind::Counter,
    help: "Problems of a judge that did not count because their quote is not in the draft.",
    labels: &[],
};

/// Every metric of this crate.
pub const METRICS: &[Family] = &[
    PICKUP,
    RUN,
    ENDINGS,
    FAILURES,
    LEASES_LOST,
    HINTS_PASSED,
    DELIVERIES,
    DELIVERY,
    DRAFTS,
    VIOLATIONS,
    JUDGEMENTS,
    QUOTES_DISCARDED,
];

/// What the gate said about a draft, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
enum GateVerdict {
    Clean,
    Refused,
}

/// How one attempt at a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Ending {
    /// Its result is saved.
    Done,
    /// Something forbade going on, and that is saved.
    Stopped,
    /// It is tried again.
    Retried,
    /// It waits for a model, and no attempt was counted.
    Parked,
    /// It is dead.
    Dead,
    /// The store refused its result because somebody else had the job by then.
    Discarded,
    /// Its lease ended, or the process had to stop, before its result was saved.
    Abandoned,
    /// Its result can never be saved; the lease is left to run out.
    Unsaved,
}

/// What became of a webhook, as a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
enum Answer {
    Delivered,
    Deferred,
    Rejected,
    Gone,
    Unknown,
}

/// The counters of one kind, looked up once: a worker ends thousands of jobs a second.
#[derive(Clone)]
pub(crate) struct KindMetrics {
    pub(crate) pickup: Histogram,
    pub(crate) run: Histogram,
    pub(crate) leases_lost: Counter,
    pub(crate) hints_passed: Counter,
    endings: Arc<[Counter]>,
    failures: Arc<[Counter]>,
}

impl KindMetrics {
    pub(crate) fn new(kind: JobKind) -> Self {
        let kind: &'static str = kind.into();
        let named = |value: &'static str, family: &Family, label: &'static str| counter!(family.name, "kind" => kind, label => value);
        Self {
            pickup: histogram!(PICKUP.name, "kind" => kind),
            run: histogram!(RUN.name, "kind" => kind),
            leases_lost: counter!(LEASES_LOST.name, "kind" => kind),
            hints_passed: counter!(HINTS_PASSED.name, "kind" => kind),
            endings: Ending::VARIANTS.iter().map(|ending| named(ending.into(), &ENDINGS, "ending")).collect(),
            failures: ErrorClass::VARIANTS
                .iter()
                .map(|class| named(class.into(), &FAILURES, "class"))
                .collect(),
        }
    }

    pub(crate) fn ended(&self, ending: Ending) {
        self.endings[ending as usize].increment(1);
    }

    pub(crate) fn failed(&self, class: ErrorClass) {
        self.failures[class as usize].increment(1);
    }
}

/// Counts one webhook that took `seconds`.
pub(crate) fn count_delivery(delivery: &Delivery, seconds: f64) {
    let answer = match delivery {
        Delivery::Delivered(_) => Answer::Delivered,
        Delivery::Deferred { .. } => Answer::Deferred,
        Delivery::Rejected { gone: false, .. } => Answer::Rejected,
        Delivery::Rejected { gone: true, .. } => Answer::Gone,
        Delivery::Unknown(_) => Answer::Unknown,
    };
    counter!(DELIVERIES.name, "answer" => <&'static str>::from(answer)).increment(1);
    histogram!(DELIVERY.name).record(seconds);
}

/// Counts one draft of an engine.
pub(crate) fn count_draft(origin: DraftOrigin, verdict: &Verdict) {
    let said = if verdict.ok { GateVerdict::Clean } else { GateVerdict::Refused };
    let (origin, said): (&'static str, &'static str) = (origin.into(), said.into());
    counter!(DRAFTS.name, "origin" => origin, "verdict" => said).increment(1);
    for violation in &verdict.violations {
        counter!(VIOLATIONS.name, "code" => <&'static str>::from(violation.code)).increment(1);
    }
}

/// Counts one judgement.
pub(crate) fn count_judgement(judgement: &Judgement) {
    counter!(JUDGEMENTS.name, "outcome" => <&'static str>::from(judgement.outcome())).increment(1);
    counter!(QUOTES_DISCARDED.name).increment(judgement.discarded.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_found_at_the_place_of_its_variant() {
        for (place, ending) in Ending::VARIANTS.iter().enumerate() {
            assert_eq!(*ending as usize, place);
        }
        for (place, class) in ErrorClass::VARIANTS.iter().enumerate() {
            assert_eq!(*class as usize, place);
        }
    }
}
