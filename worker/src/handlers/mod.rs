//! What each kind of job does. A handler loads, calls out, decides in pure code and says what is to be saved.

mod classify;
mod draft;
mod judge;
mod probe;
mod send;
mod single_send;
mod sinks;
mod verdict;
mod writing;

pub(crate) use self::{
    classify::ClassifyHandler, draft::DraftHandler, judge::JudgeHandler, probe::ProbeHandler,
    send::DispatchHandler, sinks::Sinks,
};

use prospector_domain::{
    candidate::{CandidateEvent, Hold},
    job::Job,
    single_job::SinglePayload,
};
use prospector_store::{Outcome, Step};

use crate::failure::HandlerError;

/// The outcome of a candidate that has to wait.
fn held(hold: Hold) -> Outcome {
    Outcome::Step(Box::new(Step::event(CandidateEvent::Held(hold))))
}

/// The input of a single job. Checked when it was asked for, so that what does not read here is no row of ours.
fn payload_of(job: &Job) -> Result<SinglePayload, HandlerError> {
    SinglePayload::from_row(job.kind, &job.payload)
        .map_err(|error| HandlerError::permanent(error.to_string()))
}
