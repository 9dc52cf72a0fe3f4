//! What the store holds about a conversation, as plain values.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::{
    candidate::{CandidateState, Hold},
    content_hash::ContentHash,
    engine::EngineId,
    gate::Verdict,
    hold::HoldReason,
    id::{CandidateId, DraftId, IntentId, MessageId, ThreadId},
    intent::Intent,
    judgement::Judgement,
    mode::Mode,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
    time::UnixMs,
};

/// A conversation with one contact on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its key.
    pub id: ThreadId,
    /// The upstream system it comes from.
    pub source: String,
    /// What that system calls it.
    pub external_id: String,
    /// The contact's address on the channel.
    pub contact: String,
    /// The channel, such as `sms` or `whatsapp`.
    pub channel: String,
    /// The contact's IANA time zone, when known.
    pub zone: Option<String>,
    /// Who the contact seems to be.
    pub archetype: Archetype,
    /// How far the conversation has come.
    pub state: ThreadState,
    /// Rises by one with every inbound and every reply a human writes.
    pub revision: i64,
    /// The thread's own mode, when set.
    pub mode: Option<Mode>,
    /// Set while a human must answer, whatever comes: `human_takeover` or `safety`.
    pub sticky_hold: Option<HoldReason>,
    /// When the contact last wrote.
    pub last_inbound_at_ms: Option<UnixMs>,
    /// When the contact last got a message.
    pub last_outbound_at_ms: Option<UnixMs>,
    /// When the thread began.
    pub created_at_ms: UnixMs,
    /// When anything about it last changed.
    pub updated_at_ms: UnixMs,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Direction {
    /// From the contact.
    Inbound,
    /// To the contact.
    Outbound,
}

/// Who wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Author {
    /// The contact.
    Contact,
    /// A draft engine.
    Engine,
    /// A person of the business.
    Human,
}

/// One message of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its key.
    pub id: MessageId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// Which way it went.
    pub direction: Direction,
    /// Who wrote it.
    pub author: Author,
    /// What the upstream system calls it; for outbound ones the webhook id.
    pub external_id: String,
    /// Its text.
    pub text: String,
    /// The thread's revision when it was noted.
    pub revision: i64,
    /// The candidate that answers it, or that it is the body of.
    pub candidate_id: Option<CandidateId>,
    /// When the contact sent it, or the sink took it.
    pub received_at_ms: UnixMs,
}

/// One attempt to answer one inbound message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its key.
    pub id: CandidateId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// The inbound it answers.
    pub message_id: MessageId,
    /// The thread revision it was made for.
    pub revision: i64,
    /// The first revision of the burst it answers; equal to `revision` for a single message.
    pub burst_from_revision: i64,
    /// When the first message of the burst came.
    pub burst_started_at_ms: UnixMs,
    /// Where it stands.
    pub state: CandidateState,
    /// What the contact wants, once read.
    pub intent: Option<Intent>,
    /// The reply the playbook chose.
    pub template_key: Option<TemplateKey>,
    /// Why it waits, while held.
    pub hold: Option<Hold>,
    /// The draft in force.
    pub draft_id: Option<DraftId>,
    /// The human who approved that draft.
    pub approved_by: Option<String>,
    /// W3C trace context of the inbound.
    pub traceparent: Option<String>,
    /// When the inbound was accepted.
    pub created_at_ms: UnixMs,
    /// When it last changed.
    pub updated_at_ms: UnixMs,
    /// When it last came to rest.
    pub settled_at_ms: Option<UnixMs>,
}

/// How a body came to be.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DraftOrigin {
    /// The engine in force wrote it.
    Written,
    /// The engine wrote it again after the gate refused what it wrote before.
    Revised,
    /// The fixed text took the place of what the engine wrote.
    Fallback,
    /// A person wrote it.
    Edited,
}

/// One body written for a candidate, with the gate's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its key.
    pub id: DraftId,
    /// Its candidate.
    pub candidate_id: CandidateId,
    /// Who wrote it.
    pub author: Author,
    /// How it came to be.
    pub origin: DraftOrigin,
    /// The engine it was written by, or was in force when a human wrote it.
    pub engine: EngineId,
    /// The template, when it came from one.
    pub template_key: Option<TemplateKey>,
    /// That template's version.
    pub template_version: Option<i64>,
    /// The facts the verdict was given under.
    pub facts_version: i64,
    /// The text.
    pub body: String,
    /// What the gate said.
    pub verdict: Verdict,
    /// What a judge said, when one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
    /// When it was written.
    pub created_at_ms: UnixMs,
    /// The run of the workflow that wrote it; none when no model did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowRun>,
    /// What its calls cost, in millionths of a dollar; none until the machine's time was accounted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_microusd: Option<i64>,
}

/// How a model came to a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowRun {
    /// The workflow.
    pub workflow_id: String,
    /// Its version.
    pub workflow_version: i64,
    /// The label it was chosen by, where several share the work.
    pub workflow_arm: Option<String>,
    /// The hash of the prompt of the step that wrote the body.
    pub prompt_hash: ContentHash,
    /// What each step said, as JSON.
    pub steps: serde_json::Value,
    /// What the model thought before it wrote, where it says so.
    pub reasoning: Option<String>,
    /// Tokens that all steps read.
    pub input_tokens: i64,
    /// Tokens that all steps wrote, reasoning included.
    pub output_tokens: i64,
}

/// Where a send intent stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IntentState {
    /// Not gone out, or certainly not arrived.
    Pending,
    /// Going out now.
    Sending,
    /// Taken by the sink.
    Delivered,
    /// Called off before it went out.
    Void,
    /// Refused by the sink for good.
    Rejected,
    /// Went out, and nobody knows whether it arrived.
    Unknown,
}

/// The row that stands behind a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendIntent {
    /// Its key, and the `webhook-id`.
    pub id: IntentId,
    /// The candidate.
    pub candidate_id: CandidateId,
    /// The draft that goes out.
    pub draft_id: DraftId,
    /// The sink it was last sent to.
    pub sink: Option<String>,
    /// Where it stands.
    pub state: IntentState,
    /// Not before this moment.
    pub not_before_ms: UnixMs,
    /// How often it was sent.
    pub attempts: i64,
    /// HTTP status of the last answer.
    pub last_status: Option<i64>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When the sink took it.
    pub delivered_at_ms: Option<UnixMs>,
}
