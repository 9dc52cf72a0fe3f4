//! Writes the reply that was decided on, and passes it through the gates.

use std::sync::Arc;

use prospector_domain::{
    admission::Admission,
    candidate::{CandidateEvent, Hold},
    engine::EngineId,
    facts::Facts,
    gate::{GateContext, Verdict, validate_draft},
    hold::HoldReason,
    id::CandidateId,
    job::Job,
    mode::Mode,
    record::Author,
    single_job::SinglePayload,
    template::{RenderContext, TemplateKey, render},
};
use prospector_store::{Documents, Motion, NewDraft, Outcome, Situation, Step};
use serde_json::json;

use super::{held, payload_of};
use crate::{
    execute::{Handled, Handler},
    failure::HandlerError,
    tools::Tools,
};

/// Writes replies with the engine in force.
pub(crate) struct DraftHandler {
    pub(crate) tools: Arc<Tools>,
}

impl Handler for DraftHandler {
    async fn handle(&self, job: &Job) -> Result<Handled, HandlerError> {
        let outcome = match job.candidate_id {
            Some(id) => self.answer(id).await?,
            None => self.write_single(job).await?,
        };
        Ok(Handled::Outcome(outcome))
    }
}

impl DraftHandler {
    async fn answer(&self, id: CandidateId) -> Result<Outcome, HandlerError> {
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
        let engine = settings.draft_engine;
        let body = match self.write(&engine, key, &documents) {
            Ok(body) => body,
            Err(hold) => return Ok(held(hold)),
        };
        let verdict = situation.verdict(&body, &documents.facts.facts);
        let hold = verdict.hold().or_else(|| self.not_admitted(&situation, mode, Some(&body)));
        let motion = match hold {
            Some(hold) => Motion::Event(CandidateEvent::Held(hold)),
            None => Motion::ByMode { undo_window_ms: tools.undo_window_ms },
        };
        Ok(Outcome::Step(Box::new(Step {
            motion,
            draft: Some(new_draft(engine, key, &documents, body, verdict)),
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

    /// A body by `engine`, or why there is none. A body is never made up.
    fn write(&self, engine: &EngineId, key: TemplateKey, documents: &Documents) -> Result<String, Hold> {
        match engine {
            EngineId::Template => self.fill(key, documents),
            EngineId::Gpu { .. } => {
                let detail = format!("engine {engine} is chosen, and no endpoint serves it");
                Err(Hold::new(HoldReason::EngineUnavailable, detail))
            }
        }
    }

    fn fill(&self, key: TemplateKey, documents: &Documents) -> Result<String, Hold> {
        let facts: &Facts = &documents.facts.facts;
        let context = RenderContext { today: self.tools.today(facts) };
        render(documents.canon.canon.template(key), facts, &context)
            .map_err(|error| Hold::new(HoldReason::NoBody, format!("template {key} gives no text: {error}")))
    }

    async fn write_single(&self, job: &Job) -> Result<Outcome, HandlerError> {
        let SinglePayload::Draft(asked) = payload_of(job)? else {
            return Err(HandlerError::permanent("the payload is of another kind"));
        };
        let documents = self.tools.store.documents().await?;
        let engine = self.tools.store.settings().await?.draft_engine;
        let body = match self.write(&engine, asked.template_key, &documents) {
            Ok(body) => body,
            Err(hold) => return Err(HandlerError::permanent(format!("{}: {}", hold.reason, hold.detail))),
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
        })))
    }
}

fn new_draft(
    engine: EngineId,
    key: TemplateKey,
    documents: &Documents,
    body: String,
    verdict: Verdict,
) -> NewDraft {
    NewDraft {
        author: Author::Engine,
        engine,
        template_key: Some(key),
        template_version: Some(documents.canon.template_version(key)),
        facts_version: documents.facts.version,
        body,
        verdict,
        workflow: None,
    }
}
