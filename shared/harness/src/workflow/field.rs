//! A step's place in a structured answer: its field, its bounds, its text.
//!
//! Every answer of a run is JSON under a schema, also where it holds a single step. The grammar keeps a small model
//! from going on for ever, and what is around a message (a greeting to the author, quotation marks) never gets into
//! it.

use serde_json::{Map, Value};

use super::plan::{Step, StepKind};
use crate::task::{FaultKind, note_schema, object_schema, text_schema};

/// Tokens for the name of a field and the punctuation around it.
const FRAME_TOKENS: u32 = 16;

impl Step {
    /// Its field: `think_1`, `think_2`, …, `message`.
    pub(super) fn field(&self, number: usize) -> String {
        match self.kind {
            StepKind::Think => format!("think_{number}"),
            StepKind::Draft => "message".to_owned(),
        }
    }

    /// What its field holds, with its bound. Plain words on purpose: a small model that is lost repeats what it was
    /// told, and this must not read like a message.
    pub(super) fn form(&self, number: usize) -> String {
        format!("field \"{}\", up to {} characters", self.field(number), self.max_chars)
    }

    /// Most tokens of its part of an answer. One a character is more than any script of today needs on average, and
    /// leaves a model that keeps to its length room to end by itself.
    pub(super) fn max_tokens(&self, step_max_tokens: u32) -> u32 {
        step_max_tokens.min(self.max_chars).saturating_add(FRAME_TOKENS)
    }
}

/// The schema of an answer that holds these steps.
pub(super) fn schema<'a>(steps: impl IntoIterator<Item = (usize, &'a Step)>) -> Value {
    object_schema(steps.into_iter().map(|(number, step)| {
        let text = match step.kind {
            StepKind::Think => note_schema(step.max_chars),
            StepKind::Draft => text_schema(step.max_chars),
        };
        (step.field(number), text)
    }))
}

/// The fields of an answer.
pub(super) fn read(answer: &str) -> Result<Map<String, Value>, FaultKind> {
    serde_json::from_str(answer.trim()).map_err(|_| FaultKind::NotJson)
}

/// The text of a step, when there is one.
pub(super) fn text_of<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, FaultKind> {
    fields.get(name).and_then(Value::as_str).ok_or(FaultKind::WrongShape)
}
