//! A candidate with all that was written about it.

use prospector_domain::{
    decision::DecidedBy,
    gate::Verdict,
    id::{CandidateId, DraftId},
    judgement::{Criterion, JudgedProblem, Judgement},
    record::{Author, Draft, DraftOrigin, IntentState, SendIntent, WorkflowRun},
    template::TemplateKey,
};
use prospector_store::DecisionView as StoredDecision;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    actions::{Action, actions},
    view::CandidateView,
};
use crate::{
    problem::{Code, Problem},
    state::ApiState,
    wire,
};

/// A candidate with its drafts, decisions and delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CandidateDetail {
    /// The candidate.
    candidate: CandidateView,
    /// What a human can do about it now.
    actions: Vec<Action>,
    /// Every draft, oldest first. One that is not clean is evidence and cannot be sent.
    drafts: Vec<DraftView>,
    /// Every decision, oldest first.
    decisions: Vec<DecisionView>,
    /// How its delivery stands, once it was meant to go out.
    delivery: Option<DeliveryView>,
}

/// One text written for a candidate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
struct DraftView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// True for the draft that would be sent.
    in_force: bool,
    /// True when the gate found nothing wrong with it.
    clean: bool,
    /// Who wrote it.
    #[schema(value_type = wire::Author)]
    author: Author,
    /// How it came to be.
    #[schema(value_type = wire::DraftOrigin)]
    origin: DraftOrigin,
    /// The engine that wrote it, or was in force when a human wrote it.
    #[schema(examples("template"))]
    engine: String,
    /// The template it came from.
    #[schema(value_type = Option<wire::TemplateKey>)]
    template_key: Option<TemplateKey>,
    /// That template's version.
    template_version: Option<i64>,
    /// The facts the verdict was given under.
    facts_version: i64,
    /// The text.
    body: String,
    /// What the gate said.
    #[schema(value_type = wire::VerdictSchema)]
    verdict: Verdict,
    /// What a judge said; none when none was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    judgement: Option<JudgementView>,
    /// How a model came to it; none when no model did.
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<WorkflowRunView>,
    /// What its calls cost so far, in millionths of a dollar; none until the machine's time was accounted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_microusd: Option<i64>,
    /// When it was written.
    created_at_ms: i64,
}

/// What a judge, which is a model, said about a text that passed the gate. It can hold a text and never let one go.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Judgement)]
struct JudgementView {
    /// The engine that was asked.
    engine: String,
    /// What it found; null when nobody answered.
    problems: Option<Vec<ProblemView>>,
    /// Problems that did not count because their quote is not in the text.
    discarded: u32,
    /// Why there is no judgement, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_because: Option<String>,
    /// The hash of the exact prompt, when something was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_hash: Option<String>,
    /// When.
    judged_at_ms: i64,
}

/// One problem that a judge found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JudgedProblem)]
struct ProblemView {
    /// The line of the rubric.
    #[schema(value_type = wire::Criterion)]
    criterion: Criterion,
    /// The words of the text that prove it.
    quote: String,
    /// Why they do, in the judge's words.
    why: String,
}

/// How a model came to a text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowRun)]
struct WorkflowRunView {
    /// The workflow.
    #[schema(examples("price"))]
    workflow_id: String,
    /// Its version.
    workflow_version: i64,
    /// The label it was chosen by: `live` or `challenger`.
    workflow_arm: Option<String>,
    /// The hash of the exact prompt.
    prompt_hash: String,
    /// What each step said.
    #[schema(value_type = Vec<Object>)]
    steps: serde_json::Value,
    /// Tokens that all steps read.
    input_tokens: i64,
    /// Tokens that all steps wrote.
    output_tokens: i64,
}

/// A decision as it was noted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
struct DecisionView {
    /// The engine in force.
    #[schema(examples("template"))]
    engine: String,
    /// The playbook's version.
    playbook_version: i64,
    /// The rule that decided.
    #[schema(examples("availability-without-dates"))]
    rule: String,
    /// What it said: a reply, a choice, or a hold.
    #[schema(value_type = Object)]
    action: serde_json::Value,
    /// What it was decided from: intent, atoms and the words that gave them away.
    #[schema(value_type = Object)]
    classification: serde_json::Value,
    /// Who came to it: `rules`, or a `model` where they left it open.
    #[schema(value_type = String, examples("rules"))]
    decided_by: DecidedBy,
    /// The hash of the exact prompt, when a model did.
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_hash: Option<String>,
    /// When.
    created_at_ms: i64,
}

/// The row behind a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
struct DeliveryView {
    /// The `webhook-id`: the same at every attempt.
    #[schema(value_type = uuid::Uuid)]
    webhook_id: String,
    /// The draft that goes out.
    #[schema(value_type = uuid::Uuid)]
    draft_id: String,
    /// Where it stands.
    #[schema(value_type = wire::IntentState)]
    state: IntentState,
    /// The sink it was last sent to.
    sink: Option<String>,
    /// Not before this moment.
    not_before_ms: i64,
    /// How often it was sent.
    attempts: i64,
    /// The HTTP status of the last answer.
    last_status: Option<i64>,
    /// What went wrong last.
    last_error: Option<String>,
    /// When it was delivered.
    delivered_at_ms: Option<i64>,
}

/// Reads a candidate and describes it.
pub(super) async fn read_candidate(state: &ApiState, id: CandidateId) -> Result<CandidateDetail, Problem> {
    let read = state.store().candidate(id).await?;
    let read = read.ok_or_else(|| Problem::new(Code::NotFound, format!("no candidate with id {id}")))?;
    let in_force = read.candidate.draft_id;
    let clean = read.drafts.iter().any(|draft| Some(draft.id) == in_force && draft.verdict.ok);
    Ok(CandidateDetail {
        actions: actions(&read.candidate, clean),
        candidate: read.candidate.into(),
        drafts: read.drafts.into_iter().map(|draft| DraftView::of(draft, in_force)).collect(),
        decisions: read.decisions.into_iter().map(DecisionView::from).collect(),
        delivery: read.intent.map(DeliveryView::from),
    })
}

impl DraftView {
    fn of(draft: Draft, in_force: Option<DraftId>) -> Self {
        Self {
            id: draft.id.to_string(),
            in_force: Some(draft.id) == in_force,
            clean: draft.verdict.ok,
            author: draft.author,
            origin: draft.origin,
            engine: draft.engine.to_string(),
            template_key: draft.template_key,
            template_version: draft.template_version,
            facts_version: draft.facts_version,
            body: draft.body,
            verdict: draft.verdict,
            judgement: draft.judgement.map(JudgementView::from),
            workflow: draft.workflow.map(WorkflowRunView::from),
            cost_microusd: draft.cost_microusd,
            created_at_ms: draft.created_at_ms.0,
        }
    }
}

impl From<Judgement> for JudgementView {
    fn from(judgement: Judgement) -> Self {
        let view = |problem: JudgedProblem| ProblemView {
            criterion: problem.criterion,
            quote: problem.quote,
            why: problem.why,
        };
        Self {
            engine: judgement.engine.to_string(),
            problems: judgement.problems.map(|problems| problems.into_iter().map(view).collect()),
            discarded: judgement.discarded,
            missing_because: judgement.missing_because,
            prompt_hash: judgement.prompt_hash.map(|hash| hash.to_string()),
            judged_at_ms: judgement.judged_at_ms.0,
        }
    }
}

impl From<WorkflowRun> for WorkflowRunView {
    fn from(run: WorkflowRun) -> Self {
        Self {
            workflow_id: run.workflow_id,
            workflow_version: run.workflow_version,
            workflow_arm: run.workflow_arm,
            prompt_hash: run.prompt_hash.to_string(),
            steps: run.steps,
            input_tokens: run.input_tokens,
            output_tokens: run.output_tokens,
        }
    }
}

impl From<StoredDecision> for DecisionView {
    fn from(decision: StoredDecision) -> Self {
        Self {
            engine: decision.engine,
            playbook_version: decision.playbook_version,
            rule: decision.rule,
            action: decision.action,
            classification: decision.classification,
            decided_by: decision.decided_by,
            prompt_hash: decision.prompt_hash.map(|hash| hash.to_string()),
            created_at_ms: decision.created_at_ms.0,
        }
    }
}

impl From<SendIntent> for DeliveryView {
    fn from(intent: SendIntent) -> Self {
        Self {
            webhook_id: intent.id.to_string(),
            draft_id: intent.draft_id.to_string(),
            state: intent.state,
            sink: intent.sink,
            not_before_ms: intent.not_before_ms.0,
            attempts: intent.attempts,
            last_status: intent.last_status,
            last_error: intent.last_error,
            delivered_at_ms: intent.delivered_at_ms.map(|at| at.0),
        }
    }
}
