//! A candidate as it is shown.

use prospector_domain::{
    candidate::{CandidateState, Hold},
    hold::HoldReason,
    intent::Intent,
    record::Candidate,
    template::TemplateKey,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire;

/// One attempt to answer one inbound message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Candidate, examples(json!({
    "id": "019ca945-0a00-7000-8000-000000000003",
    "thread_id": "019ca945-0a00-7000-8000-000000000001",
    "message_id": "019ca945-0a00-7000-8000-000000000002",
    "revision": 3,
    "burst_from_revision": 2,
    "state": "pending_review",
    "intent": "availability_asked",
    "template_key": "③",
    "hold": null,
    "draft_id": "019ca945-0a00-7000-8000-000000000004",
    "approved_by": null,
    "created_at_ms": 1_772_366_400_000_i64,
    "updated_at_ms": 1_772_366_408_000_i64,
    "settled_at_ms": 1_772_366_408_000_i64
})))]
pub(crate) struct CandidateView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Its thread.
    #[schema(value_type = uuid::Uuid)]
    thread_id: String,
    /// The newest message it answers.
    #[schema(value_type = uuid::Uuid)]
    message_id: String,
    /// The thread's revision it was made for.
    revision: i64,
    /// The first revision of the burst it answers.
    burst_from_revision: i64,
    /// Where it stands.
    #[schema(value_type = wire::CandidateState)]
    state: CandidateState,
    /// What the contact wants, once read.
    #[schema(value_type = Option<wire::Intent>)]
    intent: Option<Intent>,
    /// The reply that was chosen.
    #[schema(value_type = Option<wire::TemplateKey>)]
    template_key: Option<TemplateKey>,
    /// Why it waits, while it is held.
    hold: Option<HoldView>,
    /// The draft in force.
    #[schema(value_type = Option<uuid::Uuid>)]
    draft_id: Option<String>,
    /// Who approved that draft.
    approved_by: Option<String>,
    /// When the message was accepted.
    created_at_ms: i64,
    /// When it last changed.
    updated_at_ms: i64,
    /// When it last came to rest.
    settled_at_ms: Option<i64>,
}

/// Why a candidate waits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hold, examples(json!({
    "reason": "quiet_hours", "detail": "it is night in Europe/Dublin until 08:00", "release_at_ms": 1_772_438_400_000_i64
})))]
pub(crate) struct HoldView {
    /// The reason, from a closed list.
    #[schema(value_type = wire::HoldReason)]
    reason: HoldReason,
    /// One sentence for the operator.
    detail: String,
    /// When it ends by itself; null means a human decides.
    release_at_ms: Option<i64>,
}

impl From<Candidate> for CandidateView {
    fn from(candidate: Candidate) -> Self {
        Self {
            id: candidate.id.to_string(),
            thread_id: candidate.thread_id.to_string(),
            message_id: candidate.message_id.to_string(),
            revision: candidate.revision,
            burst_from_revision: candidate.burst_from_revision,
            state: candidate.state,
            intent: candidate.intent,
            template_key: candidate.template_key,
            hold: candidate.hold.map(HoldView::from),
            draft_id: candidate.draft_id.map(|id| id.to_string()),
            approved_by: candidate.approved_by,
            created_at_ms: candidate.created_at_ms.0,
            updated_at_ms: candidate.updated_at_ms.0,
            settled_at_ms: candidate.settled_at_ms.map(|at| at.0),
        }
    }
}

impl From<Hold> for HoldView {
    fn from(hold: Hold) -> Self {
        Self { reason: hold.reason, detail: hold.detail, release_at_ms: hold.release_at_ms.map(|at| at.0) }
    }
}
