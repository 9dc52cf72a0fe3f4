//! Threads and messages as they are shown.

use prospector_domain::{
    hold::HoldReason,
    mode::Mode,
    record::{Author, Direction, Message, Thread},
    situation::{Archetype, ThreadState},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire;

/// A conversation with one contact on one channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Thread, examples(json!({
    "id": "019ca945-0a00-7000-8000-000000000001",
    "source": "bridge",
    "external_id": "conversation-77",
    "contact": "+15550100",
    "channel": "sms",
    "zone": "Europe/Dublin",
    "archetype": "leisure_guest",
    "state": "inquiring",
    "revision": 3,
    "mode": null,
    "sticky_hold": null,
    "last_inbound_at_ms": 1_772_366_400_000_i64,
    "last_outbound_at_ms": null,
    "created_at_ms": 1_772_366_300_000_i64,
    "updated_at_ms": 1_772_366_400_000_i64
})))]
pub(crate) struct ThreadView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// The system it comes from.
    source: String,
    /// What that system calls it.
    external_id: String,
    /// The contact's address.
    contact: String,
    /// The channel.
    channel: String,
    /// The contact's IANA time zone, when known.
    zone: Option<String>,
    /// Who the contact seems to be.
    #[schema(value_type = wire::Archetype)]
    archetype: Archetype,
    /// How far the conversation has come.
    #[schema(value_type = wire::ThreadState)]
    state: ThreadState,
    /// Rises with every inbound and every reply a human writes.
    revision: i64,
    /// Its own mode; the most restrictive of this, the channel's and the global one counts.
    #[schema(value_type = Option<wire::Mode>)]
    mode: Option<Mode>,
    /// Set while a human must answer whatever comes: `human_takeover` or `safety`.
    #[schema(value_type = Option<wire::HoldReason>)]
    sticky_hold: Option<HoldReason>,
    /// When the contact last wrote.
    last_inbound_at_ms: Option<i64>,
    /// When the contact last got a message.
    last_outbound_at_ms: Option<i64>,
    /// When it began.
    created_at_ms: i64,
    /// When anything about it last changed.
    updated_at_ms: i64,
}

/// One message of a thread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message, examples(json!({
    "id": "019ca945-0a00-7000-8000-000000000002",
    "thread_id": "019ca945-0a00-7000-8000-000000000001",
    "direction": "inbound",
    "author": "contact",
    "external_id": "SM-2041",
    "text": "Hello Quinn, is a double room free next weekend?",
    "revision": 3,
    "candidate_id": "019ca945-0a00-7000-8000-000000000003",
    "received_at_ms": 1_772_366_400_000_i64
})))]
pub(crate) struct MessageView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// Its thread.
    #[schema(value_type = uuid::Uuid)]
    thread_id: String,
    /// Which way it went.
    #[schema(value_type = wire::Direction)]
    direction: Direction,
    /// Who wrote it.
    #[schema(value_type = wire::Author)]
    author: Author,
    /// What the other system calls it; for a reply that was sent, its webhook id.
    external_id: String,
    /// Its text.
    text: String,
    /// The thread's revision when it was noted.
    revision: i64,
    /// The candidate that answers it, or that it is the body of.
    #[schema(value_type = Option<uuid::Uuid>)]
    candidate_id: Option<String>,
    /// When the contact sent it, or it was delivered.
    received_at_ms: i64,
}

impl From<Thread> for ThreadView {
    fn from(thread: Thread) -> Self {
        Self {
            id: thread.id.to_string(),
            source: thread.source,
            external_id: thread.external_id,
            contact: thread.contact,
            channel: thread.channel,
            zone: thread.zone,
            archetype: thread.archetype,
            state: thread.state,
            revision: thread.revision,
            mode: thread.mode,
            sticky_hold: thread.sticky_hold,
            last_inbound_at_ms: thread.last_inbound_at_ms.map(|at| at.0),
            last_outbound_at_ms: thread.last_outbound_at_ms.map(|at| at.0),
            created_at_ms: thread.created_at_ms.0,
            updated_at_ms: thread.updated_at_ms.0,
        }
    }
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        Self {
            id: message.id.to_string(),
            thread_id: message.thread_id.to_string(),
            direction: message.direction,
            author: message.author,
            external_id: message.external_id,
            text: message.text,
            revision: message.revision,
            candidate_id: message.candidate_id.map(|id| id.to_string()),
            received_at_ms: message.received_at_ms.0,
        }
    }
}
