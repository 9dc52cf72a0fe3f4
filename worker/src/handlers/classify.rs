//! Reads the messages of a burst and decides what to do about them.

use std::sync::Arc;

use jiff::tz::TimeZone;
use prospector_domain::{
    candidate::{CandidateEvent, Hold},
    classify::Classification,
    content_hash::ContentHash,
    decision::{DecidedBy, NextAction},
    engine::EngineId,
    facts::Facts,
    hold::HoldReason,
    id::CandidateId,
    job::Job,
    single_job::{ClassifyText, SinglePayload},
    situation::{Archetype, ThreadState},
    template::TemplateKey,
};
use prospector_store::{Documents, NewDecision, Outcome, Step, ThreadChange};
use serde_json::json;

use super::{
    payload_of,
    verdict::{Open, Verdict, read, verdict},
};
use crate::{
    engine::{Asked, Asker, CallLog, Crossroads, choose, read_intent},
    execute::{Handled, Handler},
    failure::HandlerError,
    tools::Tools,
};

/// Reads messages by rules, and by a model where rules abstain; decides by the playbook in force.
pub(crate) struct ClassifyHandler {
    pub(crate) tools: Arc<Tools>,
}

impl Handler for ClassifyHandler {
    async fn handle(&self, job: &Job, log: &CallLog) -> Result<Handled, HandlerError> {
        let outcome = match job.candidate_id {
            Some(id) => self.read_burst(job, id, log).await?,
            None => self.read_text(job, log).await?,
        };
        Ok(Handled::Outcome(outcome))
    }
}

/// What is read, and where the conversation stands.
struct Matter<'a> {
    text: &'a str,
    state: ThreadState,
    archetype: Archetype,
    documents: &'a Documents,
    engine: &'a EngineId,
}

/// A message that was read and decided about.
struct Read {
    reading: Classification,
    verdict: Verdict,
    decided_by: DecidedBy,
    prompt_hash: Option<ContentHash>,
}

impl ClassifyHandler {
    async fn read_burst(&self, job: &Job, id: CandidateId, log: &CallLog) -> Result<Outcome, HandlerError> {
        let tools = &self.tools;
        // What went out before matters only to admission.
        let situation = tools.store.situation(id, tools.now()).await?;
        let documents = tools.store.documents().await?;
        let engine = tools.store.settings().await?.draft_engine;
        let zone = tools.zone_of(&documents.facts.facts);
        let text = situation.burst_text();
        let reading = read(&text, situation.received_at(), &zone, &documents.facts.facts);
        let (state, archetype) = (situation.thread.state, situation.thread.archetype);
        let matter = Matter { text: &text, state, archetype, documents: &documents, engine: &engine };
        Ok(match self.decide(job, reading, &matter, log).await? {
            Ok(read) => Outcome::Step(Box::new(step(read, &documents, engine))),
            Err(wait) => wait,
        })
    }

    async fn read_text(&self, job: &Job, log: &CallLog) -> Result<Outcome, HandlerError> {
        let SinglePayload::Classify(asked) = payload_of(job)? else {
            return Err(HandlerError::permanent("the payload is of another kind"));
        };
        let documents = self.tools.store.documents().await?;
        let engine = self.tools.store.settings().await?.draft_engine;
        let facts = &documents.facts.facts;
        let zone = asked.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        let zone = zone.unwrap_or_else(|| self.tools.zone_of(facts));
        let reading = read(&asked.text, job.created_at_ms, &zone, facts);
        let ClassifyText { text, state, archetype, .. } = asked;
        let matter = Matter { text: &text, state, archetype, documents: &documents, engine: &engine };
        Ok(match self.decide(job, reading, &matter, log).await? {
            Ok(read) => Outcome::Done(json!({
                "classification": read.reading,
                "decision": read.verdict.decision,
                "decided_by": read.decided_by,
                "playbook_version": documents.playbook.version,
            })),
            Err(wait) => wait,
        })
    }

    /// Decides about what the rules have read. What they leave open is asked of the engine in force; the inner error is
    /// the outcome of a job that has to wait for it.
    async fn decide(
        &self,
        job: &Job,
        reading: Classification,
        matter: &Matter<'_>,
        log: &CallLog,
    ) -> Result<Result<Read, Outcome>, HandlerError> {
        let judge = |reading: &Classification| {
            verdict(reading, matter.state, matter.archetype, &matter.documents.playbook.playbook)
        };
        let mut read =
            Read { verdict: judge(&reading), reading, decided_by: DecidedBy::Rules, prompt_hash: None };
        if read.verdict.open.is_none() || *matter.engine == EngineId::Template {
            return Ok(Ok(read));
        }
        if let Some(wait) = self.tools.wait_for_engine(job, matter.engine).await? {
            return Ok(Err(wait));
        }
        let asker = self.tools.asker(job, matter.engine, log);
        if read.verdict.open == Some(Open::Intent) {
            match self.ask_intent(&asker, matter, &mut read).await? {
                Some(wait) => return Ok(Err(wait)),
                None if read.reading.intent.is_none() => return Ok(Ok(read)),
                None => read.verdict = judge(&read.reading),
            }
        }
        if let Some(Open::Choice(keys)) = read.verdict.open.clone()
            && let Some(wait) = self.ask_choice(&asker, &keys, matter, &mut read).await?
        {
            return Ok(Err(wait));
        }
        Ok(Ok(read))
    }

    /// Asks what the message wants. Where the model does not know either, a person does: never a guess.
    async fn ask_intent(
        &self,
        asker: &Asker<'_>,
        matter: &Matter<'_>,
        read: &mut Read,
    ) -> Result<Option<Outcome>, HandlerError> {
        let why = match read_intent(asker, &about(&matter.documents.facts.facts), matter.text).await? {
            Asked::Wait(wait) => return Ok(Some(wait)),
            Asked::NoUse(why) => why,
            Asked::Answer(answer) => {
                read.decided_by = DecidedBy::Model;
                read.prompt_hash = Some(answer.prompt_hash);
                if let Some(intent) = answer.intent {
                    read.reading.intent = Some(intent);
                    read.reading.abstained = None;
                    return Ok(None);
                }
                "the model is not sure".to_owned()
            }
        };
        let detail = format!("neither rules nor the model say what the message wants: {why}");
        read.leave_to_a_person(detail);
        Ok(None)
    }

    /// Asks which of the allowed replies it is.
    async fn ask_choice(
        &self,
        asker: &Asker<'_>,
        keys: &[TemplateKey],
        matter: &Matter<'_>,
        read: &mut Read,
    ) -> Result<Option<Outcome>, HandlerError> {
        let Some(intent) = read.reading.intent else { return Ok(None) };
        let Matter { text, state, archetype, .. } = *matter;
        match choose(asker, keys, Crossroads { text, intent, state, archetype }).await? {
            Asked::Wait(wait) => return Ok(Some(wait)),
            Asked::NoUse(why) => {
                read.leave_to_a_person(format!("the model made no choice among the replies: {why}"));
            }
            Asked::Answer((key, prompt_hash)) => {
                read.decided_by = DecidedBy::Model;
                read.prompt_hash = Some(prompt_hash);
                read.verdict.decision.action = NextAction::Reply(key);
                read.verdict.hold = None;
            }
        }
        Ok(None)
    }
}

/// What the texts are, as a model is told.
fn about(facts: &Facts) -> String {
    let business = facts.about.as_deref().unwrap_or("A small business");
    format!("They are messages that guests write to this business: {business}.")
}

impl Read {
    /// Not `engine_unavailable`, which ends by itself while an engine is there: the same would be asked again and again.
    fn leave_to_a_person(&mut self, detail: String) {
        self.verdict.decision.action = NextAction::Hold(HoldReason::NoWorkflow);
        self.verdict.hold = Some(Hold::new(HoldReason::NoWorkflow, detail));
    }
}

fn step(read: Read, documents: &Documents, engine: EngineId) -> Step {
    let Read { reading, verdict: Verdict { decision, hold, .. }, decided_by, prompt_hash } = read;
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
            decided_by,
            prompt_hash,
        }),
        ..Step::event(event)
    }
}
