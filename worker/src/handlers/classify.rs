//! Reads the messages of a burst and decides what to do about them.

use std::sync::Arc;

use jiff::tz::TimeZone;
use prospector_domain::{
    candidate::CandidateEvent,
    classify::Classification,
    decision::{DecidedBy, NextAction},
    engine::EngineId,
    id::CandidateId,
    job::Job,
    record::Thread,
    single_job::{ClassifyText, SinglePayload},
};
use prospector_store::{Documents, NewDecision, Outcome, Step, ThreadChange};
use serde_json::json;

use super::{
    payload_of,
    verdict::{Verdict, read, verdict},
};
use crate::{
    execute::{Handled, Handler},
    failure::HandlerError,
    tools::Tools,
};

/// Reads messages by rules, and decides by the playbook in force.
pub(crate) struct ClassifyHandler {
    pub(crate) tools: Arc<Tools>,
}

impl Handler for ClassifyHandler {
    async fn handle(&self, job: &Job) -> Result<Handled, HandlerError> {
        let outcome = match job.candidate_id {
            Some(id) => Outcome::Step(Box::new(self.read_burst(id).await?)),
            None => self.read_text(job).await?,
        };
        Ok(Handled::Outcome(outcome))
    }
}

impl ClassifyHandler {
    async fn read_burst(&self, id: CandidateId) -> Result<Step, HandlerError> {
        let tools = &self.tools;
        // What went out before matters only to admission.
        let situation = tools.store.situation(id, tools.now()).await?;
        let documents = tools.store.documents().await?;
        let engine = tools.store.settings().await?.draft_engine;
        let zone = tools.zone_of(&documents.facts.facts);
        let text = situation.burst_text();
        let reading = read(&text, situation.received_at(), &zone, &documents.facts.facts);
        Ok(step(&reading, &situation.thread, &documents, engine))
    }

    async fn read_text(&self, job: &Job) -> Result<Outcome, HandlerError> {
        let SinglePayload::Classify(asked) = payload_of(job)? else {
            return Err(HandlerError::permanent("the payload is of another kind"));
        };
        let documents = self.tools.store.documents().await?;
        let facts = &documents.facts.facts;
        let zone = asked.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let zone = zone.unwrap_or_else(|| self.tools.zone_of(facts));
        let reading = read(&asked.text, job.created_at_ms, &zone, facts);
        let ClassifyText { state, archetype, .. } = asked;
        let verdict = verdict(&reading, state, archetype, &documents.playbook.playbook);
        Ok(Outcome::Done(json!({
            "classification": reading,
            "decision": verdict.decision,
            "playbook_version": documents.playbook.version,
        })))
    }
}

fn step(reading: &Classification, thread: &Thread, documents: &Documents, engine: EngineId) -> Step {
    let Verdict { decision, hold } =
        verdict(reading, thread.state, thread.archetype, &documents.playbook.playbook);
    let template_key = match decision.action {
        NextAction::Reply(key) => Some(key),
        NextAction::Choose(_) | NextAction::Hold(_) => None,
    };
    let sticky_hold = hold.as_ref().map(|hold| hold.reason).filter(|reason| reason.sticks_to_thread());
    let event = hold.map_or(CandidateEvent::Decided, CandidateEvent::Held);
    Step {
        intent: reading.intent,
        template_key,
        thread: ThreadChange { archetype: decision.next_archetype, state: decision.next_state, sticky_hold },
        decision: Some(NewDecision {
            engine,
            playbook_version: documents.playbook.version,
            rule: decision.rule,
            action: json!(decision.action),
            classification: json!(reading),
            decided_by: DecidedBy::Rules,
            prompt_hash: None,
        }),
        ..Step::event(event)
    }
}
