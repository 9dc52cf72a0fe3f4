//! The exact prompt of one piece of work, as one canonical text: to be hashed, kept, and shown again byte for byte.
//!
//! It is JSON lines. `{"message": …}` adds a turn; `{"call": …}` sends all turns so far with these parameters;
//! `"restart"` drops them, for a call whose turns do not continue those before. Who waits how urgently (priority,
//! request id) changes no answer and is not part of it.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::client::{ChatMessage, ChatRequest};

/// Everything that was sent, in order.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Prompt {
    text: String,
    turns: Vec<ChatMessage>,
}

/// Why a text is not a canonical prompt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the prompt is not one of its lines")]
pub struct InvalidPrompt {
    /// Its line, from 1.
    pub line: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Message(ChatMessage),
    Call(Parameters),
    Restart,
}

#[derive(Serialize, Deserialize)]
struct Parameters {
    max_tokens: u32,
    temperature: f64,
    seed: Option<u64>,
    stop: Vec<String>,
    json_schema: Option<(String, serde_json::Value)>,
}

impl Prompt {
    /// Adds a call.
    pub fn push(&mut self, request: &ChatRequest) {
        if !request.messages.starts_with(&self.turns) {
            self.write(&Line::Restart);
            self.turns.clear();
        }
        for turn in &request.messages[self.turns.len()..] {
            self.write(&Line::Message(turn.clone()));
        }
        self.turns.clone_from(&request.messages);
        self.write(&Line::Call(Parameters {
            max_tokens: request.max_tokens,
            temperature: request.temperature,
            seed: request.seed,
            stop: request.stop.clone(),
            json_schema: request.json_schema.clone(),
        }));
    }

    /// The canonical text. Empty when nothing was sent.
    #[must_use]
    pub fn canonical_text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the canonical text, as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> String {
        sha256_hex(self.text.as_bytes())
    }

    /// Reads a canonical text back into the calls it stands for, without priority and request id.
    ///
    /// # Errors
    /// [`InvalidPrompt`] naming the line.
    pub fn read(text: &str) -> Result<Vec<ChatRequest>, InvalidPrompt> {
        let mut calls = Vec::new();
        let mut messages = Vec::new();
        for (index, line) in text.lines().enumerate() {
            match serde_json::from_str(line).map_err(|_| InvalidPrompt { line: index + 1 })? {
                Line::Message(turn) => messages.push(turn),
                Line::Restart => messages.clear(),
                Line::Call(parameters) => calls.push(parameters.with(messages.clone())),
            }
        }
        Ok(calls)
    }

    fn write(&mut self, line: &Line) {
        let json = serde_json::to_string(line).expect("text keys and finite numbers always have a JSON form");
        self.text.push_str(&json);
        self.text.push('\n');
    }
}

impl Parameters {
    fn with(self, messages: Vec<ChatMessage>) -> ChatRequest {
        ChatRequest {
            messages,
            max_tokens: self.max_tokens,
            temperature: self.temperature,
            seed: self.seed,
            stop: self.stop,
            json_schema: self.json_schema,
            priority: None,
            request_id: None,
        }
    }
}

impl fmt::Debug for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prompt({} bytes, {})", self.text.len(), self.hash())
    }
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        write!(digits, "{byte:02x}").expect("writing to a string cannot fail");
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::client::Role;

    fn turn(role: Role, content: &str) -> ChatMessage {
        ChatMessage { role, content: content.to_owned() }
    }

    fn request(messages: Vec<ChatMessage>) -> ChatRequest {
        let schema = Some(("answer".to_owned(), json!({"type": "object", "properties": {"b": {}, "a": {}}})));
        let parameters =
            Parameters { max_tokens: 9, temperature: 0.3, seed: Some(7), stop: vec![], json_schema: schema };
        parameters.with(messages)
    }

    #[test]
    fn turns_that_go_on_are_written_once_and_others_start_again() {
        let mut turns = vec![turn(Role::System, "s"), turn(Role::User, "a\nb")];
        let (mut prompt, first) = (Prompt::default(), request(turns.clone()));
        prompt.push(&first);
        turns.extend([turn(Role::Assistant, "c"), turn(Role::User, "d")]);
        let second = request(turns);
        prompt.push(&second);
        let third = request(vec![turn(Role::System, "other")]);
        prompt.push(&ChatRequest { priority: Some(3), request_id: Some("r".to_owned()), ..third.clone() });
        assert_eq!(prompt.canonical_text().matches("\"a\\nb\"").count(), 1);
        assert_eq!(prompt.canonical_text().matches("\"restart\"").count(), 1);
        assert_eq!(Prompt::read(prompt.canonical_text()).unwrap(), [first, second, third]);
        assert_eq!(
            Prompt::read("{}").unwrap_err().to_string(),
            "line 1 of the prompt is not one of its lines"
        );
    }

    #[test]
    fn it_does_not_print_what_it_holds() {
        let mut prompt = Prompt::default();
        prompt.push(&request(vec![turn(Role::User, "private")]));
        assert!(!format!("{prompt:?}").contains("private"));
        assert_eq!(prompt.hash().len(), 64);
    }

    proptest! {
        #[test]
        fn the_same_calls_give_the_same_bytes_and_come_back(
            calls in prop::collection::vec(prop::collection::vec(("(|a|b|\u{2028}|\n)", 0..3_u8), 0..4), 0..5),
        ) {
            let role = |number| [Role::System, Role::User, Role::Assistant][usize::from(number)];
            let calls: Vec<ChatRequest> = calls
                .into_iter()
                .map(|turns| request(turns.into_iter().map(|(text, who)| turn(role(who), &text)).collect()))
                .collect();
            let (mut one, mut other) = (Prompt::default(), Prompt::default());
            calls.iter().for_each(|call| one.push(call));
            calls.iter().for_each(|call| other.push(call));
            prop_assert_eq!(one.hash(), other.hash());
            prop_assert_eq!(Prompt::read(one.canonical_text()).unwrap(), calls);
        }
    }
}
