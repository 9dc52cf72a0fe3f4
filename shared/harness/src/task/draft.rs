//! `draft`: write one text in one go. Where thinking comes first, see [`workflow`](crate::workflow).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    definition::{Limits, Task, TaskPrompt},
    mark::{Untrusted, shows_mark},
    schema::{SchemaError, object_schema, text_schema},
};

const SYSTEM: &str = "\
{{ rules }}
{{ data_notice }}";
const USER: &str = "\
{% for block in data %}
{{ block }}

{% endfor %}
{{ instruction }}
Use at most {{ max_chars }} characters. Answer with JSON: {\"text\": the text itself}.";

/// Writes one text.
#[derive(Debug)]
pub struct Draft {
    prompt: TaskPrompt,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftInput {
    /// Who writes, and what holds for everything that is written.
    pub rules: String,
    /// What to write now.
    pub instruction: String,
    /// What it is about.
    pub data: Vec<Untrusted>,
    /// Longest text, in characters, at least 1.
    pub max_chars: u32,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drafted {
    /// The text, without white space at its ends; never empty, never longer than allowed.
    pub text: String,
}

impl Draft {
    /// The task.
    #[must_use]
    pub fn new() -> Self {
        Self { prompt: TaskPrompt::new(SYSTEM, USER).expect("the templates are constants that a test fills") }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self::new()
    }
}

impl Task for Draft {
    type Input = DraftInput;
    type Output = Drafted;
    const NAME: &'static str = "draft";

    fn prompt(&self) -> &TaskPrompt {
        &self.prompt
    }

    fn limits(&self) -> Limits {
        Limits { max_tokens: 600, temperature: 0.3, ..Limits::default() }
    }

    fn schema(&self, input: &DraftInput) -> Result<Value, SchemaError> {
        Ok(object_schema([("text".to_owned(), text_schema(input.max_chars))]))
    }

    fn check(&self, input: &DraftInput, output: Drafted) -> Result<Drafted, String> {
        let text = output.text.trim();
        if text.is_empty() {
            return Err("the text is empty".to_owned());
        }
        // With the white space at its ends: a text that was cut may end in some.
        let chars = output.text.chars().count();
        if chars > input.max_chars as usize {
            return Err(format!(
                "the text is {chars} characters long, at most {} are allowed",
                input.max_chars
            ));
        }
        if shows_mark(text) {
            return Err("the text repeats the marks of the data".to_owned());
        }
        Ok(Drafted { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::run::first_request;

    #[test]
    fn what_is_empty_too_long_or_repeats_its_prompt_is_no_draft() {
        let input = DraftInput {
            rules: "You write for a plant nursery.".to_owned(),
            instruction: "Say when the shop is open.".to_owned(),
            data: vec![Untrusted::new("message", "Open today?")],
            max_chars: 20,
        };
        let task = Draft::new();
        let read = |text: &str| task.parse(&input, &serde_json::json!({ "text": text }).to_string());
        assert_eq!(read("  Until six.\n").unwrap().text, "Until six.");
        assert_eq!(read("   ").unwrap_err().hint, "the text is empty");
        assert!(
            read("Until six, and tomorrow too.").unwrap_err().hint.contains("28 characters long, at most 20")
        );
        assert!(read("<<<DATA message").unwrap_err().hint.contains("repeats"));
        let request = first_request(&task, &input, task.limits()).unwrap();
        assert!(
            request.messages[1].content.starts_with("<<<DATA message\n| Open today?\nDATA>>>\n\nSay when")
        );
        assert_eq!(request.json_schema.unwrap().1["properties"]["text"]["maxLength"], 84);
    }
}
