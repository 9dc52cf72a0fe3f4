//! Chat completions against a server that speaks OpenAI's protocol: vLLM and llama.cpp, as they really behave.

mod error;
mod message;

pub use error::{FailureKind, InferenceError};
pub use message::{ChatMessage, ChatRequest, Completion, Endpoint, FinishReason, Role, Usage};

/// Answers chat requests. Implemented by the client for one endpoint, and by the pool for all that are ready.
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
