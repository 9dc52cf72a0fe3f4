//! The append-only trail: what happened, in words that never change once shipped.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::{
    id::{CandidateId, JobId, ThreadId},
    time::UnixMs,
};

/// What an event says.
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
pub enum EventKind {
    /// An inbound message was accepted and will be accounted for.
    #[serde(rename = "inbound.accepted")]
    #[strum(serialize = "inbound.accepted")]
    InboundAccepted,
    /// The message was read and the playbook consulted.
    #[serde(rename = "candidate.classified")]
    #[strum(serialize = "candidate.classified")]
    Classified,
    /// A body was written and went through the gate.
    #[serde(rename = "candidate.drafted")]
    #[strum(serialize = "candidate.drafted")]
    Drafted,
    /// The gate refused a draft, and its writer was asked to write it again.
    #[serde(rename = "candidate.revision_asked")]
    #[strum(serialize = "candidate.revision_asked")]
    RevisionAsked,
    /// A model was asked to judge a draft that passed the gate.
    #[serde(rename = "candidate.judgement_asked")]
    #[strum(serialize = "candidate.judgement_asked")]
    JudgementAsked,
    /// The candidate waits for a reason.
    #[serde(rename = "candidate.held")]
    #[strum(serialize = "candidate.held")]
    Held,
    /// A clean draft waits for a human.
    #[serde(rename = "candidate.staged")]
    #[strum(serialize = "candidate.staged")]
    Staged,
    /// It will be sent when the undo window has passed.
    #[serde(rename = "candidate.scheduled")]
    #[strum(serialize = "candidate.scheduled")]
    Scheduled,
    /// A human approved it.
    #[serde(rename = "candidate.approved")]
    #[strum(serialize = "candidate.approved")]
    Approved,
    /// A human rejected it.
    #[serde(rename = "candidate.rejected")]
    #[strum(serialize = "candidate.rejected")]
    Rejected,
    /// Its hold ended.
    #[serde(rename = "candidate.released")]
    #[strum(serialize = "candidate.released")]
    Released,
    /// A newer inbound or a human reply took its place.
    #[serde(rename = "candidate.superseded")]
    #[strum(serialize = "candidate.superseded")]
    Superseded,
    /// The webhook is going out.
    #[serde(rename = "candidate.sending")]
    #[strum(serialize = "candidate.sending")]
    Sending,
    /// The webhook did not arrive and will be tried again.
    #[serde(rename = "candidate.send_deferred")]
    #[strum(serialize = "candidate.send_deferred")]
    SendDeferred,
    /// The sink took the message.
    #[serde(rename = "candidate.sent")]
    #[strum(serialize = "candidate.sent")]
    Sent,
    /// A person answers the thread from now on.
    #[serde(rename = "thread.taken_over")]
    #[strum(serialize = "thread.taken_over")]
    TakenOver,
    /// The thread was given back to the machine.
    #[serde(rename = "thread.given_back")]
    #[strum(serialize = "thread.given_back")]
    GivenBack,
    /// A human's own reply was noted.
    #[serde(rename = "thread.human_reply")]
    #[strum(serialize = "thread.human_reply")]
    HumanReply,
    /// The contact asked not to be messaged.
    #[serde(rename = "contact.opted_out")]
    #[strum(serialize = "contact.opted_out")]
    OptedOut,
    /// The contact asked to be messaged again.
    #[serde(rename = "contact.opted_in")]
    #[strum(serialize = "contact.opted_in")]
    OptedIn,
    /// A job failed as often as it may.
    #[serde(rename = "job.dead")]
    #[strum(serialize = "job.dead")]
    JobDead,
    /// Somebody called a job off.
    #[serde(rename = "job.cancelled")]
    #[strum(serialize = "job.cancelled")]
    JobCancelled,
    /// Somebody replayed a dead job.
    #[serde(rename = "job.replayed")]
    #[strum(serialize = "job.replayed")]
    JobReplayed,
    /// A worker vanished; its job was put back.
    #[serde(rename = "job.rescued")]
    #[strum(serialize = "job.rescued")]
    JobRescued,
    /// Workers stopped taking jobs of a kind.
    #[serde(rename = "queue.paused")]
    #[strum(serialize = "queue.paused")]
    QueuePaused,
    /// Workers take jobs of the kind again.
    #[serde(rename = "queue.resumed")]
    #[strum(serialize = "queue.resumed")]
    QueueResumed,
    /// A sink answered 410 Gone.
    #[serde(rename = "sink.disabled")]
    #[strum(serialize = "sink.disabled")]
    SinkDisabled,
    /// An operator enabled a sink again.
    #[serde(rename = "sink.enabled")]
    #[strum(serialize = "sink.enabled")]
    SinkEnabled,
    /// A setting changed.
    #[serde(rename = "settings.changed")]
    #[strum(serialize = "settings.changed")]
    SettingChanged,
    /// New facts are in force.
    #[serde(rename = "facts.published")]
    #[strum(serialize = "facts.published")]
    FactsPublished,
    /// A new version of a template or another part of the canon is in force.
    #[serde(rename = "canon.published")]
    #[strum(serialize = "canon.published")]
    CanonPublished,
    /// A new playbook is in force.
    #[serde(rename = "playbook.published")]
    #[strum(serialize = "playbook.published")]
    PlaybookPublished,
    /// A machine is wanted; it is asked for next.
    #[serde(rename = "node.opened")]
    #[strum(serialize = "node.opened")]
    NodeOpened,
    /// A machine came to another phase of its life.
    #[serde(rename = "node.moved")]
    #[strum(serialize = "node.moved")]
    NodeMoved,
    /// A machine was found that nobody knew of, or that should have been gone; it is destroyed next.
    #[serde(rename = "node.adopted")]
    #[strum(serialize = "node.adopted")]
    NodeAdopted,
    /// A new version of a workflow was published.
    #[serde(rename = "workflow.published")]
    #[strum(serialize = "workflow.published")]
    WorkflowPublished,
    /// A label of a workflow points to another version, or takes another share.
    #[serde(rename = "workflow.labelled")]
    #[strum(serialize = "workflow.labelled")]
    WorkflowLabelled,
}

/// One row of the trail, as read from the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Position in the trail; rises, may have gaps.
    pub seq: i64,
    /// When it happened.
    pub at_ms: UnixMs,
    /// What happened.
    pub kind: EventKind,
    /// The thread concerned.
    pub thread_id: Option<ThreadId>,
    /// The candidate concerned.
    pub candidate_id: Option<CandidateId>,
    /// The job concerned.
    pub job_id: Option<JobId>,
    /// Details; holds ids, codes and numbers, no message text and no contact.
    pub data: serde_json::Value,
}
