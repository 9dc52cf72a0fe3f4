//! Counts what became of candidates, whichever role's transaction moved them.

use metrics::{counter, histogram};
use prospector_domain::{candidate::CandidateState, hold::HoldReason};
use prospector_runtime::telemetry::{Family, FamilyKind, Label, values_of};
use prospector_store::{CandidateMove, Watcher};
use strum::VariantArray as _;

/// Bounds in seconds: from an answer at once to one that somebody wrote the next day.
const SECONDS_TO_A_DAY: &[f64] =
    &[1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 14_400.0, 86_400.0];

const ENTERED: Family = Family {
    name: "prospector_candidates_total",
    kind: FamilyKind::Counter,
    help: "Candidates by the state they entered.",
    labels: &[Label { name: "state", values: values_of::<CandidateState> }],
};
const HELD: Family = Family {
    name: "prospector_holds_total",
    kind: FamilyKind::Counter,
    help: "Candidates that were held, by reason.",
    labels: &[Label { name: "reason", values: values_of::<HoldReason> }],
};
const SETTLED: Family = Family {
    name: "prospector_candidate_settled_seconds",
    kind: FamilyKind::Histogram(SECONDS_TO_A_DAY),
    help: "From the first message of a burst until its candidate came to rest, by the state it rests in.",
    labels: &[Label { name: "state", values: settled_states }],
};

/// The metrics of candidates, to be created at zero when the process starts.
pub(crate) const METRICS: &[Family] = &[ENTERED, HELD, SETTLED];

fn settled_states() -> Vec<&'static str> {
    CandidateState::VARIANTS.iter().filter(|state| state.is_settled()).map(Into::into).collect()
}

/// Counts every move that this process commits.
pub(crate) struct CandidateCounter;

impl Watcher for CandidateCounter {
    #[expect(clippy::cast_precision_loss, reason = "an age is far below 2^52 milliseconds")]
    fn candidate_moved(&self, moved: &CandidateMove) {
        let state: &'static str = moved.to.into();
        counter!(ENTERED.name, "state" => state).increment(1);
        if let Some(reason) = moved.hold {
            counter!(HELD.name, "reason" => <&'static str>::from(reason)).increment(1);
        }
        if moved.to.is_settled() {
            histogram!(SETTLED.name, "state" => state).record(moved.age_ms.max(0) as f64 / 1_000.0);
        }
    }
}
