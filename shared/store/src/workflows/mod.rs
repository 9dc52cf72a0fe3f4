//! Workflows, in versions that never change once published, and the labels that say which of them write. What a
//! workflow says, and which one applies where, is the domain's business; here publishers are kept apart, so that those
//! in force never tie.

mod in_force;
mod labels;
mod publish;
mod row;
mod show;

pub use in_force::{ChosenWorkflow, WorkflowsInForce};
pub use publish::PublishedWorkflow;
pub use show::{WorkflowLabel, WorkflowVersion};
