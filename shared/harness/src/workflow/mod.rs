//! Workflows: an ordered chain of steps that a model runs to write a text.
//!
//! A [`Plan`] holds the rules of the writer, what others wrote, and the steps: think about this, then draft that.
//! [`run()`] carries it out, one turn a step or all in one answer, and gives back the text with everything that led
//! to it; [`revise`] writes the text again with what is wrong with it. What a plan is made of (which workflow, which
//! facts) is the application's business; [`render`](crate::task::render) fills the template of its rules.
//!
//! An answer that is cut, empty, too long, or repeats its prompt is never a text: there is no way to get one out of a
//! failed run.

mod error;
mod field;
mod plan;
mod revise;
mod run;
mod single_pass;
mod step_by_step;

pub use error::RunError;
pub use plan::{Execution, Plan, PlanError, PlanLimits, STEPS_MAX, Step, StepKind};
pub use revise::{Correction, Revision, revise};
pub use run::{Run, StepOutput, run};
