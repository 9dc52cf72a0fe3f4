//! Calls of a model: who was asked what, how many tokens it took, and which part of a machine's cost it bears. Calls and
//! prompts are kept for good, as the drafts are that came of them.

use std::collections::BTreeMap;

use prospector_domain::{
    content_hash::ContentHash,
    engine::EngineId,
    id::{CallId, CandidateId, DraftId, JobId, NodeId},
    job::Job,
    time::UnixMs,
};
use serde::Serialize;

use crate::{
    Store,
    error::StoreError,
    row::RowName,
    session::{Session, execute, fetch_all, fetch_one, fetch_optional},
    statement::{calls, nodes, prompts},
};

/// A call that was made, to be kept with the result of its job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Its key, sent along as the request id.
    pub id: CallId,
    /// The machine that was asked.
    pub node_id: NodeId,
    /// The draft it is about; none for the one that its own step keeps, or for no draft at all.
    pub draft_id: Option<DraftId>,
    /// What for, such as `draft` or `judge`.
    pub task: String,
    /// The engine that was asked.
    pub engine: EngineId,
    /// The hash of what was asked.
    pub prompt_hash: Option<ContentHash>,
    /// How it ended: `ok`, or the code of what went wrong.
    pub outcome: String,
    /// Tokens of the prompt; 0 when nothing was answered.
    pub input_tokens: i64,
    /// Those of them that the server had cached.
    pub cached_input_tokens: i64,
    /// Tokens of the answer, reasoning included.
    pub output_tokens: i64,
    /// When it was sent.
    pub started_at_ms: UnixMs,
    /// When the answer was complete, or was given up.
    pub ended_at_ms: UnixMs,
}

/// What was asked, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrompt {
    /// The hash of its text.
    pub hash: ContentHash,
    /// Its text, byte for byte.
    pub body: String,
}

/// A call as it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineCall {
    /// Its key.
    pub id: CallId,
    /// The machine that was asked.
    pub node_id: NodeId,
    /// The job it was made for.
    pub job_id: JobId,
    /// The candidate it was made for; none for a single job.
    pub candidate_id: Option<CandidateId>,
    /// The draft it is about.
    pub draft_id: Option<DraftId>,
    /// What for.
    pub task: String,
    /// The engine that was asked.
    pub engine: EngineId,
    /// The hash of what was asked.
    pub prompt_hash: Option<ContentHash>,
    /// How it ended.
    pub outcome: String,
    /// Tokens of the prompt.
    pub input_tokens: i64,
    /// Those of them that the server had cached.
    pub cached_input_tokens: i64,
    /// Tokens of the answer.
    pub output_tokens: i64,
    /// When it was sent.
    pub started_at_ms: UnixMs,
    /// When the answer was complete.
    pub ended_at_ms: UnixMs,
    /// Its share of the machine's busy time, in millionths of a dollar; none until that was accounted for.
    pub busy_microusd: Option<i64>,
    /// Its share of the machine's coming up, in millionths of a dollar; none until the machine's session has ended.
    pub overhead_microusd: Option<i64>,
}

/// The last calls of a machine; none where it had none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LastCalls {
    /// When the last one was over, however it ended.
    pub ended_at_ms: Option<UnixMs>,
    /// When the last one was over that was answered.
    pub answered_at_ms: Option<UnixMs>,
}

/// What models were used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, sqlx::FromRow)]
pub struct EngineUsage {
    /// Calls that ended, whatever came of them.
    pub calls: i64,
    /// Tokens of their prompts.
    pub input_tokens: i64,
    /// Tokens of their answers.
    pub output_tokens: i64,
    /// Drafts that a model wrote.
    pub drafts: i64,
    /// Candidates that were sent as a model wrote them.
    pub sent: i64,
}

#[derive(sqlx::FromRow)]
struct CallRow {
    id: String,
    node_id: String,
    job_id: String,
    candidate_id: Option<String>,
    draft_id: Option<String>,
    task: String,
    engine: String,
    prompt_hash: Option<String>,
    outcome: String,
    input_tokens: i64,
    cached_input_tokens: i64,
    output_tokens: i64,
    started_at_ms: i64,
    ended_at_ms: i64,
    busy_microusd: Option<i64>,
    overhead_microusd: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct LastRow {
    ended_at_ms: Option<i64>,
    answered_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct HeldRow {}

#[derive(sqlx::FromRow)]
struct PromptRow {
    body: String,
}

impl Store {
    /// The calls of a machine that ended at `from` or later, in the order in which they ended.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.calls.of_node", skip_all)]
    pub async fn calls_of_node(&self, node: NodeId, from: UnixMs) -> Result<Vec<EngineCall>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, calls::OF_NODE => CallRow; node.to_string(), from.0)?;
        rows.into_iter().map(CallRow::into_call).collect()
    }

    /// The calls for a candidate, every attempt included, in the order in which they ended.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.calls.of_candidate", skip_all)]
    pub async fn calls_of_candidate(&self, id: CandidateId) -> Result<Vec<EngineCall>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, calls::OF_CANDIDATE => CallRow; id.to_string())?;
        rows.into_iter().map(CallRow::into_call).collect()
    }

    /// When a machine was last asked, and when it last answered.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.calls.last_of_node", skip_all)]
    pub async fn last_calls_of_node(&self, node: NodeId) -> Result<LastCalls, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_one!(session, calls::LAST_OF_NODE => LastRow; node.to_string())?;
        Ok(LastCalls {
            ended_at_ms: row.ended_at_ms.map(UnixMs),
            answered_at_ms: row.answered_at_ms.map(UnixMs),
        })
    }

    /// What models were used for at `since` or later.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.calls.usage", skip_all)]
    pub async fn engine_usage_since(&self, since: UnixMs) -> Result<EngineUsage, StoreError> {
        let mut session = self.db.read().await?;
        fetch_one!(session, calls::USAGE => EngineUsage; since.0)
    }

    /// A prompt, byte for byte as it was sent.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.prompts.get", skip_all)]
    pub async fn prompt(&self, hash: ContentHash) -> Result<Option<String>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_optional!(session, prompts::GET => PromptRow; hash.to_string())?;
        Ok(row.map(|row| row.body))
    }
}

/// Keeps the calls of a job; `drafted` is the draft that the job's step keeps with them.
pub(crate) async fn keep_calls(
    tx: &mut Session,
    job: &Job,
    drafted: Option<DraftId>,
    made: &[NewCall],
) -> Result<(), StoreError> {
    for call in made {
        execute!(tx, calls::INSERT;
            call.id.to_string(),
            call.node_id.to_string(),
            job.id.to_string(),
            job.candidate_id.map(|id| id.to_string()),
            call.draft_id.or(drafted).map(|id| id.to_string()),
            call.task.as_str(),
            call.engine.to_string(),
            call.prompt_hash.map(|hash| hash.to_string()),
            call.outcome.as_str(),
            call.input_tokens,
            call.cached_input_tokens,
            call.output_tokens,
            call.started_at_ms.0,
            call.ended_at_ms.0)?;
        // A machine that was paid for already is accounted for once more, with this call. Its row is locked first: without
        // that, one who is about to settle it would neither see the call nor be seen.
        fetch_optional!(tx, nodes::HOLD_STILL => HeldRow; call.node_id.to_string())?;
        execute!(tx, nodes::UNSETTLE; call.node_id.to_string())?;
    }
    Ok(())
}

/// Keeps prompts that are new, in the order of their hashes. The caller's transaction must take no lock after this.
pub(crate) async fn keep_prompts(
    tx: &mut Session,
    now: UnixMs,
    asked: impl Iterator<Item = &NewPrompt>,
) -> Result<(), StoreError> {
    let asked: BTreeMap<ContentHash, &str> =
        asked.map(|prompt| (prompt.hash, prompt.body.as_str())).collect();
    for (hash, body) in asked {
        execute!(tx, prompts::INSERT; hash.to_string(), body, now.0)?;
    }
    Ok(())
}

impl CallRow {
    fn into_call(self) -> Result<EngineCall, StoreError> {
        let name = RowName { table: "engine_calls", id: &self.id };
        Ok(EngineCall {
            id: name.parse("id", &self.id)?,
            node_id: name.parse("node_id", &self.node_id)?,
            job_id: name.parse("job_id", &self.job_id)?,
            candidate_id: name.parse_optional("candidate_id", self.candidate_id.as_deref())?,
            draft_id: name.parse_optional("draft_id", self.draft_id.as_deref())?,
            engine: name.parse("engine", &self.engine)?,
            prompt_hash: name.parse_optional("prompt_hash", self.prompt_hash.as_deref())?,
            task: self.task,
            outcome: self.outcome,
            input_tokens: self.input_tokens,
            cached_input_tokens: self.cached_input_tokens,
            output_tokens: self.output_tokens,
            started_at_ms: UnixMs(self.started_at_ms),
            ended_at_ms: UnixMs(self.ended_at_ms),
            busy_microusd: self.busy_microusd,
            overhead_microusd: self.overhead_microusd,
        })
    }
}
