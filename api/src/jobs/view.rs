//! A job as it is shown.

use prospector_domain::job::{ErrorClass, Job, JobKind, JobState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire;

/// A job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job, examples(json!({
    "id": "019ca945-0a00-7000-8000-000000000001",
    "kind": "draft",
    "state": "succeeded",
    "thread_id": null,
    "candidate_id": null,
    "priority": 5,
    "run_at_ms": 1_772_366_400_000_i64,
    "attempt": 1,
    "max_attempts": 8,
    "lease_owner": null,
    "lease_until_ms": null,
    "payload": {"template_key": "②"},
    "result": {"body": "Hello, a double room is €90 per night. Quinn", "verdict": {"ok": true, "violations": [], "mentions": []}},
    "errors": [],
    "callback": {"sink": "bridge"},
    "created_by": "019ca945-0a00-7000-8000-0000000000aa",
    "created_at_ms": 1_772_366_400_000_i64,
    "started_at_ms": 1_772_366_400_002_i64,
    "finished_at_ms": 1_772_366_400_004_i64
})))]
pub(crate) struct JobView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: String,
    /// What it does.
    #[schema(value_type = wire::JobKind)]
    kind: JobKind,
    /// Where it stands.
    #[schema(value_type = wire::JobState)]
    state: JobState,
    /// The thread it belongs to.
    #[schema(value_type = Option<uuid::Uuid>)]
    thread_id: Option<String>,
    /// The candidate it moves forward; null for a single job.
    #[schema(value_type = Option<uuid::Uuid>)]
    candidate_id: Option<String>,
    /// Lower runs first, 0 to 9.
    priority: i64,
    /// Not before this moment.
    run_at_ms: i64,
    /// Attempts so far.
    attempt: i64,
    /// After this many attempts a failure is final.
    max_attempts: i64,
    /// The worker that runs it.
    lease_owner: Option<String>,
    /// Until when that worker holds it, unless it renews.
    lease_until_ms: Option<i64>,
    /// Its input, for a single job.
    #[schema(value_type = Value)]
    payload: serde_json::Value,
    /// Its output, once it has succeeded.
    #[schema(value_type = Option<Value>)]
    result: Option<serde_json::Value>,
    /// Every failed attempt, oldest first.
    errors: Vec<AttemptView>,
    /// Who is told when it has finished.
    callback: Option<CallbackBody>,
    /// Who asked for it: the id of an API key, or another part of the system.
    created_by: Option<String>,
    /// When it was asked for.
    created_at_ms: i64,
    /// When it was last taken up.
    started_at_ms: Option<i64>,
    /// When it succeeded, died or was cancelled.
    finished_at_ms: Option<i64>,
}

/// A failed attempt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttemptError)]
struct AttemptView {
    /// When it failed.
    at_ms: i64,
    /// Its number, from 1.
    attempt: i64,
    /// What kind of failure it was.
    #[schema(value_type = wire::ErrorClass)]
    class: ErrorClass,
    /// The chain of causes, outermost first.
    chain: Vec<String>,
}

/// Who is told when a job has finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Callback)]
pub(crate) struct CallbackBody {
    /// The name of a configured sink.
    #[schema(examples("bridge"))]
    pub(crate) sink: String,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        let attempt = |error: prospector_domain::job::AttemptError| AttemptView {
            at_ms: error.at_ms.0,
            attempt: error.attempt,
            class: error.class,
            chain: error.chain,
        };
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            state: job.state,
            thread_id: job.thread_id.map(|id| id.to_string()),
            candidate_id: job.candidate_id.map(|id| id.to_string()),
            priority: job.priority,
            run_at_ms: job.run_at_ms.0,
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            lease_owner: job.lease_owner,
            lease_until_ms: job.lease_until_ms.map(|at| at.0),
            payload: job.payload,
            result: job.result,
            errors: job.errors.into_iter().map(attempt).collect(),
            callback: job.callback.map(|sink| CallbackBody { sink }),
            created_by: job.created_by,
            created_at_ms: job.created_at_ms.0,
            started_at_ms: job.started_at_ms.map(|at| at.0),
            finished_at_ms: job.finished_at_ms.map(|at| at.0),
        }
    }
}
