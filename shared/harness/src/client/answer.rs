//! Puts an answer together from the events of a stream. Pure: the network is somebody else's.

use crate::client::{
    Completion, FailureKind, InferenceError, Usage, failure,
    reasoning::{cut_reasoning, joined},
    wire::{Choice, Chunk},
};

/// The event after which nothing comes.
const DONE: &str = "[DONE]";
/// Longest name of an unknown finish reason that is passed on.
const REASON_MAX_CHARS: usize = 32;

/// Why the model stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FinishReason {
    /// It was done. All other reasons make a failure.
    Stop,
    /// It ran into `max_tokens`: the answer is cut, and never a body.
    Length,
    /// Anything else the server says, such as `abort`.
    Other(String),
}

/// An answer while it arrives.
#[derive(Debug)]
pub(super) struct Answer {
    max_bytes: usize,
    text: String,
    reasoning: String,
    finish_reason: Option<FinishReason>,
    usage: Option<Usage>,
    /// Events with text; about as many as tokens.
    texts: u64,
    response_id: String,
    model: String,
    done: bool,
}

/// How long an answer took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    pub(super) duration_ms: u64,
    pub(super) time_to_first_token_ms: u64,
}

impl Answer {
    pub(super) const fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            text: String::new(),
            reasoning: String::new(),
            finish_reason: None,
            usage: None,
            texts: 0,
            response_id: String::new(),
            model: String::new(),
            done: false,
        }
    }

    /// Adds the data of one event.
    pub(super) fn push(&mut self, data: &str) -> Result<(), InferenceError> {
        if data.trim() == DONE {
            self.done = true;
            return Ok(());
        }
        // The parser's words would quote the answer.
        let chunk: Chunk = serde_json::from_str(data).map_err(|_| {
            self.failed(FailureKind::Malformed, "an event of the stream is not what the protocol says")
        })?;
        if let Some(error) = &chunk.error {
            return Err(self.with_usage(failure::of_event(error)));
        }
        if let Some(usage) = chunk.usage {
            self.usage = Some(usage.into());
        }
        keep_first(&mut self.response_id, chunk.id);
        keep_first(&mut self.model, chunk.model);
        // Only one choice is ever asked for.
        chunk.choices.into_iter().filter(|choice| choice.index == 0).try_for_each(|choice| self.add(choice))
    }

    /// True when nothing more is to come.
    pub(super) const fn is_done(&self) -> bool {
        self.done
    }

    /// True once there is text, or the model has stopped without any.
    pub(super) const fn has_begun(&self) -> bool {
        self.texts > 0 || self.finish_reason.is_some()
    }

    /// Tokens used so far. Until the server says, each event with text counts as one token.
    pub(super) fn usage(&self) -> Option<Usage> {
        let counted = Usage { output_tokens: self.texts, ..Usage::default() };
        self.usage.or_else(|| (self.texts > 0).then_some(counted))
    }

    /// Why the model stopped, once it has.
    pub(super) const fn finish_reason(&self) -> Option<&FinishReason> {
        self.finish_reason.as_ref()
    }

    /// The server's id of the answer; empty when it gave none.
    pub(super) fn response_id(&self) -> &str {
        &self.response_id
    }

    /// The model as the server names it; empty when it does not.
    pub(super) fn model(&self) -> &str {
        &self.model
    }

    /// A failure in the middle of this answer.
    pub(super) fn failed(&self, kind: FailureKind, detail: &str) -> InferenceError {
        self.with_usage(InferenceError::new(kind, detail))
    }

    /// `failure`, with the tokens used so far.
    pub(super) fn with_usage(&self, failure: InferenceError) -> InferenceError {
        InferenceError { usage: self.usage(), ..failure }
    }

    /// The finished answer. An answer that is cut or empty is a failure: nobody must take it for a text.
    pub(super) fn finish(self, timing: Timing) -> Result<Completion, InferenceError> {
        if !self.done {
            return Err(self.failed(FailureKind::Vanished, "the stream ended in the middle of the answer"));
        }
        let Some(finish_reason) = &self.finish_reason else {
            return Err(self.failed(FailureKind::Vanished, "the answer ended without a reason"));
        };
        if let Some(failure) = self.cut_by(finish_reason) {
            return Err(failure);
        }
        let (text, thoughts) = cut_reasoning(&self.text);
        if text.is_empty() {
            return Err(self.failed(FailureKind::Empty, "the answer is empty"));
        }
        let reasoning = joined(&[self.reasoning.as_str(), thoughts.as_deref().unwrap_or_default()]);
        Ok(Completion {
            text,
            reasoning,
            usage: self.usage().unwrap_or_default(),
            response_id: self.response_id,
            model: self.model,
            duration_ms: timing.duration_ms,
            time_to_first_token_ms: timing.time_to_first_token_ms,
            endpoint: None,
        })
    }

    fn add(&mut self, choice: Choice) -> Result<(), InferenceError> {
        let content = choice.delta.content.unwrap_or_default();
        let thought = choice.delta.reasoning_content.unwrap_or_default();
        if !content.is_empty() || !thought.is_empty() {
            self.texts += 1;
        }
        self.text.push_str(&content);
        self.reasoning.push_str(&thought);
        if self.text.len() + self.reasoning.len() > self.max_bytes {
            return Err(self.failed(FailureKind::Truncated, "the answer is longer than allowed"));
        }
        if let Some(reason) = choice.finish_reason {
            self.finish_reason = Some(match reason.as_str() {
                "stop" => FinishReason::Stop,
                "length" => FinishReason::Length,
                _ => FinishReason::Other(reason),
            });
        }
        Ok(())
    }

    /// The failure that a finish reason other than `stop` stands for.
    fn cut_by(&self, reason: &FinishReason) -> Option<InferenceError> {
        let failure = match reason {
            FinishReason::Stop => return None,
            FinishReason::Length => self.failed(FailureKind::Truncated, "the answer was cut at max_tokens"),
            FinishReason::Other(name) => match name.as_str() {
                "abort" => self.failed(FailureKind::Vanished, "the server aborted the answer"),
                "repetition" => {
                    self.failed(FailureKind::Truncated, "the answer was cut because it repeated itself")
                }
                _ => self.failed(
                    FailureKind::Truncated,
                    &format!("the answer ended for another reason, {}", short_name(name)),
                ),
            },
        };
        Some(failure)
    }
}

fn keep_first(kept: &mut String, new: Option<String>) {
    if kept.is_empty() {
        *kept = new.unwrap_or_default();
    }
}

fn short_name(name: &str) -> &str {
    let plain = name.len() <= REASON_MAX_CHARS && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if plain { name } else { "unnamed" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: Timing = Timing { duration_ms: 20, time_to_first_token_ms: 5 };

    fn answer(events: &[&str]) -> Result<Completion, InferenceError> {
        let mut answer = Answer::new(64);
        for event in events {
            answer.push(event)?;
        }
        answer.finish(TIMING)
    }

    fn delta(content: &str) -> String {
        serde_json::json!({"id": "c-1", "model": "drafter", "choices": [{"index": 0, "delta": {"content": content}}]})
            .to_string()
    }

    const BEGIN: &str = r#"{"id":"c-1","model":"drafter","choices":[{"index":0,"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#;
    const STOP: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    const LENGTH: &str = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#;
    const USAGE: &str = r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}"#;
    const COUNTED: Usage = Usage { input_tokens: 9, cached_input_tokens: 4, output_tokens: 2 };

    #[test]
    fn the_pieces_of_an_answer_are_joined() {
        let completion = answer(&[BEGIN, &delta("Good"), &delta(" day"), STOP, USAGE, DONE]).unwrap();
        let expected = Completion {
            text: "Good day".to_owned(),
            reasoning: None,
            usage: COUNTED,
            response_id: "c-1".to_owned(),
            model: "drafter".to_owned(),
            duration_ms: 20,
            time_to_first_token_ms: 5,
            endpoint: None,
        };
        assert_eq!(completion, expected);
    }

    #[test]
    fn reasoning_from_both_places_is_kept_apart() {
        let thought = r#"{"choices":[{"index":0,"delta":{"reasoning_content":"first"}}]}"#;
        let newer = r#"{"choices":[{"index":0,"delta":{"reasoning":", second"}}]}"#;
        let other = r#"{"choices":[{"index":1,"delta":{"content":"another choice"}}]}"#;
        let completion =
            answer(&[thought, newer, other, &delta("<think>third</think>Yes"), STOP, DONE]).unwrap();
        assert_eq!(completion.text, "Yes");
        assert_eq!(completion.reasoning.as_deref(), Some("first, second\n\nthird"));
        assert_eq!(completion.usage.output_tokens, 3, "counted, because the server did not say");
    }

    #[test]
    fn what_is_no_whole_answer_is_a_failure_with_its_usage() {
        let abort = STOP.replace("stop", "abort");
        let repetition = STOP.replace("stop", "repetition");
        let strange = STOP.replace("stop", "Dear Quinn");
        let cases: &[(&[&str], FailureKind)] = &[
            (&[BEGIN, &delta("Good"), LENGTH, USAGE, DONE], FailureKind::Truncated),
            (&[BEGIN, &delta("Good"), &repetition, USAGE, DONE], FailureKind::Truncated),
            (&[BEGIN, LENGTH, USAGE, DONE], FailureKind::Truncated),
            (&[BEGIN, STOP, USAGE, DONE], FailureKind::Empty),
            (&[BEGIN, &delta(" \n"), STOP, USAGE, DONE], FailureKind::Empty),
            (&[BEGIN, &delta("<think>Good"), STOP, USAGE, DONE], FailureKind::Empty),
            (&[BEGIN, &delta("Good"), &abort, USAGE, DONE], FailureKind::Vanished),
            (&[BEGIN, &delta("Good"), USAGE, DONE], FailureKind::Vanished),
            (&[BEGIN, &delta("Good"), STOP, USAGE], FailureKind::Vanished),
            (&[BEGIN, &delta("Good"), &strange, USAGE, DONE], FailureKind::Truncated),
            (&[USAGE, "Dear Quinn"], FailureKind::Malformed),
            (&[USAGE, &delta(&"Quinn".repeat(13))], FailureKind::Truncated),
            (&[USAGE, r#"{"error":{"message":"Quinn","code":500}}"#, DONE], FailureKind::Server),
        ];
        for (events, kind) in cases {
            let failure = answer(events).unwrap_err();
            assert_eq!((failure.kind, failure.usage), (*kind, Some(COUNTED)), "{events:?}");
            assert!(!failure.to_string().contains("Quinn"), "{failure}");
        }
        assert_eq!(answer(&[BEGIN]).unwrap_err().usage, None);
    }
}
