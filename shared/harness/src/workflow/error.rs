//! How a run fails. Errors hold no text of a prompt or an answer.

use super::plan::PlanError;
use crate::{
    client::InferenceError,
    task::{FaultKind, Trail},
};

/// Why there is no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The plan cannot be run, whatever the model.
    #[error("the plan cannot be run: {0}")]
    Plan(#[from] PlanError),
    /// The model answered, and what it answered is no use.
    #[error("step {step} gave no text ({fault})")]
    NoBody {
        /// The step at fault, from 1. In a single pass that gave no steps at all, the last one.
        step: usize,
        /// What is wrong with its answer.
        fault: FaultKind,
        /// What was asked up to there, and what it used.
        trail: Box<Trail>,
    },
    /// The model cannot be reached now; the same may succeed later.
    #[error("no model: {error}")]
    Unavailable {
        /// What happened.
        error: Box<InferenceError>,
        /// What was asked up to there, and what it used.
        trail: Box<Trail>,
    },
    /// The server refuses the request; the same never succeeds.
    #[error("refused: {error}")]
    Rejected {
        /// What happened.
        error: Box<InferenceError>,
        /// What was asked up to there, and what it used.
        trail: Box<Trail>,
    },
}

impl RunError {
    /// What was asked all the same, and what it used; none when nothing was.
    #[must_use]
    pub const fn trail(&self) -> Option<&Trail> {
        match self {
            Self::NoBody { trail, .. } | Self::Unavailable { trail, .. } | Self::Rejected { trail, .. } => {
                Some(trail)
            }
            Self::Plan(_) => None,
        }
    }
}
