//! Writes the reply that was decided on, and passes it through the gates.
//!
//! What the gate refuses of a model is written again, told what is wrong, at most [`REVISIONS_MAX`] times: each time is a
//! job of its own, so that every attempt is kept whatever happens to this process. Then the fixed text of the situation
//! takes its place, and where that does not pass either, a person sees to it.

use std::sync::Arc;

use ai_harness::task::Untrusted;
use prospector_domain::{
    admission::Admission,
    candidate::{CandidateEvent, Hold, REVISIONS_MAX},
    engine::EngineId,
    gate::GateContext,
    id::CandidateId,
    job::{Job, Revision},
    mode::Mode,
    record::DraftOrigin,
    single_job::SinglePayload,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
};
use prospector_store::{Documents, Motion, NewDraft, Outcome, Situation, Step};
use serde_json::{Value, json};

use super::{
    held, payload_of,
    writing::{NoBody, Wanted, Writer, Written},
};
use crate::{
    engine::CallLog,
    execute::{Handled, Handler},
    failure::HandlerError,
    metrics::count_draft,
    tools::Tools,
};

/// Writes replies with the engine in force.
pub(crate) struct DraftHandler {
    pub(crate) tools: Arc<Tools>,
}

impl Handler for DraftHandler {
    async fn handle(&self, job: &Job, log: &CallLog) -> Result<Handled, HandlerError> {
        let outcome = match job.candidate_id {
            Some(id) => self.answer(job, id, log).await?,
            None => self.write_single(job, log).await?,
        };
        Ok(Handled::Outcome(outcome))
    }
}

/// One reply on its way through the gates.
struct Reply<'a> {
    situation: &'a Situation,
    documents: &'a Documents,
    engine: &'a EngineId,
    key: TemplateKey,
    mode: Mode,
    /// Times that it was written again before this job, this one included.
    revisions: u32,
}

impl DraftHandler {
    async fn answer(&self, job: &Job, id: CandidateId, log: &CallLog) -> Result<Outcome, HandlerError> {
        let tools = &self.tools;
        let revision = revision_of(job)?;
        let since = tools.admission.looks_back_to(tools.now());
        let situation = tools.store.situation(id, since).await?;
        let settings = tools.store.settings().await?;
        let mode = settings.mode_of(&situation.thread);
        if let Some(hold) = self.not_admitted(&situation, mode, None) {
            return Ok(held(hold));
        }
        let Some(key) = situation.candidate.template_key else {
            return Err(HandlerError::permanent("a draft is asked for, but no reply was decided on"));
        };
        let documents = tools.store.documents().await?;
        let reply = Reply {
            situation: &situation,
            documents: &documents,
            engine: &settings.draft_engine,
            key,
            mode,
            revisions: revision.map_or(0, |revision| revision.number),
        };
        let writer = Writer { tools, job, documents: &documents, mission: &settings.mission, log };
        let step = match self.write(&writer, &reply, revision).await? {
            Ok(written) => self.pass(&writer, &reply, written),
            Err(NoBody::Wait(wait)) => return Ok(wait),
            // A revision that gave no text leaves what the gate refused before in force.
            Err(NoBody::Hold(hold)) if reply.revisions > 0 => self.refused(&writer, &reply, Vec::new(), hold),
            Err(NoBody::Hold(hold)) => return Ok(held(hold)),
        };
        Ok(Outcome::Step(Box::new(step)))
    }

    /// Writes the reply, or writes it again where the facts are still those under which it was refused.
    async fn write(
        &self,
        writer: &Writer<'_>,
        reply: &Reply<'_>,
        revision: Option<Revision>,
    ) -> Result<Result<Written, NoBody>, HandlerError> {
        let thread = &reply.situation.thread;
        let wanted = Wanted {
            key: reply.key,
            engine: reply.engine,
            archetype: thread.archetype,
            state: thread.state,
            thread: Some(thread.id),
            messages: messages_of(reply.situation),
        };
        let refused = match revision {
            Some(revision) => self.tools.store.draft(revision.revises).await?,
            None => None,
        };
        match refused.filter(|draft| draft.facts_version == reply.documents.facts.version) {
            Some(refused) if *reply.engine != EngineId::Template => {
                writer.revise(&wanted, &refused.body, &refused.verdict).await
            }
            _ => writer.write(&wanted).await,
        }
    }

    /// Takes what was written through the gate.
    fn pass(&self, writer: &Writer<'_>, reply: &Reply<'_>, written: Written) -> Step {
        let by_model = written.run.is_some();
        let draft = Self::measured(reply, written);
        match draft.verdict.hold() {
            None => self.passed(reply, vec![draft]),
            Some(hold) if by_model => self.refused(writer, reply, vec![draft], hold),
            Some(hold) => with_drafts(vec![draft], Motion::Event(CandidateEvent::Held(hold))),
        }
    }

    /// What follows a text that the gate refused: it is written again, or the fixed text takes its place.
    fn refused(&self, writer: &Writer<'_>, reply: &Reply<'_>, mut drafts: Vec<NewDraft>, hold: Hold) -> Step {
        if reply.revisions < REVISIONS_MAX {
            let asked = CandidateEvent::RevisionAsked { number: reply.revisions + 1 };
            return with_drafts(drafts, Motion::Event(asked));
        }
        let Ok(written) = writer.fill(reply.key, DraftOrigin::Fallback) else {
            return with_drafts(drafts, Motion::Event(CandidateEvent::Held(hold)));
        };
        let fallback = Self::measured(reply, written);
        let hold = fallback.verdict.hold();
        drafts.push(fallback);
        match hold {
            None => self.passed(reply, drafts),
            Some(hold) => with_drafts(drafts, Motion::Event(CandidateEvent::Held(hold))),
        }
    }

    /// What follows a text that passed the gate; the last of `drafts` is that one.
    fn passed(&self, reply: &Reply<'_>, drafts: Vec<NewDraft>) -> Step {
        let passed = drafts.last();
        let body = passed.map(|draft| draft.body.as_str());
        if let Some(hold) = self.not_admitted(reply.situation, reply.mode, body) {
            return with_drafts(drafts, Motion::Event(CandidateEvent::Held(hold)));
        }
        // The business's own fixed text needs no judge.
        let by_model = passed.is_some_and(|draft| draft.workflow.is_some());
        if by_model && self.tools.judges {
            return with_drafts(drafts, Motion::Event(CandidateEvent::JudgementAsked));
        }
        with_drafts(drafts, Motion::ByMode { undo_window_ms: self.tools.undo_window_ms })
    }

    /// A text with the gate's verdict.
    fn measured(reply: &Reply<'_>, written: Written) -> NewDraft {
        let gate = &reply.documents.facts.gate;
        let verdict = reply.situation.verdict(&written.body, gate, written.instructions.as_deref());
        let draft = written.into_draft(reply.engine, reply.key, reply.documents, verdict);
        count_draft(draft.origin, &draft.verdict);
        draft
    }

    /// The hold that the admission gate asks for, if it does.
    fn not_admitted(&self, situation: &Situation, mode: Mode, body: Option<&str>) -> Option<Hold> {
        match situation.admission(&self.tools.admission, mode, body, self.tools.now()) {
            Admission::Admit => None,
            Admission::Hold { reason, detail, release_at_ms } => Some(Hold { reason, detail, release_at_ms }),
        }
    }

    async fn write_single(&self, job: &Job, log: &CallLog) -> Result<Outcome, HandlerError> {
        let SinglePayload::Draft(asked) = payload_of(job)? else {
            return Err(HandlerError::permanent("the payload is of another kind"));
        };
        let documents = self.tools.store.documents().await?;
        let settings = self.tools.store.settings().await?;
        let engine = &settings.draft_engine;
        let wanted = Wanted {
            key: asked.template_key,
            engine,
            archetype: Archetype::default(),
            state: ThreadState::default(),
            thread: None,
            messages: asked.inbound.iter().map(|text| Untrusted::new("message", text)).collect(),
        };
        let writer =
            Writer { tools: &self.tools, job, documents: &documents, mission: &settings.mission, log };
        let mut attempts = Vec::new();
        let mut written = writer.write(&wanted).await?;
        loop {
            let text = match written {
                Ok(text) => text,
                Err(NoBody::Wait(wait)) => return Ok(wait),
                Err(NoBody::Hold(hold)) if attempts.is_empty() => {
                    return Err(HandlerError::permanent(format!("{}: {}", hold.reason, hold.detail)));
                }
                // A revision that gave no text ends the revisions.
                Err(NoBody::Hold(_)) => match writer.fill(wanted.key, DraftOrigin::Fallback) {
                    Ok(text) => text,
                    Err(_) => break,
                },
            };
            let context = GateContext {
                inbound: asked.inbound.as_deref(),
                instructions: text.instructions.as_deref(),
                ..GateContext::default()
            };
            let verdict = documents.facts.gate.validate(&text.body, &context);
            let draft = text.into_draft(engine, wanted.key, &documents, verdict);
            count_draft(draft.origin, &draft.verdict);
            let revisions = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
            let is_last = draft.verdict.ok || draft.workflow.is_none();
            attempts.push(draft);
            let Some(refused) = attempts.last().filter(|_| !is_last) else { break };
            written = if revisions < REVISIONS_MAX {
                writer.revise(&wanted, &refused.body, &refused.verdict).await?
            } else {
                writer.fill(wanted.key, DraftOrigin::Fallback).map_err(NoBody::Hold)
            };
        }
        Ok(Outcome::Done(result_of(&attempts, engine, &documents, asked.template_key)))
    }
}

/// What a single job reports: the text that may be used, if there is one, and how it came about.
fn result_of(attempts: &[NewDraft], engine: &EngineId, documents: &Documents, key: TemplateKey) -> Value {
    let last = attempts.last().expect("a result follows an attempt");
    // A text that contradicts the facts is never handed out as if it could be sent.
    let usable = last.verdict.ok.then_some(&last.body);
    json!({
        "body": usable,
        "verdict": last.verdict,
        "origin": last.origin,
        "refused": attempts[..attempts.len() - 1]
            .iter()
            .map(|draft| json!({ "origin": draft.origin, "verdict": draft.verdict }))
            .collect::<Vec<_>>(),
        "engine": engine,
        "template_key": key,
        "template_version": documents.canon.template_version(key),
        "facts_version": documents.facts.version,
        "workflow": last.workflow.as_ref().map(|run| json!({
            // Its steps stay out: the last of them is the text, which the gate may have refused.
            "id": run.workflow_id,
            "version": run.workflow_version,
            "prompt_hash": run.prompt_hash,
            "input_tokens": run.input_tokens,
            "output_tokens": run.output_tokens,
        })),
    })
}

/// What the job was told about the draft that it writes again, if it does.
fn revision_of(job: &Job) -> Result<Option<Revision>, HandlerError> {
    serde_json::from_value(job.payload.clone())
        .map_err(|error| HandlerError::permanent(format!("the payload is no revision: {error}")))
}

fn with_drafts(drafts: Vec<NewDraft>, motion: Motion) -> Step {
    Step { motion, drafts, ..Step::event(CandidateEvent::Staged) }
}

/// What the contact wrote and nobody has answered, oldest first.
fn messages_of(situation: &Situation) -> Vec<Untrusted> {
    let texts: Vec<&str> = situation.burst.iter().map(|message| message.text.as_str()).collect();
    let count = texts.len();
    let label =
        |at: usize| if count == 1 { "message".to_owned() } else { format!("message {at} of {count}") };
    (1..).zip(texts).map(|(at, text)| Untrusted::new(label(at), text)).collect()
}
