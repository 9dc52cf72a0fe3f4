//! What a workflow is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{context_ref::ContextRef, error::WorkflowError, source::RawWorkflow};
use crate::{
    content_hash::ContentHash,
    engine::EngineId,
    facts::Facts,
    situation::{Archetype, ThreadState},
    template::{Canon, TemplateKey},
};

/// Longest id, in bytes: it is part of labels and file names.
const ID_MAX_BYTES: usize = 64;

/// How a reply to a situation is written. Made by [`Workflow::parse_toml`] and [`Workflow::parse_json`] only, so that
/// what is here has been checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawWorkflow", into = "RawWorkflow")]
pub struct Workflow {
    /// Which one it is, through all its versions.
    pub id: WorkflowId,
    /// One line for people.
    pub name: String,
    /// Which edit of it, from 1.
    pub version: i64,
    /// The situations it is for.
    pub applies_to: AppliesTo,
    /// What the writer gets of the canon, in this order.
    pub context: Vec<ContextRef>,
    /// Any number of steps that think, and then one that drafts.
    pub steps: Vec<Step>,
    /// The engines that may run it.
    pub engine: EngineScope,
    /// One turn a step, or all in one answer.
    pub execution: Execution,
}

/// The situations a workflow is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliesTo {
    /// What is to be said. At least one.
    pub template_keys: Vec<TemplateKey>,
    /// To whom; empty for anybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub archetypes: Vec<Archetype>,
    /// How far into the conversation; empty for any state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<ThreadState>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Notes something that the steps after it know.
    Think {
        /// What to think about.
        text: String,
    },
    /// Writes the reply.
    Draft {
        /// What to write.
        text: String,
        /// Longest reply, in characters, [`DRAFT_CHARS_MIN`](super::DRAFT_CHARS_MIN) to
        /// [`DRAFT_CHARS_MAX`](super::DRAFT_CHARS_MAX).
        max_chars: u32,
    },
}

impl Step {
    /// What the model is told to do.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Think { text } | Self::Draft { text, .. } => text,
        }
    }
}

/// The engines that may run a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EngineScope {
    /// All that run on a model.
    #[default]
    Any,
    /// This build alone.
    Only(EngineId),
}

/// How the steps are carried out.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Execution {
    /// A turn of the conversation for each.
    #[default]
    StepByStep,
    /// One structured answer that holds all steps in order.
    SinglePass,
}

/// Names a workflow through all its versions: a-z, 0-9 and `_`, starting with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkflowId(String);

/// Why a text is not a workflow id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("workflow id must be at most {ID_MAX_BYTES} of a-z, 0-9 and `_`, starting with a letter, got {0:?}")]
pub struct InvalidWorkflowId(String);

impl Workflow {
    /// Identifies what it says: equal for equal content, whatever the layout of the file and its version number.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of_json(&RawWorkflow::from(self.clone()).without_version())
    }

    /// Checks that everything it takes from the canon is there. Asked when it is published.
    ///
    /// # Errors
    /// [`WorkflowError::Field`] naming the first entry that is not.
    pub fn check(&self, canon: &Canon) -> Result<(), WorkflowError> {
        match self.context.iter().position(|wanted| !wanted.is_in(canon)) {
            Some(at) => Err(WorkflowError::field(
                format!("context[{at}]"),
                format!("the canon has no `{}`", self.context[at]),
            )),
            None => Ok(()),
        }
    }

    /// Longest reply, in characters: what the last step allows, and never more than the facts do.
    #[must_use]
    pub fn draft_max_chars(&self, facts: &Facts) -> u32 {
        let allowed = self.steps.iter().rev().find_map(|step| match step {
            Step::Draft { max_chars, .. } => Some(*max_chars),
            Step::Think { .. } => None,
        });
        allowed.map_or(facts.max_chars, |max_chars| max_chars.min(facts.max_chars))
    }

    /// True when it is for this situation and may run on this engine.
    #[must_use]
    pub fn is_for(
        &self,
        archetype: Archetype,
        state: ThreadState,
        key: TemplateKey,
        engine: &EngineId,
    ) -> bool {
        self.engine.allows(engine) && self.applies_to.is_for(archetype, state, key)
    }

    /// Of two workflows for one situation the greater one wins: who names archetypes and states before who names one
    /// of them or none, and among equals who is made for the engine.
    pub(super) fn rank(&self) -> (usize, bool) {
        let named = [!self.applies_to.archetypes.is_empty(), !self.applies_to.states.is_empty()];
        (named.into_iter().filter(|named| *named).count(), self.engine != EngineScope::Any)
    }
}

impl AppliesTo {
    fn is_for(&self, archetype: Archetype, state: ThreadState, key: TemplateKey) -> bool {
        self.template_keys.contains(&key)
            && (self.archetypes.is_empty() || self.archetypes.contains(&archetype))
            && (self.states.is_empty() || self.states.contains(&state))
    }
}

impl EngineScope {
    /// True when `engine` may run it.
    #[must_use]
    pub fn allows(&self, engine: &EngineId) -> bool {
        match self {
            Self::Any => *engine != EngineId::Template,
            Self::Only(only) => only == engine,
        }
    }
}

impl WorkflowId {
    /// Its text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WorkflowId {
    type Err = InvalidWorkflowId;

    fn from_str(text: &str) -> Result<Self, InvalidWorkflowId> {
        let is_id = text.len() <= ID_MAX_BYTES
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if is_id {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidWorkflowId(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for WorkflowId {
    type Error = InvalidWorkflowId;
    fn try_from(text: String) -> Result<Self, InvalidWorkflowId> {
        text.parse()
    }
}

impl From<WorkflowId> for String {
    fn from(id: WorkflowId) -> Self {
        id.0
    }
}

impl fmt::Display for WorkflowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;
    use crate::example;

    #[test]
    fn text_forms_round_trip() {
        for execution in Execution::VARIANTS {
            assert_eq!(execution.to_string().parse::<Execution>().unwrap(), *execution);
            assert_eq!(serde_json::to_value(execution).unwrap(), execution.to_string());
        }
        assert_eq!("price_2".parse::<WorkflowId>().unwrap().to_string(), "price_2");
        for text in ["", "Price", "2", "a-b", "a b", &"a".repeat(65)] {
            assert!(
                text.parse::<WorkflowId>().unwrap_err().to_string().contains("starting with a letter"),
                "{text}"
            );
        }
    }

    #[test]
    fn the_fixed_texts_are_no_engine_for_a_workflow() {
        let gpu: EngineId = "do-gpu-small_1".parse().unwrap();
        assert!(!EngineScope::Any.allows(&EngineId::Template));
        assert!(EngineScope::Any.allows(&gpu) && EngineScope::Only(gpu.clone()).allows(&gpu));
        assert!(!EngineScope::Only(gpu).allows(&"do-gpu-small_2".parse().unwrap()));
    }

    #[test]
    fn a_reply_is_never_longer_than_the_facts_allow() {
        let mut workflow = example::workflows().workflows()[0].clone();
        let facts = example::facts();
        workflow.steps = vec![Step::Draft { text: "x".to_owned(), max_chars: 4_000 }];
        assert_eq!(workflow.draft_max_chars(&facts), 320);
        workflow.steps = vec![Step::Draft { text: "x".to_owned(), max_chars: 100 }];
        assert_eq!(workflow.draft_max_chars(&facts), 100);
    }
}
