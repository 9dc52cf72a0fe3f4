//! What is answered for a message.

use axum::http::StatusCode;
use prospector_store::Receipt;
use serde::Serialize;
use utoipa::ToSchema;

/// Where an accepted message went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub(crate) struct ReceiptBody {
    /// The message.
    #[schema(value_type = uuid::Uuid)]
    message_id: String,
    /// Its thread.
    #[schema(value_type = uuid::Uuid)]
    thread_id: String,
    /// The candidate that accounts for it: it will be answered, held or superseded, and never forgotten.
    #[schema(value_type = uuid::Uuid)]
    candidate_id: String,
    /// The thread's revision with this message.
    #[schema(examples(1))]
    revision: i64,
    /// True when the message was known already and nothing changed.
    #[schema(examples(false))]
    repeated: bool,
}

impl ReceiptBody {
    pub(crate) fn accepted(receipt: &Receipt) -> Self {
        Self::of(receipt, false)
    }

    pub(crate) fn repeated(receipt: &Receipt) -> Self {
        Self::of(receipt, true)
    }

    fn of(receipt: &Receipt, repeated: bool) -> Self {
        Self {
            message_id: receipt.message_id.to_string(),
            thread_id: receipt.thread_id.to_string(),
            candidate_id: receipt.candidate_id.to_string(),
            revision: receipt.revision,
            repeated,
        }
    }

    pub(crate) const fn is_repeated(&self) -> bool {
        self.repeated
    }

    /// 202 for a message that will now be worked on, 200 for one that was known.
    pub(crate) const fn status(&self) -> StatusCode {
        if self.repeated { StatusCode::OK } else { StatusCode::ACCEPTED }
    }
}
