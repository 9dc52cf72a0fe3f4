//! Schemas that several addresses share: the closed lists of the domain, and what the gate says.

mod closed;
mod verdict;

pub(crate) use closed::{
    Archetype, Author, CandidateState, CanonKind, Criterion, Direction, DraftOrigin, ErrorClass, EventKind,
    HoldReason, Intent, IntentState, JobKind, JobState, Mode, ProblemCode, TemplateKey, ThreadState,
    modes_or_null,
};
pub(crate) use verdict::{VerdictSchema, ViolationSchema};
