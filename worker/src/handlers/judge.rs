//! Asks a model whether anything is wrong with a draft that passed the gate. It can add a hold and nothing else: where
//! nobody can be asked, the draft goes on.

use std::sync::Arc;

use prospector_domain::{
    candidate::CandidateEvent, engine::EngineId, id::CandidateId, job::Job, judgement::Judgement,
    single_job::SinglePayload,
};
use prospector_store::{Motion, Outcome, Step};
use serde_json::json;

use super::payload_of;
use crate::{
    engine::{CallLog, Question, judge, no_judgement},
    execute::{Handled, Handler},
    failure::HandlerError,
    metrics::count_judgement,
    tools::Tools,
};

/// Judges drafts with the engine in force.
pub(crate) struct JudgeHandler {
    pub(crate) tools: Arc<Tools>,
}

impl Handler for JudgeHandler {
    async fn handle(&self, job: &Job, log: &CallLog) -> Result<Handled, HandlerError> {
        let outcome = match job.candidate_id {
            Some(id) => self.judge_draft(job, id, log).await?,
            None => self.judge_text(job, log).await?,
        };
        Ok(Handled::Outcome(outcome))
    }
}

/// A text to be judged.
struct Matter<'a> {
    body: &'a str,
    inbound: Option<&'a str>,
}

impl JudgeHandler {
    async fn judge_draft(&self, job: &Job, id: CandidateId, log: &CallLog) -> Result<Outcome, HandlerError> {
        let tools = &self.tools;
        // What went out before matters only to admission.
        let situation = tools.store.situation(id, tools.now()).await?;
        let draft = match situation.candidate.draft_id {
            Some(draft) => tools.store.draft(draft).await?,
            None => None,
        };
        let Some(draft) = draft else {
            return Err(HandlerError::permanent("a judgement is asked for, but nothing was written"));
        };
        let inbound = situation.burst_text();
        let matter = Matter { body: &draft.body, inbound: Some(&inbound) };
        let judgement = match self.judge(job, &matter, log).await? {
            Ok(judgement) => judgement,
            Err(wait) => return Ok(wait),
        };
        let motion = match judgement.hold() {
            Some(hold) => Motion::Event(CandidateEvent::Held(hold)),
            None => Motion::ByMode { undo_window_ms: tools.undo_window_ms },
        };
        Ok(Outcome::Step(Box::new(Step {
            motion,
            judgement: Some(judgement),
            ..Step::event(CandidateEvent::Staged)
        })))
    }

    async fn judge_text(&self, job: &Job, log: &CallLog) -> Result<Outcome, HandlerError> {
        let SinglePayload::Judge(asked) = payload_of(job)? else {
            return Err(HandlerError::permanent("the payload is of another kind"));
        };
        let matter = Matter { body: &asked.body, inbound: asked.inbound.as_deref() };
        Ok(match self.judge(job, &matter, log).await? {
            Ok(judgement) => Outcome::Done(json!({ "judgement": judgement })),
            Err(wait) => wait,
        })
    }

    /// Asks. The inner error parks the job once, while a machine serves, so that the machine counts as busy.
    async fn judge(
        &self,
        job: &Job,
        matter: &Matter<'_>,
        log: &CallLog,
    ) -> Result<Result<Judgement, Outcome>, HandlerError> {
        let tools = &self.tools;
        let engine = tools.store.settings().await?.draft_engine;
        let asker = tools.asker(job, &engine, log);
        let serves = engine != EngineId::Template && tools.endpoints.serves(&engine).await?;
        if serves && let Some(wait) = tools.wait_for_engine(job, &engine).await? {
            return Ok(Err(wait));
        }
        let judgement = if serves {
            let facts = tools.store.facts().await?.facts;
            let Matter { body, inbound } = *matter;
            let question = Question { facts: &facts, today: tools.today(&facts), inbound, body };
            judge(&asker, &question).await
        } else {
            no_judgement(&asker, format!("engine {engine} does not serve"))
        };
        count_judgement(&judgement);
        Ok(Ok(judgement))
    }
}
