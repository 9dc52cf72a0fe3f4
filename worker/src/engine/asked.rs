//! What came of asking a model, in the terms of a handler.

use ai_harness::{client::InferenceError, task::TaskError, workflow::RunError};
use prospector_domain::{engine::EngineId, job::ErrorClass};
use prospector_store::Outcome;

use crate::failure::HandlerError;

/// A job for which nothing serves looks again after this, in milliseconds. The relay hints it only while something does.
pub(crate) const LOOK_AGAIN_MS: i64 = 1_000;

/// What came of asking.
#[derive(Debug)]
pub(crate) enum Asked<T> {
    /// An answer.
    Answer(T),
    /// The model answered, and what it answered is no use, for this reason. Asking again would not help.
    NoUse(String),
    /// Nothing serves at the moment, or it vanished: the job waits, and no attempt is counted.
    Wait(Outcome),
}

impl<T> Asked<T> {
    /// The same with another answer.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Asked<U> {
        match self {
            Self::Answer(answer) => Asked::Answer(change(answer)),
            Self::NoUse(why) => Asked::NoUse(why),
            Self::Wait(outcome) => Asked::Wait(outcome),
        }
    }
}

/// Parks a job until a machine of `engine` is ready.
pub(crate) fn wait_for(engine: &EngineId, delay_ms: i64) -> Outcome {
    Outcome::Wait { engine: engine.clone(), delay_ms }
}

/// What a failed task means for its job.
pub(crate) fn of_task<T>(engine: &EngineId, error: TaskError) -> Result<Asked<T>, HandlerError> {
    let words = error.to_string();
    match error {
        TaskError::Unavailable { error, .. } => unavailable(engine, &error, words),
        TaskError::Unusable { .. } | TaskError::InputTooLong { .. } | TaskError::Rejected { .. } => {
            Ok(Asked::NoUse(words))
        }
        TaskError::Prompt { .. } | TaskError::Schema { .. } => Err(HandlerError::permanent(words)),
    }
}

/// What a failed run of a workflow means for its job.
pub(crate) fn of_run<T>(engine: &EngineId, error: RunError) -> Result<Asked<T>, HandlerError> {
    let words = error.to_string();
    match error {
        RunError::Unavailable { error, .. } => unavailable(engine, &error, words),
        RunError::NoBody { .. } | RunError::Rejected { .. } | RunError::Plan(_) => Ok(Asked::NoUse(words)),
    }
}

fn unavailable<T>(
    engine: &EngineId,
    error: &InferenceError,
    words: String,
) -> Result<Asked<T>, HandlerError> {
    if error.kind.costs_no_attempt() {
        let wish_ms = error.retry_after.and_then(|wait| i64::try_from(wait.as_millis()).ok());
        return Ok(Asked::Wait(wait_for(engine, wish_ms.unwrap_or(0).max(LOOK_AGAIN_MS))));
    }
    Err(HandlerError::new(ErrorClass::Transient, words))
}
