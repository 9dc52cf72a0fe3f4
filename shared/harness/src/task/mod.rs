//! Tasks: typed input, prompt, JSON schema, parser and limits, under a name.
//!
//! [`run()`] asks a model for one answer to one task and gives back a typed value or a typed failure; an answer that
//! does not parse is asked for once more. [`Classify`], [`Draft`], [`Judge`] and [`Orchestrate`] are shapes that know
//! no trade: labels, rubrics and rules come in as data. A second application registers tasks of its own in a
//! [`Registry`]; see `examples/nursery.rs`.

mod call;
mod classify;
mod definition;
mod draft;
mod error;
mod judge;
mod mark;
mod orchestrate;
mod prompt;
mod registry;
mod run;
mod schema;
#[cfg(test)]
pub(crate) mod scripted;
mod template;

pub(crate) use call::Failed;
pub use call::{CallOptions, CallRecord, Calls, Trail};
pub use classify::{Classified, Classify, ClassifyInput, Confidence, Label, UNSURE};
pub use definition::{Limits, Task, TaskPrompt};
pub use draft::{Draft, DraftInput, Drafted};
pub use error::{AnswerFault, FaultKind, TaskError};
pub use judge::{Criterion, Judge, JudgeInput, Judged, Problem};
pub use mark::{DATA_END, DATA_NOTICE, DATA_START, LINE_MARK, Untrusted, defused, shows_mark};
pub use orchestrate::{Choice, Chosen, Orchestrate, OrchestrateInput};
pub use prompt::{InvalidPrompt, Prompt};
pub use registry::{Registry, RegistryError, TaskDescription};
pub(crate) use run::request;
pub use run::{TaskRun, run, run_with};
pub use schema::{
    MAX_LENGTH_MAX, SchemaError, choice_schema, note_schema, object_schema, portable_schema, text_schema,
};
pub use template::{PromptTemplate, TemplateError, render};
