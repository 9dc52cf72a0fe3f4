//! Writes a reply by the workflow for its situation.

use ai_harness::{
    task::{Untrusted, render},
    workflow::{Execution, Plan, PlanLimits, Step, StepKind, run},
};
use jiff::civil::Date;
use prospector_domain::{
    record::WorkflowRun,
    template::TemplateKey,
    workflow::{self, CONTEXT_TEMPLATE, Mission, Workflow, context_values},
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
}

impl Composer<'_> {
    /// Runs a workflow. What comes of it has passed no gate yet.
    pub(crate) async fn write(&self, chosen: &ChosenWorkflow<'_>) -> Result<Asked<Composed>, HandlerError> {
        let plan = self.plan(chosen.workflow)?;
        let options = self.asker.options();
        let written = match run(&self.asker.for_task(TASK), &plan, &options).await {
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
        }))
    }

    fn plan(&self, workflow: &Workflow) -> Result<Plan, HandlerError> {
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
        Ok(Plan {
            system,
            data: self.messages.clone(),
            steps: steps.collect(),
            execution: match workflow.execution {
                workflow::Execution::StepByStep => Execution::StepByStep,
                workflow::Execution::SinglePass => Execution::SinglePass,
            },
            limits: PlanLimits::default(),
        })
    }
}
