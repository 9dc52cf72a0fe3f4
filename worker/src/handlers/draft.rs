//! Writes the reply that was decided on, and passes it through the gates.

use std::sync::Arc;

use ai_harness::task::Untrusted;
use prospector_domain::{
    admission::Admission,
    candidate::{CandidateEvent, Hold},
    engine::EngineId,
    facts::Facts,
    gate::{GateContext, Verdict, validate_draft},
    hold::HoldReason,
    id::{CandidateId, ThreadId},
    job::Job,
    mode::Mode,
    record::{Author, WorkflowRun},
    single_job::SinglePayload,
    situation::{Archetype, ThreadState},
    template::{RenderContext, TemplateKey, render},
    workflow::Mission,
};
use prospector_store::{Documents, Motion, NewDraft, Outcome, Situation, Step};
use serde_json::json;

use super::{held, payload_of};
use crate::{
    engine::{Asked, CallLog, Composed, Composer},
    execute::{Handled, Handler},
    failure::HandlerError,
    tools::Tools,
};

/// Writes replies with the engine in force.
pub(crate) struct DraftHandler {
    pub(crate) tools: Arc<Tools>,
}

/// A body, and where it came from.
struct Written {
    body: String,
    run: Option<WorkflowRun>,
}

/// Why there is no body.
enum NoBody {
    /// A person sees to it.
    Hold(Hold),
    /// It may be written later.
    Wait(Outcome),
}

/// What a reply is written for.
struct Wanted<'a> {
    key: TemplateKey,
    engine: &'a EngineId,
    archetype: Archetype,
    state: ThreadState,
    /// The thread decides which version of a workflow writes; a single text has none, and gets the live one.
    thread: Option<ThreadId>,
    messages: Vec<Untrusted>,
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

impl DraftHandler {
    async fn answer(&self, job: &Job, id: CandidateId, log: &CallLog) -> Result<Outcome, HandlerError> {
        let tools = &self.tools;
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
        let wanted = Wanted {
            key,
            engine: &settings.draft_engine,
            archetype: situation.thread.archetype,
            state: situation.thread.state,
            thread: Some(situation.thread.id),
            messages: messages_of(&situation),
        };
        let Written { body, run } = match self.write(job, &wanted, &documents, &settings.mission, log).await?
        {
            Ok(written) => written,
            Err(NoBody::Hold(hold)) => return Ok(held(hold)),
            Err(NoBody::Wait(wait)) => return Ok(wait),
        };
        let verdict = situation.verdict(&body, &documents.facts.facts);
        let hold = verdict.hold().or_else(|| self.not_admitted(&situation, mode, Some(&body)));
        let motion = match hold {
            Some(hold) => Motion::Event(CandidateEvent::Held(hold)),
            None => Motion::ByMode { undo_window_ms: tools.undo_window_ms },
        };
        let draft = new_draft(settings.draft_engine.clone(), key, &documents, Written { body, run }, verdict);
        Ok(Outcome::Step(Box::new(Step {
            motion,
            draft: Some(draft),
            ..Step::event(CandidateEvent::Staged)
        })))
    }

    /// The hold that the admission gate asks for, if it does.
    fn not_admitted(&self, situation: &Situation, mode: Mode, body: Option<&str>) -> Option<Hold> {
        match situation.admission(&self.tools.admission, mode, body, self.tools.now()) {
            Admission::Admit => None,
            Admission::Hold { reason, detail, release_at_ms } => Some(Hold { reason, detail, release_at_ms }),
        }
    }

    /// A body by the engine in force, or why there is none. A body is never made up.
    async fn write(
        &self,
        job: &Job,
        wanted: &Wanted<'_>,
        documents: &Documents,
        mission: &Mission,
        log: &CallLog,
    ) -> Result<Result<Written, NoBody>, HandlerError> {
        let Wanted { key, engine, .. } = *wanted;
        // What confirms an opt-out has a fixed form: no engine words it.
        if *engine == EngineId::Template || key == TemplateKey::OPT_OUT_CONFIRMATION {
            let filled = self.fill(key, documents);
            return Ok(filled.map(|body| Written { body, run: None }).map_err(NoBody::Hold));
        }
        let Wanted { archetype, state, thread, .. } = *wanted;
        let Some(chosen) = documents.workflows.choose(archetype, state, key, engine, thread) else {
            let detail = format!("no workflow of {engine} is for {key}, {archetype}, {state}");
            return Ok(Err(NoBody::Hold(Hold::new(HoldReason::NoWorkflow, detail))));
        };
        if let Some(wait) = self.tools.wait_for_engine(job, engine).await? {
            return Ok(Err(NoBody::Wait(wait)));
        }
        let composer = Composer {
            asker: self.tools.asker(job, engine, log),
            documents,
            mission,
            today: self.tools.today(&documents.facts.facts),
            key,
            messages: wanted.messages.clone(),
        };
        Ok(match composer.write(&chosen).await? {
            Asked::Answer(Composed { body, run }) => Ok(Written { body, run: Some(run) }),
            Asked::NoUse(why) => {
                let detail = format!("workflow {} gave no text: {why}", chosen.workflow.id);
                Err(NoBody::Hold(Hold::new(HoldReason::NoBody, detail)))
            }
            Asked::Wait(wait) => Err(NoBody::Wait(wait)),
        })
    }

    fn fill(&self, key: TemplateKey, documents: &Documents) -> Result<String, Hold> {
        let facts: &Facts = &documents.facts.facts;
        let context = RenderContext { today: self.tools.today(facts) };
        render(documents.canon.canon.template(key), facts, &context)
            .map_err(|error| Hold::new(HoldReason::NoBody, format!("template {key} gives no text: {error}")))
    }

    async fn write_single(&self, job: &Job, log: &CallLog) -> Result<Outcome, HandlerError> {
        let SinglePayload::Draft(asked) = payload_of(job)? else {
            return Err(HandlerError::permanent("the payload is of another kind"));
        };
        let documents = self.tools.store.documents().await?;
        let settings = self.tools.store.settings().await?;
        let engine = settings.draft_engine.clone();
        let wanted = Wanted {
            key: asked.template_key,
            engine: &engine,
            archetype: Archetype::default(),
            state: ThreadState::default(),
            thread: None,
            messages: asked.inbound.iter().map(|text| Untrusted::new("message", text)).collect(),
        };
        let Written { body, run } = match self.write(job, &wanted, &documents, &settings.mission, log).await?
        {
            Ok(written) => written,
            Err(NoBody::Wait(wait)) => return Ok(wait),
            Err(NoBody::Hold(hold)) => {
                return Err(HandlerError::permanent(format!("{}: {}", hold.reason, hold.detail)));
            }
        };
        let context = GateContext { inbound: asked.inbound.as_deref(), ..GateContext::default() };
        let verdict = validate_draft(&body, &documents.facts.facts, &context);
        // A text that contradicts the facts is never handed out as if it could be sent.
        let usable = verdict.ok.then_some(&body);
        Ok(Outcome::Done(json!({
            "body": usable,
            "verdict": verdict,
            "engine": engine,
            "template_key": asked.template_key,
            "template_version": documents.canon.template_version(asked.template_key),
            "facts_version": documents.facts.version,
            "workflow": run.as_ref().map(|run| json!({
                // Its steps stay out: the last of them is the text, which the gate may have refused.
                "id": run.workflow_id,
                "version": run.workflow_version,
                "prompt_hash": run.prompt_hash,
                "input_tokens": run.input_tokens,
                "output_tokens": run.output_tokens,
            })),
        })))
    }
}

/// What the contact wrote and nobody has answered, oldest first.
fn messages_of(situation: &Situation) -> Vec<Untrusted> {
    let texts: Vec<&str> = situation.burst.iter().map(|message| message.text.as_str()).collect();
    let count = texts.len();
    let label =
        |at: usize| if count == 1 { "message".to_owned() } else { format!("message {at} of {count}") };
    (1..).zip(texts).map(|(at, text)| Untrusted::new(label(at), text)).collect()
}

fn new_draft(
    engine: EngineId,
    key: TemplateKey,
    documents: &Documents,
    written: Written,
    verdict: Verdict,
) -> NewDraft {
    NewDraft {
        author: Author::Engine,
        engine: if written.run.is_some() { engine } else { EngineId::Template },
        template_key: Some(key),
        template_version: Some(documents.canon.template_version(key)),
        facts_version: documents.facts.version,
        body: written.body,
        verdict,
        workflow: written.run,
    }
}
