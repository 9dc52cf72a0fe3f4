//! What a task is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    error::{AnswerFault, FaultKind},
    prompt::sha256_hex,
    schema::{SchemaError, portable_schema},
    template::{PromptTemplate, TemplateError},
};

/// Something a model can be asked: typed input, prompt, schema, parser, limits.
///
/// Text that others wrote is an [`Untrusted`](super::Untrusted) in the input, so that it arrives marked.
pub trait Task: Send + Sync + 'static {
    /// What the prompt is filled from. Its fields are the names a template knows.
    type Input: Serialize + Sync;
    /// What comes back. The model writes its fields in the order they are declared.
    type Output: DeserializeOwned + JsonSchema + Send;

    /// Its name, unique in a registry; it never changes once calls were recorded under it.
    const NAME: &'static str;

    /// Its prompt.
    fn prompt(&self) -> &TaskPrompt;

    /// Its limits, unless a registry has others for it.
    fn limits(&self) -> Limits {
        Limits::default()
    }

    /// The schema of the answer to `input`; the output's own, unless the input decides what may be answered.
    ///
    /// # Errors
    /// [`SchemaError`] when the output has none that every server understands.
    fn schema(&self, _input: &Self::Input) -> Result<Value, SchemaError> {
        portable_schema::<Self::Output>()
    }

    /// What the schema cannot say: that the answer fits the input. Gives the answer back, put in order.
    ///
    /// # Errors
    /// One sentence to the model about what is wrong.
    fn check(&self, _input: &Self::Input, output: Self::Output) -> Result<Self::Output, String> {
        Ok(output)
    }

    /// Reads an answer: JSON, in a code fence or not, and then [`Task::check`].
    ///
    /// # Errors
    /// [`AnswerFault`] with what to tell the model.
    fn parse(&self, input: &Self::Input, answer: &str) -> Result<Self::Output, AnswerFault> {
        let output = serde_json::from_str(without_fence(answer)).map_err(|error| {
            let kind = if error.is_data() { FaultKind::WrongShape } else { FaultKind::NotJson };
            AnswerFault { kind, hint: error.to_string() }
        })?;
        self.check(input, output).map_err(|hint| AnswerFault { kind: FaultKind::Refused, hint })
    }
}

/// The two templates of a task: what holds for every input, which a server's prefix cache keeps, and the input.
#[derive(Debug)]
pub struct TaskPrompt {
    system: PromptTemplate,
    user: PromptTemplate,
}

impl TaskPrompt {
    /// Compiles both.
    ///
    /// # Errors
    /// [`TemplateError`] when one of them is no template.
    pub fn new(system: &'static str, user: &'static str) -> Result<Self, TemplateError> {
        Ok(Self { system: PromptTemplate::new(system)?, user: PromptTemplate::new(user)? })
    }

    /// The rules of the conversation.
    #[must_use]
    pub const fn system(&self) -> &PromptTemplate {
        &self.system
    }

    /// The input.
    #[must_use]
    pub const fn user(&self) -> &PromptTemplate {
        &self.user
    }

    /// Tells two wordings of a task apart: SHA-256 of both templates, in hexadecimal.
    #[must_use]
    pub fn hash(&self) -> String {
        sha256_hex(format!("{}\0{}", self.system.text(), self.user.text()).as_bytes())
    }
}

/// What a task may use. How long a call may take is set in [`ClientOptions`](crate::client::ClientOptions).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Most tokens of one answer, at least 1. Default 256.
    pub max_tokens: u32,
    /// Sampling temperature, 0 to 2. Default 0: the likeliest answer.
    pub temperature: f64,
    /// Seed of the sampling. Default none.
    pub seed: Option<u64>,
    /// Longest prompt, in characters. Default 24,000: about 6,000 tokens.
    pub max_input_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_tokens: 256, temperature: 0.0, seed: None, max_input_chars: 24_000 }
    }
}

/// The JSON of an answer that some models wrap into a code fence in spite of the schema.
fn without_fence(answer: &str) -> &str {
    let answer = answer.trim();
    let inner = answer.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    inner.map_or(answer, |inner| inner.strip_prefix("json").unwrap_or(inner).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_fence_is_no_part_of_the_answer() {
        for answer in ["{}", " {}\n", "```json\n{}\n```", "```{}```"] {
            assert_eq!(without_fence(answer), "{}", "{answer}");
        }
        assert_eq!(without_fence("```"), "```");
    }

    #[test]
    fn another_wording_is_another_prompt() {
        let hash = |system, user| TaskPrompt::new(system, user).unwrap().hash();
        assert_eq!(hash("a", "b"), hash("a", "b"));
        assert_ne!(hash("a", "b"), hash("ab", ""));
        assert!(TaskPrompt::new("a", "{{").is_err());
    }

    #[test]
    fn limits_are_a_setting() {
        let limits: Limits = serde_json::from_str(r#"{"max_tokens": 9}"#).unwrap();
        assert_eq!(limits, Limits { max_tokens: 9, ..Limits::default() });
        assert!(serde_json::from_str::<Limits>(r#"{"tokens": 9}"#).is_err());
    }
}
