//! Running a plan, and what comes of it.

use serde::{Deserialize, Serialize};

use super::{
    error::RunError,
    plan::{Execution, Plan, Step, StepKind},
    single_pass, step_by_step,
};
use crate::{
    client::{ChatMessage, ChatRequest, Completion, Model},
    task::{CallOptions, Failed, FaultKind, Limits, Trail, request, shows_mark},
};

/// Shortest draft that may not be the same as a note, in characters: below it both may well be `Thank you!`.
const NOTE_MIN_CHARS: usize = 40;

/// A text, and everything that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The text: whole, not empty, not longer than its step allows.
    pub body: String,
    /// What came of every step, the text included.
    pub steps: Vec<StepOutput>,
    /// What was asked, and what it used.
    pub trail: Trail,
}

/// What came of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepOutput {
    /// Whether it thought or drafted.
    pub kind: StepKind,
    /// Its text.
    pub text: String,
    /// What stood between `<think>` and `</think>` in its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
}

/// Carries out a plan.
///
/// # Errors
/// [`RunError`]: a plan that is none, a model that is away or refuses, or answers of which no text can be made.
pub async fn run(model: &impl Model, plan: &Plan, options: &CallOptions) -> Result<Run, RunError> {
    plan.check()?;
    match plan.execution {
        Execution::StepByStep => step_by_step::run(model, plan, options).await,
        Execution::SinglePass => single_pass::run(model, plan, options).await,
    }
}

/// A run under way: what was sent and used so far.
pub(super) struct Under<'a, M> {
    pub(super) model: &'a M,
    pub(super) plan: &'a Plan,
    pub(super) options: &'a CallOptions,
    trail: Trail,
}

impl<'a, M: Model> Under<'a, M> {
    pub(super) fn new(model: &'a M, plan: &'a Plan, options: &'a CallOptions) -> Self {
        Self { model, plan, options, trail: Trail::default() }
    }

    /// A request of this plan.
    pub(super) fn request(&self, messages: Vec<ChatMessage>, max_tokens: u32) -> ChatRequest {
        let limits = &self.plan.limits;
        let limits =
            Limits { max_tokens, temperature: limits.temperature, seed: limits.seed, ..Limits::default() };
        request(messages, &limits)
    }

    /// Sends a request on behalf of a step.
    pub(super) async fn ask(
        &mut self,
        step: usize,
        mut request: ChatRequest,
    ) -> Result<Completion, RunError> {
        let outcome = self.trail.ask(self.model, &mut request, self.options).await;
        outcome.map_err(|failed| match failed {
            Failed::Answer(fault) => self.no_body(step, fault),
            Failed::Unavailable(error) => RunError::Unavailable { error, trail: self.so_far() },
            Failed::Rejected(error) => RunError::Rejected { error, trail: self.so_far() },
        })
    }

    pub(super) fn no_body(&self, step: usize, fault: FaultKind) -> RunError {
        RunError::NoBody { step, fault, trail: self.so_far() }
    }

    fn so_far(&self) -> Box<Trail> {
        Box::new(self.trail.clone())
    }

    /// The result, once every step has its text.
    ///
    /// A draft that is one of the notes word for word is none: notes speak about the reader, and are not for them.
    pub(super) fn finish(self, steps: Vec<StepOutput>) -> Result<Run, RunError> {
        let Some((draft, notes)) = steps.split_last() else { return Err(self.no_body(1, FaultKind::Empty)) };
        let is_long = draft.text.chars().count() >= NOTE_MIN_CHARS;
        if is_long && notes.iter().any(|note| note.text == draft.text) {
            return Err(self.no_body(steps.len(), FaultKind::RepeatsNote));
        }
        let body = draft.text.clone();
        Ok(Run { body, steps, trail: self.trail })
    }
}

/// The text of a step, when it is one.
pub(super) fn checked(step: &Step, text: &str) -> Result<String, FaultKind> {
    // With the white space at its ends: a text that was cut may end in some.
    if text.chars().count() > step.max_chars as usize {
        return Err(FaultKind::TooLong);
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(FaultKind::Empty);
    }
    if step.kind == StepKind::Draft && shows_mark(text) {
        return Err(FaultKind::RepeatsPrompt);
    }
    Ok(text.to_owned())
}
