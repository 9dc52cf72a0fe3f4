//! How a task fails. Errors hold no text of a prompt or an answer.

use super::{call::Trail, schema::SchemaError, template::TemplateError};
use crate::client::InferenceError;

/// What is wrong with an answer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "snake_case")]
pub enum FaultKind {
    /// Cut at its limit.
    Truncated,
    /// Nothing in it.
    Empty,
    /// No JSON where JSON was asked for.
    NotJson,
    /// JSON of another form.
    WrongShape,
    /// The right form, and still no answer to what was asked.
    Refused,
    /// Longer than allowed.
    TooLong,
    /// It repeats its prompt.
    RepeatsPrompt,
    /// It is a note of the writer's own.
    RepeatsNote,
}

/// What is wrong with an answer, and what the model is told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFault {
    /// What is wrong.
    pub kind: FaultKind,
    /// One sentence to the model. It may repeat words of the answer, so it is shown to nobody else.
    pub hint: String,
}

/// Why a task has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// The prompt could not be written: a fault of the application.
    #[error("task {task} has no prompt: {reason}")]
    Prompt {
        /// Which task.
        task: &'static str,
        /// What is wrong with its template.
        reason: TemplateError,
    },
    /// The output has no schema: a fault of the application.
    #[error("task {task} has no schema: {reason}")]
    Schema {
        /// Which task.
        task: &'static str,
        /// What is wrong with its type.
        reason: SchemaError,
    },
    /// The prompt is longer than the task's limit.
    #[error("the prompt of task {task} is {chars} characters long, at most {max_chars} are allowed")]
    InputTooLong {
        /// Which task.
        task: &'static str,
        /// Its length.
        chars: usize,
        /// The limit.
        max_chars: usize,
    },
    /// There is an answer, and even the second one is no use.
    #[error("task {task} got no usable answer ({fault})")]
    Unusable {
        /// Which task.
        task: &'static str,
        /// What is wrong with the last one.
        fault: FaultKind,
        /// What was asked, and what it used.
        trail: Box<Trail>,
    },
    /// The model cannot be reached now; the same may succeed later.
    #[error("task {task} found no model: {error}")]
    Unavailable {
        /// Which task.
        task: &'static str,
        /// What happened.
        error: Box<InferenceError>,
        /// What was asked, and what it used.
        trail: Box<Trail>,
    },
    /// The server refuses the request; the same never succeeds.
    #[error("task {task} was refused: {error}")]
    Rejected {
        /// Which task.
        task: &'static str,
        /// What happened.
        error: Box<InferenceError>,
        /// What was asked, and what it used.
        trail: Box<Trail>,
    },
}

impl TaskError {
    /// What was asked all the same, and what it used; none when nothing was.
    #[must_use]
    pub const fn trail(&self) -> Option<&Trail> {
        match self {
            Self::Unusable { trail, .. } | Self::Unavailable { trail, .. } | Self::Rejected { trail, .. } => {
                Some(trail)
            }
            Self::Prompt { .. } | Self::Schema { .. } | Self::InputTooLong { .. } => None,
        }
    }
}
