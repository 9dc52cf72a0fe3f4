//! `classify`: choose the label that fits a text, or say that none surely does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    definition::{Limits, Task, TaskPrompt},
    mark::Untrusted,
    schema::{SchemaError, choice_schema, object_schema},
};

/// The label that is always there: none of the others surely fits.
pub const UNSURE: &str = "unsure";

const SYSTEM: &str = "\
You sort texts. {{ about }}
{{ data_notice }}

Labels:
{% for label in labels %}
- {{ label.name }}: {{ label.meaning }}
{% endfor %}
- unsure: none of the labels surely fits, or several do";
const USER: &str = "\
{% for block in earlier %}
{{ block }}

{% endfor %}
{{ text }}

Which label fits the last text? Answer with JSON.";

/// Chooses one label of a given list.
#[derive(Debug)]
pub struct Classify {
    prompt: TaskPrompt,
}

/// A text, and the labels it may get.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassifyInput {
    /// What the texts are and who writes them, in one sentence.
    pub about: String,
    /// The labels; [`UNSURE`] need not be among them.
    pub labels: Vec<Label>,
    /// What came before, for understanding only.
    pub earlier: Vec<Untrusted>,
    /// The text that gets a label.
    pub text: Untrusted,
    /// Whether the model also says how sure it is.
    pub ask_confidence: bool,
    /// JSON schema of what the model also reads out of the text; none when nothing. See
    /// [`portable_schema`](super::portable_schema).
    pub atoms_schema: Option<Value>,
}

/// One label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Its text form, unique in its list.
    pub name: String,
    /// What it means, in one line.
    pub meaning: String,
}

/// How sure a model says it is. A word and not a number: small models have no sense of shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A guess.
    Low,
    /// Likely.
    Medium,
    /// Certain.
    High,
}

/// What the model says about the text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Classified {
    /// What it read out of the text, when it was asked to.
    #[serde(default)]
    pub atoms: Option<Value>,
    /// The label, or [`UNSURE`].
    pub label: String,
    /// How sure it is, when it was asked.
    #[serde(default)]
    pub confidence: Option<Confidence>,
}

impl Classified {
    /// The label; none when the model is unsure.
    #[must_use]
    pub fn choice(&self) -> Option<&str> {
        (self.label != UNSURE).then_some(self.label.as_str())
    }
}

impl Classify {
    /// The task.
    #[must_use]
    pub fn new() -> Self {
        Self { prompt: TaskPrompt::new(SYSTEM, USER).expect("the templates are constants that a test fills") }
    }
}

impl Default for Classify {
    fn default() -> Self {
        Self::new()
    }
}

impl Task for Classify {
    type Input = ClassifyInput;
    type Output = Classified;
    const NAME: &'static str = "classify";

    fn prompt(&self) -> &TaskPrompt {
        &self.prompt
    }

    fn limits(&self) -> Limits {
        Limits { max_tokens: 200, ..Limits::default() }
    }

    fn schema(&self, input: &ClassifyInput) -> Result<Value, SchemaError> {
        let mut names: Vec<&str> = input.labels.iter().map(|label| label.name.as_str()).collect();
        if !names.contains(&UNSURE) {
            names.push(UNSURE);
        }
        // What is read comes before what follows from it, and the doubt last.
        let atoms = input.atoms_schema.iter().map(|schema| ("atoms".to_owned(), schema.clone()));
        let confidence =
            input.ask_confidence.then(|| ("confidence".to_owned(), choice_schema(["low", "medium", "high"])));
        Ok(object_schema(atoms.chain([("label".to_owned(), choice_schema(names))]).chain(confidence)))
    }

    fn check(&self, input: &ClassifyInput, output: Classified) -> Result<Classified, String> {
        let Classified { label, confidence, atoms } = output;
        if label != UNSURE && !input.labels.iter().any(|known| known.name == label) {
            return Err(format!("{label:?} is none of the labels"));
        }
        if input.ask_confidence && confidence.is_none() {
            return Err("`confidence` is missing".to_owned());
        }
        if input.atoms_schema.is_some() && atoms.is_none() {
            return Err("`atoms` is missing".to_owned());
        }
        // What nobody asked for was made up.
        let confidence = confidence.filter(|_| input.ask_confidence);
        let atoms = atoms.filter(|_| input.atoms_schema.is_some());
        Ok(Classified { label, confidence, atoms })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::task::run::first_request;

    fn input() -> ClassifyInput {
        let label = |name: &str, meaning: &str| Label { name: name.to_owned(), meaning: meaning.to_owned() };
        ClassifyInput {
            about: "They are e-mails to a plant nursery.".to_owned(),
            labels: vec![label("order", "wants to buy"), label("care", "asks how to keep a plant")],
            earlier: vec![Untrusted::new("earlier message", "Hello")],
            text: Untrusted::new("message", "My fern is brown"),
            ask_confidence: false,
            atoms_schema: None,
        }
    }

    #[test]
    fn the_prompt_of_a_classification() {
        let task = Classify::new();
        let request = first_request(&task, &input(), task.limits()).unwrap();
        let turns: Vec<&str> = request.messages.iter().map(|turn| turn.content.as_str()).collect();
        insta::assert_snapshot!(turns.join("\n\n=====\n\n"));
        assert_eq!(
            request.json_schema.unwrap().1["properties"],
            json!({"label": {"type": "string", "enum": ["order", "care", "unsure"]}})
        );
    }

    #[test]
    fn only_what_was_asked_for_is_taken() {
        let read = |input: &ClassifyInput, text: &str| {
            Classify::new().parse(input, text).map_err(|fault| fault.hint)
        };
        let plain = input();
        assert_eq!(read(&plain, r#"{"label": "care"}"#).unwrap().choice(), Some("care"));
        assert_eq!(read(&plain, r#"{"label": "unsure"}"#).unwrap().choice(), None);
        let eager = read(&plain, r#"{"label": "care", "confidence": "high", "atoms": {"a": 1}}"#).unwrap();
        assert_eq!((eager.confidence, eager.atoms), (None, None));
        assert_eq!(read(&plain, r#"{"label": "spam"}"#).unwrap_err(), "\"spam\" is none of the labels");
        assert!(
            read(&plain, r#"{"label": "care", "mood": 1}"#).unwrap_err().contains("unknown field `mood`")
        );

        let asked =
            ClassifyInput { ask_confidence: true, atoms_schema: Some(json!({"type": "object"})), ..input() };
        let schema = Classify::new().schema(&asked).unwrap();
        assert_eq!(schema["required"], json!(["atoms", "label", "confidence"]));
        let full = read(&asked, r#"{"atoms": {}, "label": "care", "confidence": "low"}"#).unwrap();
        assert_eq!((full.confidence, full.atoms), (Some(Confidence::Low), Some(json!({}))));
        assert!(read(&asked, r#"{"label": "care", "confidence": "low"}"#).unwrap_err().contains("atoms"));
    }
}
