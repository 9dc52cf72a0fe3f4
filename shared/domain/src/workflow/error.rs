//! What can be wrong with workflows, each naming the place.

use super::{definition::WorkflowId, set::WORKFLOWS_MAX, source::WORKFLOW_MAX_BYTES};

/// Why a text is not a workflow, or workflows cannot stand beside each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkflowError {
    /// Longer than [`WORKFLOW_MAX_BYTES`].
    #[error("workflow is {0} bytes long, at most {WORKFLOW_MAX_BYTES} are allowed")]
    TooLarge(usize),
    /// Not TOML, or not JSON. The message names line and column.
    #[error("workflow is not valid {format}: {message}")]
    Syntax {
        /// `TOML` or `JSON`.
        format: &'static str,
        /// The parser's words.
        message: String,
    },
    /// One field is missing, unknown, of the wrong type, or contradicts another.
    #[error("workflow field `{field}`: {reason}")]
    Field {
        /// Its path, such as `steps[1].max_chars`.
        field: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// More workflows than [`WORKFLOWS_MAX`].
    #[error("there are {0} workflows, at most {WORKFLOWS_MAX} are allowed")]
    TooMany(usize),
    /// Two workflows of one id.
    #[error("workflow {0} is there twice")]
    Twice(WorkflowId),
    /// Two workflows that name equally much are for the same situation.
    #[error(
        "workflow {second} ties with workflow {first} for {situation}: both name equally much, so neither wins; name \
         an archetype or a state more in one of them"
    )]
    Tie {
        /// The one that stands first.
        first: WorkflowId,
        /// The one that stands later.
        second: WorkflowId,
        /// The first situation both are for.
        situation: String,
    },
}

impl WorkflowError {
    pub(super) fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Field { field: field.into(), reason: reason.into() }
    }
}
