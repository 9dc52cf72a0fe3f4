//! An event as it is sent.

use prospector_domain::event::{Event, EventKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire;

/// One event of the trail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event, examples(json!({
    "seq": 1042,
    "at_ms": 1_772_366_400_000_i64,
    "kind": "candidate.staged",
    "thread_id": "019ca945-0a00-7000-8000-000000000001",
    "candidate_id": "019ca945-0a00-7000-8000-000000000003",
    "job_id": null,
    "data": {}
})))]
pub(crate) struct EventView {
    /// Its number; rises, may have gaps. Also the `id` of the server-sent event.
    seq: i64,
    /// When it happened.
    at_ms: i64,
    /// What happened. Also the `event` of the server-sent event.
    #[schema(value_type = wire::EventKind)]
    kind: EventKind,
    /// The thread concerned.
    #[schema(value_type = Option<uuid::Uuid>)]
    thread_id: Option<String>,
    /// The candidate concerned.
    #[schema(value_type = Option<uuid::Uuid>)]
    candidate_id: Option<String>,
    /// The job concerned.
    #[schema(value_type = Option<uuid::Uuid>)]
    job_id: Option<String>,
    /// Details: ids, codes and numbers; no message text and no contact.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            seq: event.seq,
            at_ms: event.at_ms.0,
            kind: event.kind,
            thread_id: event.thread_id.map(|id| id.to_string()),
            candidate_id: event.candidate_id.map(|id| id.to_string()),
            job_id: event.job_id.map(|id| id.to_string()),
            data: event.data,
        }
    }
}
