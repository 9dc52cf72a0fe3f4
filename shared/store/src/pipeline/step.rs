//! One step of a candidate, as a handler reports it.

use prospector_domain::{
    admission::same_text_hash,
    candidate::{CandidateEvent, Hold, after_clean_draft},
    content_hash::ContentHash,
    decision::DecidedBy,
    engine::EngineId,
    gate::Verdict,
    hold::HoldReason,
    id::{DraftId, MessageId},
    intent::Intent,
    job::Job,
    judgement::Judgement,
    mode::Mode,
    record::{Author, Candidate, DraftOrigin, Thread, WorkflowRun},
    situation::{Archetype, ThreadState},
    template::TemplateKey,
    time::UnixMs,
};
use serde_json::{Value, json};

use super::{Hint, Scene, load::load_draft};
use crate::{
    calls::{NewCall, NewPrompt, keep_calls},
    error::StoreError,
    event_log::{About, record},
    row::to_json,
    session::{Session, execute},
    settings::hold_settings_still,
    statement::{decisions, drafts, messages, threads},
};

/// What a handler wants done with its candidate, in one transaction.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where the candidate goes.
    pub motion: Motion,
    /// What the contact wants, when this step found out.
    pub intent: Option<Intent>,
    /// The reply chosen, when this step chose one.
    pub template_key: Option<TemplateKey>,
    /// The decision behind it.
    pub decision: Option<NewDecision>,
    /// Bodies that were written, in this order; all are kept, and the last is in force.
    pub drafts: Vec<NewDraft>,
    /// What a judge said about the draft in force.
    pub judgement: Option<Judgement>,
    /// What changes for the thread.
    pub thread: ThreadChange,
    /// How a delivery went.
    pub delivery: Option<DeliveryNote>,
    /// Calls of a model that were made on the way.
    pub calls: Vec<NewCall>,
    /// What was asked in them.
    pub prompts: Vec<NewPrompt>,
}

/// Where a candidate goes.
#[derive(Debug, Clone)]
pub enum Motion {
    /// A certain event.
    Event(CandidateEvent),
    /// A clean draft: the mode in force at this moment says whether it is scheduled, staged or held. Where there is no
    /// draft, or the one in force did not pass the gate, the candidate is held whatever the mode.
    ByMode {
        /// How long a message can be undone in mode GO, in milliseconds.
        undo_window_ms: i64,
    },
}

/// A decision to be noted.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// The engine in force.
    pub engine: EngineId,
    /// The playbook it was made from.
    pub playbook_version: i64,
    /// The rule that made it.
    pub rule: String,
    /// The action, as JSON.
    pub action: Value,
    /// The classification it was made on, as JSON. Holds atoms as the contact said them.
    pub classification: Value,
    /// Who came to it.
    pub decided_by: DecidedBy,
    /// The hash of the prompt, when a model did.
    pub prompt_hash: Option<ContentHash>,
}

/// A body to be kept.
#[derive(Debug, Clone)]
pub struct NewDraft {
    /// Who wrote it.
    pub author: Author,
    /// How it came to be.
    pub origin: DraftOrigin,
    /// The engine that wrote it, or was in force.
    pub engine: EngineId,
    /// The template it came from.
    pub template_key: Option<TemplateKey>,
    /// That template's version.
    pub template_version: Option<i64>,
    /// The facts it was judged under.
    pub facts_version: i64,
    /// The text.
    pub body: String,
    /// The gate's verdict.
    pub verdict: Verdict,
    /// The run of the workflow that wrote it; none when no model did.
    pub workflow: Option<WorkflowRun>,
}

/// What changes for a thread; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct ThreadChange {
    /// Who the contact seems to be.
    pub archetype: Option<Archetype>,
    /// How far the conversation has come.
    pub state: Option<ThreadState>,
    /// A hold that stays with the thread.
    pub sticky_hold: Option<HoldReason>,
}

/// How one delivery of a webhook went.
#[derive(Debug, Clone, Default)]
pub struct DeliveryNote {
    /// HTTP status, when there was an answer.
    pub status: Option<i64>,
    /// What went wrong, without any of the message's text.
    pub error: Option<String>,
}

impl Step {
    /// A step that is nothing but an event.
    #[must_use]
    pub fn event(event: CandidateEvent) -> Self {
        Self {
            motion: Motion::Event(event),
            intent: None,
            template_key: None,
            decision: None,
            drafts: Vec::new(),
            judgement: None,
            thread: ThreadChange::default(),
            delivery: None,
            calls: Vec::new(),
            prompts: Vec::new(),
        }
    }
}

impl Scene<'_> {
    /// Carries out a step: its decision, drafts and notes, then the motion. Keeps its calls.
    pub(crate) async fn take_step(
        &self,
        tx: &mut Session,
        job: &Job,
        thread: &mut Thread,
        candidate: &mut Candidate,
        step: &Step,
    ) -> Result<Vec<Hint>, StoreError> {
        if let Some(decision) = &step.decision {
            self.note_decision(tx, candidate, decision).await?;
        }
        let asked_about = self.keep_texts(tx, candidate, step).await?;
        keep_calls(tx, job, asked_about, &step.calls).await?;
        candidate.intent = step.intent.or(candidate.intent);
        candidate.template_key = step.template_key.or(candidate.template_key);
        if let Some(note) = &step.delivery {
            let note = note.clone();
            self.mark_intent(tx, candidate, |intent| {
                intent.last_status = note.status;
                intent.last_error = note.error;
            })
            .await?;
        }
        let event = match &step.motion {
            Motion::Event(CandidateEvent::Held(hold)) if hold.reason == HoldReason::Paused => {
                // The pause may have ended since the handler saw it, and nothing else would let the candidate go on.
                let paused = hold_settings_still(tx).await?.mode_of(thread) == Mode::Pause;
                let release_at_ms = if paused { hold.release_at_ms } else { Some(self.now) };
                CandidateEvent::Held(Hold { release_at_ms, ..hold.clone() })
            }
            Motion::Event(event) => event.clone(),
            Motion::ByMode { undo_window_ms } => match unfit(tx, candidate, step).await? {
                Some(hold) => CandidateEvent::Held(hold),
                None => {
                    let mode = hold_settings_still(tx).await?.mode_of(thread);
                    after_clean_draft(mode, *undo_window_ms)
                }
            },
        };
        let hints = self.move_candidate(tx, thread, candidate, &event, describe(step)).await?;
        if event == CandidateEvent::Delivered {
            self.note_outbound(tx, thread, candidate).await?;
        }
        self.change_thread(tx, thread, &step.thread).await?;
        Ok(hints)
    }

    /// Keeps the drafts and the judgement of a step; returns the draft that its calls of a model were made for.
    async fn keep_texts(
        &self,
        tx: &mut Session,
        candidate: &mut Candidate,
        step: &Step,
    ) -> Result<Option<DraftId>, StoreError> {
        let mut asked_about = None;
        for draft in &step.drafts {
            let id = self.keep_draft(tx, candidate, draft).await?;
            candidate.draft_id = Some(id);
            if draft.workflow.is_some() {
                asked_about = Some(id);
            }
        }
        if let (Some(judgement), Some(id)) = (&step.judgement, candidate.draft_id) {
            execute!(tx, drafts::JUDGE; id.to_string(), to_json(judgement))?;
        }
        // A text that gave nothing to keep was paid for by what came in its place.
        let has_texts = !step.drafts.is_empty() || step.judgement.is_some();
        Ok(asked_about.or(candidate.draft_id.filter(|_| has_texts)))
    }

    async fn note_decision(
        &self,
        tx: &mut Session,
        candidate: &Candidate,
        decision: &NewDecision,
    ) -> Result<(), StoreError> {
        execute!(tx, decisions::INSERT;
            self.store.ids.next(self.now).to_string(),
            candidate.id.to_string(),
            decision.engine.to_string(),
            decision.playbook_version,
            decision.rule.clone(),
            decision.action.to_string(),
            decision.classification.to_string(),
            self.now.0,
            decision.decided_by.to_string(),
            decision.prompt_hash.map(|hash| hash.to_string()))?;
        Ok(())
    }

    pub(crate) async fn keep_draft(
        &self,
        tx: &mut Session,
        candidate: &Candidate,
        draft: &NewDraft,
    ) -> Result<DraftId, StoreError> {
        let id = DraftId(self.store.ids.next(self.now));
        let run = draft.workflow.as_ref();
        execute!(tx, drafts::INSERT;
            id.to_string(),
            candidate.id.to_string(),
            draft.author.to_string(),
            draft.origin.to_string(),
            draft.engine.to_string(),
            draft.template_key.map(|key| key.to_string()),
            draft.template_version,
            draft.facts_version,
            draft.body.clone(),
            draft.verdict.ok,
            to_json(&draft.verdict),
            self.now.0,
            run.map(|run| run.workflow_id.as_str()),
            run.map(|run| run.workflow_version),
            run.and_then(|run| run.workflow_arm.as_deref()),
            run.map(|run| run.prompt_hash.to_string()),
            run.map(|run| run.steps.to_string()),
            run.and_then(|run| run.reasoning.as_deref()),
            run.map(|run| run.input_tokens),
            run.map(|run| run.output_tokens))?;
        let data = json!({
            "draft_id": id,
            "engine": draft.engine,
            "origin": draft.origin,
            "clean": draft.verdict.ok,
            "violations": draft.verdict.violations.iter().map(|violation| violation.code).collect::<Vec<_>>(),
        });
        let about = About::candidate(candidate.thread_id, candidate.id);
        record(tx, self.now, prospector_domain::event::EventKind::Drafted, about, &data).await?;
        Ok(id)
    }

    /// Writes the sent body into the thread, under the webhook id, and notes when the contact got it.
    pub(crate) async fn note_outbound(
        &self,
        tx: &mut Session,
        thread: &mut Thread,
        candidate: &Candidate,
    ) -> Result<(), StoreError> {
        let sent = self.sent_draft(tx, candidate).await?;
        let hash = same_text_hash(&sent.body).to_string();
        execute!(tx, messages::INSERT;
            MessageId(self.store.ids.next(self.now)).to_string(),
            thread.id.to_string(),
            "outbound",
            sent.author.to_string(),
            OUTBOUND_SOURCE,
            sent.webhook_id,
            sent.body,
            hash.clone(),
            hash,
            thread.revision,
            candidate.id.to_string(),
            self.now.0,
            self.now.0)?;
        thread.last_outbound_at_ms = Some(self.now);
        self.save_thread(tx, thread).await
    }

    async fn change_thread(
        &self,
        tx: &mut Session,
        thread: &mut Thread,
        change: &ThreadChange,
    ) -> Result<(), StoreError> {
        if change.archetype.is_none() && change.state.is_none() && change.sticky_hold.is_none() {
            return Ok(());
        }
        thread.archetype = change.archetype.unwrap_or(thread.archetype);
        thread.state = change.state.unwrap_or(thread.state);
        thread.sticky_hold = change.sticky_hold.or(thread.sticky_hold);
        self.save_thread(tx, thread).await
    }

    pub(crate) async fn save_thread(&self, tx: &mut Session, thread: &mut Thread) -> Result<(), StoreError> {
        thread.updated_at_ms = self.now;
        execute!(tx, threads::UPDATE;
            thread.id.to_string(),
            thread.archetype.to_string(),
            thread.state.to_string(),
            thread.revision,
            thread.mode.map(|mode| mode.to_string()),
            thread.sticky_hold.map(|reason| reason.to_string()),
            thread.last_outbound_at_ms.map(|at: UnixMs| at.0),
            self.now.0)?;
        Ok(())
    }
}

/// The `source` of messages that this system sent; no upstream system may use it.
pub(crate) const OUTBOUND_SOURCE: &str = "prospector:outbound";

/// Why the draft in force may not be sent in any mode: the step's own, or the one that was there before it.
async fn unfit(tx: &mut Session, candidate: &Candidate, step: &Step) -> Result<Option<Hold>, StoreError> {
    let no_body = || Some(Hold::new(HoldReason::NoBody, "no body was written"));
    if let Some(draft) = step.drafts.last() {
        return Ok(draft.verdict.hold());
    }
    Ok(load_draft(tx, candidate).await?.map_or_else(no_body, |draft| draft.verdict.hold()))
}

fn describe(step: &Step) -> Value {
    let mut data = json!({});
    if let Some(intent) = step.intent {
        data["intent"] = json!(intent);
    }
    if let Some(key) = step.template_key {
        data["template_key"] = json!(key);
    }
    if let Some(decision) = &step.decision {
        data["rule"] = json!(decision.rule);
    }
    if let Some(judgement) = &step.judgement {
        data["judgement"] = json!(<&str>::from(judgement.outcome()));
    }
    if let Some(note) = &step.delivery {
        data["status"] = json!(note.status);
        data["error"] = json!(note.error);
    }
    data
}
