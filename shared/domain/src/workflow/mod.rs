//! Workflows: how a reply to a situation is written, as versioned data.
//!
//! A workflow says which situations it is for, what the writer is told about the business, and the steps that lead to
//! the reply. Here it is read, checked, told apart and chosen, and its context is put together from canon, facts and
//! mission; `ai-harness` runs it on a model. Published versions never change: labels move between them, and a
//! challenger may get a share of the threads.

mod arm;
mod context;
mod context_ref;
mod correction;
mod definition;
mod error;
mod mission;
mod set;
mod source;

pub use arm::{Arm, Challenger, InvalidLabels, Labels, PERMILLE};
pub use context::{CONTEXT_TEMPLATE, ContextError, context_values, fact_lines};
pub use context_ref::{ContextRef, InvalidContextRef};
pub use correction::{Correction, corrections};
pub use definition::{AppliesTo, EngineScope, Execution, InvalidWorkflowId, Step, Workflow, WorkflowId};
pub use error::WorkflowError;
pub use mission::{Mission, MissionError};
pub use set::{WORKFLOWS_MAX, WorkflowSet};
pub use source::{
    CONTEXT_MAX, DRAFT_CHARS_MAX, DRAFT_CHARS_MIN, STEP_TEXT_MAX_CHARS, STEPS_MAX, WORKFLOW_MAX_BYTES,
};
