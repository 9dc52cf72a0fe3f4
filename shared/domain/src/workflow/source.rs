//! The written form of a workflow, in TOML or JSON. Every refusal names the field.

use serde::{Deserialize, Serialize};

use super::{
    context_ref::ContextRef,
    definition::{AppliesTo, EngineScope, Execution, Step, Workflow, WorkflowId},
    error::WorkflowError,
};
use crate::{
    document::{one_line, path_of},
    engine::EngineId,
};

/// Longest workflow accepted, in bytes: some fifty times an example.
pub const WORKFLOW_MAX_BYTES: usize = 64 * 1024;
/// Most steps. Each is a call to a model, or a part of one long answer.
pub const STEPS_MAX: usize = 12;
/// Longest text of a step, in characters.
pub const STEP_TEXT_MAX_CHARS: usize = 2_000;
/// Shortest limit of a draft, in characters; the same as the facts'.
pub const DRAFT_CHARS_MIN: u32 = 20;
/// Longest limit of a draft, in characters; the same as the facts'.
pub const DRAFT_CHARS_MAX: u32 = 4_000;
/// Most entries of `context`.
pub const CONTEXT_MAX: usize = 50;
/// Longest name, in characters.
const NAME_MAX_CHARS: usize = 100;
/// How a file says that every engine may run it.
const ANY_ENGINE: &str = "any";

/// A workflow as written. Field order is the order of the file: values before tables, as TOML wants it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWorkflow {
    id: WorkflowId,
    name: String,
    /// 1 when it is left out; left out of the content hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    engine: Option<String>,
    #[serde(default)]
    execution: Execution,
    #[serde(default)]
    context: Vec<ContextRef>,
    applies_to: AppliesTo,
    steps: Vec<RawStep>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    think: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    draft: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_chars: Option<u32>,
}

impl Workflow {
    /// Reads a workflow written in TOML.
    ///
    /// # Errors
    /// [`WorkflowError`] naming the line or the field.
    pub fn parse_toml(text: &str) -> Result<Self, WorkflowError> {
        check_size(text)?;
        let document = toml::Deserializer::parse(text).map_err(|error| WorkflowError::Syntax {
            format: "TOML",
            message: one_line(&error.to_string()),
        })?;
        let raw: RawWorkflow = serde_path_to_error::deserialize(document).map_err(|error| {
            WorkflowError::field(path_of(error.path()), one_line(error.inner().message()))
        })?;
        raw.try_into()
    }

    /// Reads a workflow written in JSON.
    ///
    /// # Errors
    /// [`WorkflowError`] naming the line or the field.
    pub fn parse_json(text: &str) -> Result<Self, WorkflowError> {
        check_size(text)?;
        let syntax =
            |error: &serde_json::Error| WorkflowError::Syntax { format: "JSON", message: error.to_string() };
        let mut document = serde_json::Deserializer::from_str(text);
        let raw: RawWorkflow = serde_path_to_error::deserialize(&mut document).map_err(|error| {
            if error.inner().is_data() {
                WorkflowError::field(path_of(error.path()), error.inner().to_string())
            } else {
                syntax(error.inner())
            }
        })?;
        document.end().map_err(|error| syntax(&error))?;
        raw.try_into()
    }

    /// The workflow as a file, which [`Workflow::parse_toml`] reads back without loss.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string(&RawWorkflow::from(self.clone()))
            .expect("texts, whole numbers, lists and tables always have a TOML form")
    }

    /// The workflow as compact JSON, which [`Workflow::parse_json`] reads back without loss.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("text keys and no floats")
    }
}

fn check_size(text: &str) -> Result<(), WorkflowError> {
    if text.len() > WORKFLOW_MAX_BYTES { Err(WorkflowError::TooLarge(text.len())) } else { Ok(()) }
}

impl RawWorkflow {
    /// What it says, whichever edit it is.
    pub(super) fn without_version(self) -> Self {
        Self { version: None, ..self }
    }
}

impl TryFrom<RawWorkflow> for Workflow {
    type Error = WorkflowError;

    fn try_from(raw: RawWorkflow) -> Result<Self, WorkflowError> {
        check_text("name", &raw.name, NAME_MAX_CHARS)?;
        if raw.name.contains('\n') {
            return Err(WorkflowError::field("name", "must be one line"));
        }
        let version = raw.version.unwrap_or(1);
        if version < 1 {
            return Err(WorkflowError::field("version", format!("must be at least 1, got {version}")));
        }
        check_applies_to(&raw.applies_to)?;
        if raw.context.len() > CONTEXT_MAX {
            let reason = format!("has {} entries, at most {CONTEXT_MAX} are allowed", raw.context.len());
            return Err(WorkflowError::field("context", reason));
        }
        if let Some(at) = repeated(&raw.context) {
            let reason = format!("`{}` is there twice", raw.context[at]);
            return Err(WorkflowError::field(format!("context[{at}]"), reason));
        }
        Ok(Self {
            engine: engine_scope(raw.engine.as_deref())?,
            steps: checked_steps(raw.steps)?,
            id: raw.id,
            name: raw.name,
            version,
            applies_to: raw.applies_to,
            context: raw.context,
            execution: raw.execution,
        })
    }
}

impl From<Workflow> for RawWorkflow {
    fn from(workflow: Workflow) -> Self {
        let steps = workflow.steps.into_iter().map(|step| match step {
            Step::Think { text } => RawStep { think: Some(text), draft: None, max_chars: None },
            Step::Draft { text, max_chars } => {
                RawStep { think: None, draft: Some(text), max_chars: Some(max_chars) }
            }
        });
        Self {
            id: workflow.id,
            name: workflow.name,
            version: Some(workflow.version),
            engine: match workflow.engine {
                EngineScope::Any => None,
                EngineScope::Only(engine) => Some(engine.to_string()),
            },
            execution: workflow.execution,
            context: workflow.context,
            applies_to: workflow.applies_to,
            steps: steps.collect(),
        }
    }
}

fn engine_scope(written: Option<&str>) -> Result<EngineScope, WorkflowError> {
    let Some(text) = written.filter(|text| *text != ANY_ENGINE) else { return Ok(EngineScope::Any) };
    match text.parse::<EngineId>() {
        Ok(EngineId::Template) => {
            Err(WorkflowError::field("engine", "`template` writes fixed texts and runs no workflow"))
        }
        Ok(engine) => Ok(EngineScope::Only(engine)),
        Err(reason) => Err(WorkflowError::field("engine", format!("{reason}; or write `{ANY_ENGINE}`"))),
    }
}

fn check_applies_to(applies_to: &AppliesTo) -> Result<(), WorkflowError> {
    if applies_to.template_keys.is_empty() {
        return Err(WorkflowError::field("applies_to.template_keys", "must name at least one template key"));
    }
    let twice = [
        ("template_keys", repeated(&applies_to.template_keys)),
        ("archetypes", repeated(&applies_to.archetypes)),
        ("states", repeated(&applies_to.states)),
    ];
    match twice.into_iter().find_map(|(field, at)| Some((field, at?))) {
        Some((field, at)) => Err(WorkflowError::field(format!("applies_to.{field}[{at}]"), "is there twice")),
        None => Ok(()),
    }
}

fn checked_steps(raw: Vec<RawStep>) -> Result<Vec<Step>, WorkflowError> {
    let count = raw.len();
    if count == 0 || count > STEPS_MAX {
        let reason = format!("there must be 1 to {STEPS_MAX}, the last of them a draft, got {count}");
        return Err(WorkflowError::field("steps", reason));
    }
    raw.into_iter().enumerate().map(|(at, step)| checked_step(at, step, at + 1 == count)).collect()
}

fn checked_step(at: usize, raw: RawStep, is_last: bool) -> Result<Step, WorkflowError> {
    let refuse = |field: &str, reason: &str| Err(WorkflowError::field(format!("steps[{at}]{field}"), reason));
    match (raw.think, raw.draft) {
        (Some(_), Some(_)) => refuse("", "has both `think` and `draft`; give one of them"),
        (None, None) => refuse("", "has neither `think` nor `draft`; give one of them"),
        (Some(_), None) if is_last => refuse("", "the last step must be a draft"),
        (None, Some(_)) if !is_last => refuse("", "only the last step may be a draft"),
        (Some(_), None) if raw.max_chars.is_some() => refuse(".max_chars", "only a draft has one"),
        (Some(text), None) => {
            check_text(&format!("steps[{at}].think"), &text, STEP_TEXT_MAX_CHARS)?;
            Ok(Step::Think { text })
        }
        (None, Some(text)) => {
            check_text(&format!("steps[{at}].draft"), &text, STEP_TEXT_MAX_CHARS)?;
            match raw.max_chars {
                Some(max_chars) if (DRAFT_CHARS_MIN..=DRAFT_CHARS_MAX).contains(&max_chars) => {
                    Ok(Step::Draft { text, max_chars })
                }
                Some(other) => refuse(
                    ".max_chars",
                    &format!("must be from {DRAFT_CHARS_MIN} to {DRAFT_CHARS_MAX}, got {other}"),
                ),
                None => refuse(".max_chars", "is missing: a draft says how long it may be"),
            }
        }
    }
}

fn check_text(field: &str, text: &str, max_chars: usize) -> Result<(), WorkflowError> {
    let reason = if text.trim().is_empty() {
        "must not be empty".to_owned()
    } else if text.trim() != text {
        "must not start or end with white space".to_owned()
    } else if text.chars().any(|c| c.is_control() && c != '\n') {
        "must have no control characters besides line breaks".to_owned()
    } else if text.chars().count() > max_chars {
        format!("must be at most {max_chars} characters long")
    } else {
        return Ok(());
    };
    Err(WorkflowError::field(field, reason))
}

/// Where a value stands for the second time.
fn repeated<T: PartialEq>(values: &[T]) -> Option<usize> {
    (0..values.len()).find(|at| values[..*at].contains(&values[*at]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::example;

    const PLAIN: &str = "id = \"price\"\nname = \"Price\"\napplies_to = { template_keys = [\"②\"] }\n";

    fn said(rest: &str) -> String {
        Workflow::parse_toml(&format!("{PLAIN}{rest}")).unwrap_err().to_string()
    }

    #[test]
    fn what_is_left_out_gets_its_default() {
        let workflow =
            Workflow::parse_toml(&format!("{PLAIN}steps = [{{ draft = \"Say it.\", max_chars = 320 }}]"))
                .unwrap();
        assert_eq!((workflow.version, &workflow.engine), (1, &EngineScope::Any));
        assert_eq!((workflow.execution, workflow.context.len()), (Execution::StepByStep, 0));
        let named = Workflow::parse_toml(&format!(
            "{PLAIN}engine = \"any\"\nversion = 7\nsteps = [{{ draft = \"Say it.\", max_chars = 320 }}]"
        ));
        let named = named.unwrap();
        assert_eq!(named.content_hash(), workflow.content_hash(), "the version is no part of what it says");
        assert_ne!(named, workflow);
    }

    #[test]
    fn a_refusal_names_the_field_and_the_way_out() {
        let field = |path: &str| format!("workflow field `{path}`: ");
        let steps = |steps: &str| said(&format!("steps = [{steps}]"));
        let with = |line: &str| said(&format!("{line}\nsteps = [{{ draft = \"x\", max_chars = 320 }}]"));
        assert!(said("steps = ").starts_with("workflow is not valid TOML: TOML parse error at line 4"));
        assert!(said("").contains("missing field `steps`"));
        assert!(steps("").contains("there must be 1 to 12"));
        assert_eq!(steps("{ think = \"x\" }"), field("steps[0]") + "the last step must be a draft");
        assert_eq!(
            steps("{ draft = \"x\", max_chars = 20 }, { draft = \"y\", max_chars = 20 }"),
            field("steps[0]") + "only the last step may be a draft"
        );
        assert_eq!(
            steps("{ think = \"x\", max_chars = 20 }, { draft = \"y\", max_chars = 20 }"),
            field("steps[0].max_chars") + "only a draft has one"
        );
        assert_eq!(
            steps("{ draft = \"x\" }"),
            field("steps[0].max_chars") + "is missing: a draft says how long it may be"
        );
        assert!(steps("{ draft = \"x\", max_chars = 19 }").ends_with("must be from 20 to 4000, got 19"));
        assert!(steps("{ }").contains("has neither `think` nor `draft`"));
        assert!(steps("{ draft = \" x\", max_chars = 20 }").starts_with(&field("steps[0].draft")));
        assert!(steps("{ draft = \"x\", chars = 20 }").contains("unknown field `chars`"));
        assert!(with("engine = \"template\"").contains("`engine`: `template` writes fixed texts"));
        assert!(with("engine = \"gpt\"").contains("or write `any`"));
        assert!(with("version = 0").starts_with(&field("version")));
        assert!(with("context = [\"facts\"]").starts_with(&field("context[0]")));
        assert!(with("context = [\"voice\", \"voice\"]").starts_with(&field("context[1]")));
        assert!(with("colour = 1").contains("unknown field `colour`"));
        assert!(with("execution = \"fast\"").starts_with(&field("execution")));
        let other = "id = \"Price\"\nname = \"x\"";
        let other = Workflow::parse_toml(other).unwrap_err().to_string();
        assert!(other.starts_with("workflow field `id`: workflow id must be"), "{other}");
        assert!(said(&" ".repeat(WORKFLOW_MAX_BYTES)).contains("at most 65536"));
    }

    #[test]
    fn json_says_the_same_as_toml() {
        for workflow in example::workflows().workflows() {
            let again = Workflow::parse_json(&workflow.to_json()).unwrap();
            assert_eq!((&again, again.content_hash()), (workflow, workflow.content_hash()));
        }
        let said = |text: &str| Workflow::parse_json(text).unwrap_err().to_string();
        assert!(said("{").starts_with("workflow is not valid JSON: EOF"));
        assert!(said("{} x").contains("missing field `id`"));
        let keys = r#"{"id": "a", "name": "A", "steps": [], "applies_to": {"template_keys": ["①", "18"]}}"#;
        assert!(said(keys).starts_with("workflow field `applies_to.template_keys[1]`: template key must be"));
        assert!(said(&keys.replace("18", "①")).ends_with("`applies_to.template_keys[1]`: is there twice"));
    }

    proptest! {
        #[test]
        fn no_file_loses_anything(
            thoughts in prop::collection::vec("[a-z\"'\\\\#={}\n🙂\u{2028}]{1,40}", 0..4),
            draft in "\\PC{1,40}",
            max_chars in DRAFT_CHARS_MIN..=DRAFT_CHARS_MAX,
            single in any::<bool>(),
            version in 1..i64::MAX,
        ) {
            let mut workflow = example::workflows().workflows()[0].clone();
            let thoughts = thoughts.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
            workflow.steps = thoughts.map(|text| Step::Think { text }).collect();
            let draft = draft.trim();
            prop_assume!(!draft.is_empty());
            workflow.steps.push(Step::Draft { text: draft.to_owned(), max_chars });
            workflow.version = version;
            if single {
                workflow.execution = Execution::SinglePass;
                workflow.engine = EngineScope::Only("do-gpu-small_1.2".parse().unwrap());
            }
            let again = Workflow::parse_toml(&workflow.to_toml()).unwrap();
            prop_assert_eq!(&again, &workflow);
            prop_assert_eq!(again.content_hash(), workflow.content_hash());
        }
    }
}
