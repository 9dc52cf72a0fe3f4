//! How a run fails. Errors hold no text of a prompt or an answer.

use super::plan::PlanError;
use crate::{
    client::InferenceError,
    task::{Calls, FaultKind},
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
        /// What the run used.
        calls: Calls,
        /// The exact prompt up to there, in its canonical text.
        prompt: String,
    },
    /// The model cannot be reached now; the same may succeed later.
    #[error("no model: {error}")]
    Unavailable {
        /// What happened.
        error: Box<InferenceError>,
        /// What the run used.
        calls: Calls,
    },
    /// The server refuses the request; the same never succeeds.
    #[error("refused: {error}")]
    Rejected {
        /// What happened.
        error: Box<InferenceError>,
        /// What the run used.
        calls: Calls,
    },
}

impl RunError {
    /// True when the same plan may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// True when the machine is the cause: the work is given back and no attempt is counted.
    #[must_use]
    pub const fn costs_no_attempt(&self) -> bool {
        matches!(self, Self::Unavailable { error, .. } if error.kind.costs_no_attempt())
    }

    /// What the run used all the same.
    #[must_use]
    pub const fn calls(&self) -> Option<&Calls> {
        match self {
            Self::NoBody { calls, .. } | Self::Unavailable { calls, .. } | Self::Rejected { calls, .. } => {
                Some(calls)
            }
            Self::Plan(_) => None,
        }
    }
}
