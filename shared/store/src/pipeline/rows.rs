//! Rows of the pipeline's tables and their checked forms.

use prospector_domain::{
    candidate::Hold,
    id::CandidateId,
    record::{Candidate, Draft, Message, SendIntent, Thread, WorkflowRun},
    time::UnixMs,
};

use crate::{error::StoreError, row::RowName};

#[derive(sqlx::FromRow)]
pub(crate) struct ThreadRow {
    id: String,
    source: String,
    external_id: String,
    contact: String,
    channel: String,
    zone: Option<String>,
    archetype: String,
    state: String,
    revision: i64,
    mode: Option<String>,
    sticky_hold: Option<String>,
    last_inbound_at_ms: Option<i64>,
    last_outbound_at_ms: Option<i64>,
    created_at_ms: i64,
    updated_at_ms: i64,
}

impl ThreadRow {
    pub(crate) fn into_thread(self) -> Result<Thread, StoreError> {
        let name = RowName { table: "threads", id: &self.id };
        Ok(Thread {
            id: name.parse("id", &self.id)?,
            archetype: name.parse("archetype", &self.archetype)?,
            state: name.parse("state", &self.state)?,
            mode: name.parse_optional("mode", self.mode.as_deref())?,
            sticky_hold: name.parse_optional("sticky_hold", self.sticky_hold.as_deref())?,
            source: self.source,
            external_id: self.external_id,
            contact: self.contact,
            channel: self.channel,
            zone: self.zone,
            revision: self.revision,
            last_inbound_at_ms: self.last_inbound_at_ms.map(UnixMs),
            last_outbound_at_ms: self.last_outbound_at_ms.map(UnixMs),
            created_at_ms: UnixMs(self.created_at_ms),
            updated_at_ms: UnixMs(self.updated_at_ms),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct MessageRow {
    id: String,
    thread_id: String,
    direction: String,
    author: String,
    external_id: String,
    text: String,
    revision: i64,
    candidate_id: Option<String>,
    received_at_ms: i64,
}

impl MessageRow {
    pub(crate) fn into_message(self) -> Result<Message, StoreError> {
        let name = RowName { table: "messages", id: &self.id };
        Ok(Message {
            id: name.parse("id", &self.id)?,
            thread_id: name.parse("thread_id", &self.thread_id)?,
            direction: name.parse("direction", &self.direction)?,
            author: name.parse("author", &self.author)?,
            candidate_id: name.parse_optional("candidate_id", self.candidate_id.as_deref())?,
            external_id: self.external_id,
            text: self.text,
            revision: self.revision,
            received_at_ms: UnixMs(self.received_at_ms),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct CandidateRow {
    id: String,
    thread_id: String,
    message_id: String,
    revision: i64,
    burst_from_revision: i64,
    burst_started_at_ms: i64,
    state: String,
    intent: Option<String>,
    template_key: Option<String>,
    hold_reason: Option<String>,
    hold_detail: Option<String>,
    release_at_ms: Option<i64>,
    draft_id: Option<String>,
    approved_by: Option<String>,
    traceparent: Option<String>,
    created_at_ms: i64,
    updated_at_ms: i64,
    settled_at_ms: Option<i64>,
}

impl CandidateRow {
    pub(crate) fn into_candidate(self) -> Result<Candidate, StoreError> {
        let name = RowName { table: "candidates", id: &self.id };
        let hold = name.parse_optional("hold_reason", self.hold_reason.as_deref())?.map(|reason| Hold {
            reason,
            detail: self.hold_detail.clone().unwrap_or_default(),
            release_at_ms: self.release_at_ms.map(UnixMs),
        });
        Ok(Candidate {
            id: name.parse("id", &self.id)?,
            thread_id: name.parse("thread_id", &self.thread_id)?,
            message_id: name.parse("message_id", &self.message_id)?,
            state: name.parse("state", &self.state)?,
            intent: name.parse_optional("intent", self.intent.as_deref())?,
            template_key: name.parse_optional("template_key", self.template_key.as_deref())?,
            draft_id: name.parse_optional("draft_id", self.draft_id.as_deref())?,
            hold,
            revision: self.revision,
            burst_from_revision: self.burst_from_revision,
            burst_started_at_ms: UnixMs(self.burst_started_at_ms),
            approved_by: self.approved_by,
            traceparent: self.traceparent,
            created_at_ms: UnixMs(self.created_at_ms),
            updated_at_ms: UnixMs(self.updated_at_ms),
            settled_at_ms: self.settled_at_ms.map(UnixMs),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct DraftRow {
    id: String,
    candidate_id: String,
    author: String,
    engine: String,
    template_key: Option<String>,
    template_version: Option<i64>,
    facts_version: i64,
    body: String,
    verdict: String,
    origin: String,
    judgement: Option<String>,
    created_at_ms: i64,
    workflow_id: Option<String>,
    workflow_version: Option<i64>,
    workflow_arm: Option<String>,
    prompt_hash: Option<String>,
    steps: Option<String>,
    reasoning: Option<String>,
    input_tokens: Option<i64>,
    output_tokens: Option<i64>,
    cost_microusd: Option<i64>,
}

impl DraftRow {
    pub(crate) fn into_draft(self) -> Result<Draft, StoreError> {
        let name = RowName { table: "drafts", id: &self.id };
        Ok(Draft {
            workflow: self.workflow(name)?,
            id: name.parse("id", &self.id)?,
            candidate_id: name.parse("candidate_id", &self.candidate_id)?,
            author: name.parse("author", &self.author)?,
            engine: name.parse("engine", &self.engine)?,
            template_key: name.parse_optional("template_key", self.template_key.as_deref())?,
            verdict: name.json("verdict", &self.verdict)?,
            origin: name.parse("origin", &self.origin)?,
            judgement: self.judgement.as_deref().map(|text| name.json("judgement", text)).transpose()?,
            template_version: self.template_version,
            facts_version: self.facts_version,
            body: self.body,
            created_at_ms: UnixMs(self.created_at_ms),
            cost_microusd: self.cost_microusd,
        })
    }

    fn workflow(&self, name: RowName<'_>) -> Result<Option<WorkflowRun>, StoreError> {
        let Some(workflow_id) = self.workflow_id.clone() else { return Ok(None) };
        let missing = |column| name.bad(column, "is missing beside a workflow");
        let prompt_hash = self.prompt_hash.as_deref().ok_or_else(|| missing("prompt_hash"))?;
        let steps = self.steps.as_deref().ok_or_else(|| missing("steps"))?;
        Ok(Some(WorkflowRun {
            workflow_id,
            workflow_version: self.workflow_version.ok_or_else(|| missing("workflow_version"))?,
            workflow_arm: self.workflow_arm.clone(),
            prompt_hash: name.parse("prompt_hash", prompt_hash)?,
            steps: name.json("steps", steps)?,
            reasoning: self.reasoning.clone(),
            input_tokens: self.input_tokens.ok_or_else(|| missing("input_tokens"))?,
            output_tokens: self.output_tokens.ok_or_else(|| missing("output_tokens"))?,
        }))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct IntentRow {
    id: String,
    candidate_id: String,
    draft_id: String,
    sink: Option<String>,
    state: String,
    not_before_ms: i64,
    attempts: i64,
    last_status: Option<i64>,
    last_error: Option<String>,
    delivered_at_ms: Option<i64>,
}

impl IntentRow {
    pub(crate) fn into_intent(self) -> Result<SendIntent, StoreError> {
        let name = RowName { table: "send_intents", id: &self.id };
        Ok(SendIntent {
            id: name.parse("id", &self.id)?,
            candidate_id: name.parse("candidate_id", &self.candidate_id)?,
            draft_id: name.parse("draft_id", &self.draft_id)?,
            state: name.parse("state", &self.state)?,
            sink: self.sink,
            not_before_ms: UnixMs(self.not_before_ms),
            attempts: self.attempts,
            last_status: self.last_status,
            last_error: self.last_error,
            delivered_at_ms: self.delivered_at_ms.map(UnixMs),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct KnownMessageRow {
    pub(crate) message_id: String,
    pub(crate) thread_id: String,
    pub(crate) payload_hash: String,
    pub(crate) candidate_id: String,
    pub(crate) revision: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct ReleaseRow {
    pub(crate) id: String,
}

impl ReleaseRow {
    pub(crate) fn candidate_id(&self) -> Result<CandidateId, StoreError> {
        RowName { table: "candidates", id: &self.id }.parse("id", &self.id)
    }
}
