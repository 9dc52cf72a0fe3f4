//! A model for unit tests that answers what it is told, and remembers what it was asked.

use std::{collections::VecDeque, sync::Mutex};

use crate::client::{ChatRequest, Completion, FailureKind, InferenceError, Model, Usage};

/// Answers in the order of its script; one call too many is a fault of the test.
pub(crate) struct Scripted {
    answers: Mutex<VecDeque<Result<Completion, InferenceError>>>,
    sent: Mutex<Vec<ChatRequest>>,
}

impl Scripted {
    pub(crate) fn new(answers: impl IntoIterator<Item = Result<Completion, InferenceError>>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), sent: Mutex::default() }
    }

    pub(crate) fn texts<const N: usize>(texts: [&str; N]) -> Self {
        Self::new(texts.map(|text| Ok(completion(text))))
    }

    pub(crate) fn sent(&self) -> Vec<ChatRequest> {
        self.sent.lock().unwrap().clone()
    }
}

impl Model for Scripted {
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, InferenceError> {
        self.sent.lock().unwrap().push(request.clone());
        self.answers.lock().unwrap().pop_front().expect("the script has an answer for every call")
    }
}

pub(crate) fn completion(text: &str) -> Completion {
    Completion {
        text: text.to_owned(),
        reasoning: None,
        usage: Usage { input_tokens: 20, cached_input_tokens: 10, output_tokens: 5 },
        response_id: "chatcmpl-1".to_owned(),
        model: "drafter".to_owned(),
        duration_ms: 40,
        time_to_first_token_ms: 8,
        endpoint: None,
    }
}

pub(crate) fn failure(kind: FailureKind) -> InferenceError {
    InferenceError::new(kind, "as the script says")
}
