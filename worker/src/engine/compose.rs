//! Writes a reply by the workflow for its situation.

use ai_harness::{
    task::{Untrusted, render},
    workflow::{
        Correction, Execution, Plan, PlanLimits, Revision, Run, RunError, Step, StepKind, revise, run,
    },
};
use jiff::civil::Date;
use prospector_domain::{
    gate::Verdict,
    record::WorkflowRun,
    template::TemplateKey,
    workflow::{self, CONTEXT_TEMPLATE, Mission, Workflow, context_values, corrections},
};
use prospector_store::{ChosenWorkflow, Documents};
use serde_json::json;

use super::{
    asked::{Asked, of_run},
    asker::Asker,
};
use crate::failure::HandlerError;

/// The name under which calls of a workflow are kept.
const TASK: &str = "draft";
/// Longest thought of one step, in characters: enough for a note, too little for the reply.
const THINK_MAX_CHARS: u32 = 200;

/// What a reply is written from.
pub(crate) struct Composer<'a> {
    pub(crate) asker: Asker<'a>,
    pub(crate) documents: &'a Documents,
    pub(crate) mission: &'a Mission,
    pub(crate) today: Option<Date>,
    pub(crate) key: TemplateKey,
    /// What the contact wrote, oldest first.
    pub(crate) messages: Vec<Untrusted>,
}

/// A reply, and how it came about.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) body: String,
    pub(crate) run: WorkflowRun,
    /// What the model was told about how to write, which is no text for guests.
    pub(crate) instructions: String,
}

/// A plan, and the words in it that are instructions.
struct Planned {
    plan: Plan,
    instructions: String,
}

impl Composer<'_> {
    /// Runs a workflow. What comes of it has passed no gate yet.
    pub(crate) async fn write(&self, chosen: &ChosenWorkflow<'_>) -> Result<Asked<Composed>, HandlerError> {
        let Planned { plan, instructions } = self.plan(chosen.workflow)?;
        let written = run(&self.asker.for_task(TASK), &plan, &self.asker.options()).await;
        self.composed(chosen, instructions, written)
    }

    /// Writes a text again that the gate refused, told what is wrong with it.
    pub(crate) async fn revise(
        &self,
        chosen: &ChosenWorkflow<'_>,
        body: &str,
        verdict: &Verdict,
    ) -> Result<Asked<Composed>, HandlerError> {
        let Planned { plan, instructions } = self.plan(chosen.workflow)?;
        let correction = |fault: workflow::Correction| Correction {
            code: fault.code.to_string(),
            text: fault.text,
            fact: fault.fact,
        };
        let revision = Revision {
            body: body.to_owned(),
            corrections: corrections(verdict).into_iter().map(correction).collect(),
        };
        let written = revise(&self.asker.for_task(TASK), &plan, &revision, &self.asker.options()).await;
        self.composed(chosen, instructions, written)
    }

    /// Notes what was asked, and turns a run into what is kept of it.
    fn composed(
        &self,
        chosen: &ChosenWorkflow<'_>,
        instructions: String,
        written: Result<Run, RunError>,
    ) -> Result<Asked<Composed>, HandlerError> {
        let written = match written {
            Ok(written) => written,
            Err(error) => {
                if let Some(trail) = error.trail() {
                    self.asker.log.note_prompt(trail.prompt.canonical_text());
                }
                return of_run(self.asker.engine, error);
            }
        };
        let prompt_hash = self.asker.log.note_prompt(written.trail.prompt.canonical_text());
        let usage = written.trail.calls.usage();
        let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let reasoning: Vec<&str> =
            written.steps.iter().filter_map(|step| step.reasoning.as_deref()).collect();
        Ok(Asked::Answer(Composed {
            run: WorkflowRun {
                workflow_id: chosen.workflow.id.to_string(),
                workflow_version: chosen.workflow.version,
                workflow_arm: Some(chosen.arm.to_string()),
                prompt_hash,
                steps: json!(written.steps),
                reasoning: (!reasoning.is_empty()).then(|| reasoning.join("\n\n")),
                input_tokens: tokens(usage.input_tokens),
                output_tokens: tokens(usage.output_tokens),
            },
            body: written.body,
            instructions,
        }))
    }

    fn plan(&self, workflow: &Workflow) -> Result<Planned, HandlerError> {
        let Documents { facts, canon, .. } = self.documents;
        let broken = |why: String| HandlerError::permanent(format!("workflow {}: {why}", workflow.id));
        let values = context_values(workflow, &canon.canon, &facts.facts, self.mission, self.key, self.today)
            .map_err(|error| broken(error.to_string()))?;
        let system = render(CONTEXT_TEMPLATE, &values).map_err(|error| broken(error.to_string()))?;
        let max_chars = workflow.draft_max_chars(&facts.facts);
        let steps = workflow.steps.iter().map(|step| match step {
            workflow::Step::Think { text } => {
                Step { kind: StepKind::Think, instruction: text.clone(), max_chars: THINK_MAX_CHARS }
            }
            workflow::Step::Draft { text, .. } => {
                Step { kind: StepKind::Draft, instruction: text.clone(), max_chars }
            }
        });
        let told = workflow.steps.iter().map(workflow::Step::text);
        let rules = ["voice", "safety"].into_iter().flat_map(|part| texts_of(&values[part]));
        let instructions = rules.chain(told).collect::<Vec<_>>().join("\n");
        let plan = Plan {
            system,
            data: self.messages.clone(),
            steps: steps.collect(),
            execution: match workflow.execution {
                workflow::Execution::StepByStep => Execution::StepByStep,
                workflow::Execution::SinglePass => Execution::SinglePass,
            },
            limits: PlanLimits::default(),
        };
        Ok(Planned { plan, instructions })
    }
}

/// The texts of a list.
fn texts_of(list: &serde_json::Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str)
}
