//! Writing a body with the engine in force: for the first time, again with what was wrong with it, or from the fixed
//! text.

use ai_harness::task::Untrusted;
use prospector_domain::{
    candidate::Hold,
    engine::EngineId,
    facts::Facts,
    gate::Verdict,
    hold::HoldReason,
    id::ThreadId,
    job::Job,
    record::{Author, DraftOrigin, WorkflowRun},
    situation::{Archetype, ThreadState},
    template::{RenderContext, TemplateKey, render},
    workflow::Mission,
};
use prospector_store::{Documents, NewDraft, Outcome};

use crate::{
    engine::{Asked, CallLog, Composed, Composer},
    failure::HandlerError,
    tools::Tools,
};

/// What a reply is written for.
pub(super) struct Wanted<'a> {
    pub(super) key: TemplateKey,
    pub(super) engine: &'a EngineId,
    pub(super) archetype: Archetype,
    pub(super) state: ThreadState,
    /// The thread decides which version of a workflow writes; a single text has none, and gets the live one.
    pub(super) thread: Option<ThreadId>,
    pub(super) messages: Vec<Untrusted>,
}

/// A body, and where it came from.
pub(super) struct Written {
    pub(super) body: String,
    pub(super) origin: DraftOrigin,
    pub(super) run: Option<WorkflowRun>,
    /// What the model was told, which is no text for guests.
    pub(super) instructions: Option<String>,
}

/// Why there is no body.
pub(super) enum NoBody {
    /// A person sees to it.
    Hold(Hold),
    /// It may be written later.
    Wait(Outcome),
}

/// Writes for one job.
pub(super) struct Writer<'a> {
    pub(super) tools: &'a Tools,
    pub(super) job: &'a Job,
    pub(super) documents: &'a Documents,
    pub(super) mission: &'a Mission,
    pub(super) log: &'a CallLog,
}

impl Written {
    /// The draft that is kept of it.
    pub(super) fn into_draft(
        self,
        engine: &EngineId,
        key: TemplateKey,
        documents: &Documents,
        verdict: Verdict,
    ) -> NewDraft {
        NewDraft {
            author: Author::Engine,
            origin: self.origin,
            engine: if self.run.is_some() { engine.clone() } else { EngineId::Template },
            template_key: Some(key),
            template_version: Some(documents.canon.template_version(key)),
            facts_version: documents.facts.version,
            body: self.body,
            verdict,
            workflow: self.run,
        }
    }
}

impl Writer<'_> {
    /// A body by the engine in force, or why there is none. A body is never made up.
    pub(super) async fn write(&self, wanted: &Wanted<'_>) -> Result<Result<Written, NoBody>, HandlerError> {
        // What confirms an opt-out has a fixed form: no engine words it.
        if *wanted.engine == EngineId::Template || wanted.key == TemplateKey::OPT_OUT_CONFIRMATION {
            return Ok(self.fill(wanted.key, DraftOrigin::Written).map_err(NoBody::Hold));
        }
        self.ask(wanted, None).await
    }

    /// The same reply again, told what the gate found wrong with `body`.
    pub(super) async fn revise(
        &self,
        wanted: &Wanted<'_>,
        body: &str,
        verdict: &Verdict,
    ) -> Result<Result<Written, NoBody>, HandlerError> {
        self.ask(wanted, Some((body, verdict))).await
    }

    /// The fixed text of a situation, or the hold that its absence asks for.
    pub(super) fn fill(&self, key: TemplateKey, origin: DraftOrigin) -> Result<Written, Hold> {
        let facts: &Facts = &self.documents.facts.facts;
        let context = RenderContext { today: self.tools.today(facts) };
        match render(self.documents.canon.canon.template(key), facts, &context) {
            Ok(body) => Ok(Written { body, origin, run: None, instructions: None }),
            Err(error) => {
                Err(Hold::new(HoldReason::NoBody, format!("template {key} gives no text: {error}")))
            }
        }
    }

    async fn ask(
        &self,
        wanted: &Wanted<'_>,
        refused: Option<(&str, &Verdict)>,
    ) -> Result<Result<Written, NoBody>, HandlerError> {
        let Wanted { key, engine, archetype, state, thread, .. } = *wanted;
        let Some(chosen) = self.documents.workflows.choose(archetype, state, key, engine, thread) else {
            let detail = format!("no workflow of {engine} is for {key}, {archetype}, {state}");
            return Ok(Err(NoBody::Hold(Hold::new(HoldReason::NoWorkflow, detail))));
        };
        if let Some(wait) = self.tools.wait_for_engine(self.job, engine).await? {
            return Ok(Err(NoBody::Wait(wait)));
        }
        let composer = Composer {
            asker: self.tools.asker(self.job, engine, self.log),
            documents: self.documents,
            mission: self.mission,
            today: self.tools.today(&self.documents.facts.facts),
            key,
            messages: wanted.messages.clone(),
        };
        let (asked, origin) = match refused {
            None => (composer.write(&chosen).await?, DraftOrigin::Written),
            Some((body, verdict)) => (composer.revise(&chosen, body, verdict).await?, DraftOrigin::Revised),
        };
        Ok(match asked {
            Asked::Answer(Composed { body, run, instructions }) => {
                Ok(Written { body, origin, run: Some(run), instructions: Some(instructions) })
            }
            Asked::NoUse(why) => {
                let detail = format!("workflow {} gave no text: {why}", chosen.workflow.id);
                Err(NoBody::Hold(Hold::new(HoldReason::NoBody, detail)))
            }
            Asked::Wait(wait) => Err(NoBody::Wait(wait)),
        })
    }
}
