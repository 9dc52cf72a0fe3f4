//! What came of asking a model, in the terms of a handler.

use ai_harness::{
    client::{FailureKind, InferenceError},
    task::TaskError,
    workflow::RunError,
};
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

/// Parks a job until a machine of `engine` is ready.
pub(crate) fn wait_for(engine: &EngineId, delay_ms: i64) -> Outcome {
    Outcome::Wait { engine: engine.clone(), delay_ms }
}

/// What a failed task means for its job.
pub(crate) fn of_task<T>(engine: &EngineId, error: TaskError) -> Result<Asked<T>, HandlerError> {
    let words = error.to_string();
    match error {
        TaskError::Unavailable { error, .. } => unavailable(engine, &error, words),
        TaskError::Rejected { error, .. } if is_the_machines_fault(&error) => {
            Ok(Asked::Wait(look_again(engine)))
        }
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
        RunError::Rejected { error, .. } if is_the_machines_fault(&error) => {
            Ok(Asked::Wait(look_again(engine)))
        }
        RunError::NoBody { .. } | RunError::Rejected { .. } | RunError::Plan(_) => Ok(Asked::NoUse(words)),
    }
}

/// A machine that refuses its own key, or does not serve its own model, would refuse any other request as well.
const fn is_the_machines_fault(error: &InferenceError) -> bool {
    matches!(error.kind, FailureKind::Unauthorized | FailureKind::UnknownModel)
}

fn look_again(engine: &EngineId) -> Outcome {
    wait_for(engine, LOOK_AGAIN_MS)
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
