//! Chat completions against a server that speaks OpenAI's protocol: vLLM and llama.cpp, as they really behave.

//!
//! Answers are streamed, so that a server that died is noticed and a slot freed early, but nobody is ever given a part of one.

mod answer;
mod error;
mod events;
mod failure;
mod inference_client;
mod message;
mod options;
mod readiness;
mod reasoning;
mod telemetry;
mod wire;

pub use error::{FailureKind, InferenceError};
pub use inference_client::InferenceClient;
pub use message::{ChatMessage, ChatRequest, Completion, Endpoint, Role, Usage};
pub use options::ClientOptions;
pub use readiness::{Readiness, ServerLoad};
pub use telemetry::METRICS;

/// Answers chat requests. Implemented by a pool for all endpoints that are ready.
pub trait Model: Send + Sync {
    /// Asks for one completion.
    ///
    /// # Errors
    /// [`InferenceError`], which says whether trying again can help.
    fn complete(
        &self,
        request: &ChatRequest,
    ) -> impl Future<Output = Result<Completion, InferenceError>> + Send;
}
