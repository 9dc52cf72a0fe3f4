//! Jobs: the rows that carry all work. A queue message is only a hint to look at one.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::{
    engine::EngineId,
    id::{CandidateId, DraftId, JobId, ThreadId},
    time::UnixMs,
};

/// What a job does, and the queue it travels through. A kind's text form never changes once shipped.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
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
pub enum JobKind {
    /// Reads an inbound message and decides what to do about it.
    Classify,
    /// Writes a body and passes it through the gate.
    Draft,
    /// Asks a model whether a draft should be held. Needs a GPU engine.
    Judge,
    /// Delivers a signed webhook: an approved reply, or the callback of a single job.
    Dispatch,
    /// Does nothing. Shows that queue, store and a worker are alive, and measures how fast.
    Probe,
}

/// Where a job stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
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
pub enum JobState {
    /// Waiting for its `run_at_ms`, or for a worker.
    Queued,
    /// Claimed by a worker under a lease.
    Running,
    /// Finished, its result saved.
    Succeeded,
    /// Failed for good: the dead letter, kept with its errors until replayed or pruned.
    Dead,
    /// Called off before it finished.
    Cancelled,
}

impl JobState {
    /// True when no worker will touch the job again unless somebody replays it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Dead | Self::Cancelled)
    }
}

/// What a draft job of a candidate is told when it writes a reply again: the payload of its row, which is `null` for the
/// first draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// The draft that the gate refused.
    pub revises: DraftId,
    /// Which revision this is, from 1.
    pub number: u32,
}

/// Priority of a job that asks for none.
pub const DEFAULT_PRIORITY: i64 = 5;
/// The least urgent priority.
pub const LOWEST_PRIORITY: i64 = 9;

/// One row of the job table, as read from the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The row's key, and all that a hint carries.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// The thread it belongs to; jobs of one thread run one at a time, oldest first.
    pub thread_id: Option<ThreadId>,
    /// The candidate it moves forward; none for a single job.
    pub candidate_id: Option<CandidateId>,
    /// Lower runs first. Range 0 to 9, default [`DEFAULT_PRIORITY`].
    pub priority: i64,
    /// Not before this moment.
    pub run_at_ms: UnixMs,
    /// Claims that counted as attempts so far.
    pub attempt: i64,
    /// After this many attempts a retryable failure is final.
    pub max_attempts: i64,
    /// Rises by one with every claim; only the holder of the current number may write.
    pub fence: i64,
    /// The worker that holds the lease, while running.
    pub lease_owner: Option<String>,
    /// When the lease ends unless renewed, while running.
    pub lease_until_ms: Option<UnixMs>,
    /// Input, for single jobs; for jobs of a candidate, which read their candidate instead, `null` or a [`Revision`].
    pub payload: serde_json::Value,
    /// Output, once succeeded.
    pub result: Option<serde_json::Value>,
    /// Every failed attempt, oldest first.
    pub errors: Vec<AttemptError>,
    /// Name of the sink that is told when a single job has finished.
    pub callback: Option<String>,
    /// Who asked for it: an API key's id, `cli`, or none for jobs the pipeline made itself.
    pub created_by: Option<String>,
    /// W3C `traceparent` of the request that caused the job.
    pub traceparent: Option<String>,
    /// When the row was written.
    pub created_at_ms: UnixMs,
    /// When it was last claimed.
    pub started_at_ms: Option<UnixMs>,
    /// When it reached a terminal state.
    pub finished_at_ms: Option<UnixMs>,
    /// The engine it waits for while queued, or last waited for; none when it never needed one. A handler that needs a
    /// model and finds none here asks to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<EngineId>,
}

/// One failed attempt of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptError {
    /// When it failed.
    pub at_ms: UnixMs,
    /// The attempt's number, from 1.
    pub attempt: i64,
    /// The class that decided what happened next.
    pub class: ErrorClass,
    /// The full chain of causes, outermost first. Holds no message text and no secret.
    pub chain: Vec<String>,
}

/// What kind of failure an attempt met; decides whether, and how soon, it is tried again.
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
pub enum ErrorClass {
    /// A passing fault of something we call: retried with growing delays.
    Transient,
    /// The other side asked us to slow down: retried after at least its `Retry-After`.
    Throttled,
    /// A dependency is away: retried, and the attempt is given back.
    Unavailable,
    /// The handler ran longer than its kind allows.
    Timeout,
    /// The handler panicked.
    Panic,
    /// The worker vanished and its lease ran out.
    LeaseLost,
    /// No retry can help.
    Permanent,
}

/// Proof of a claim: which job, under which fence. Every write about a running job carries one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    /// The claimed job.
    pub job_id: JobId,
    /// Its fence at the time of the claim.
    pub fence: i64,
}

impl Job {
    /// The claim this row was returned by, when it was returned by one.
    #[must_use]
    pub const fn claim(&self) -> Claim {
        Claim { job_id: self.id, fence: self.fence }
    }
}
