//! The queues: how deep each is, and whether it is paused.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use prospector_domain::job::{JobKind, JobState};
use serde::Serialize;
use strum::VariantArray as _;
use utoipa::ToSchema;

use crate::{access::Caller, problem::Problem, request::PathId, state::ApiState, wire};

/// One queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue, examples(json!({
    "kind": "draft", "paused": false, "jobs": {"queued": 3, "running": 1}, "oldest_due_ms": 1_772_366_400_000_i64
})))]
pub(super) struct QueueView {
    /// The kind of job that travels through it.
    #[schema(value_type = wire::JobKind)]
    kind: JobKind,
    /// True while workers take no job of the kind.
    paused: bool,
    /// How many jobs are in each state; states without one are left out.
    #[schema(value_type = BTreeMap<String, i64>)]
    jobs: BTreeMap<JobState, i64>,
    /// Since when the oldest waiting job could have run, or from when it may.
    oldest_due_ms: Option<i64>,
}

/// Every queue.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Queues {
    /// One for each kind.
    items: Vec<QueueView>,
}

/// List the queues.
#[utoipa::path(get, path = "/v1/queues", tag = "Jobs", responses((status = 200, body = Queues)))]
pub(super) async fn list_queues(State(state): State<ApiState>) -> Result<Json<Queues>, Problem> {
    let items = read_queues(&state).await?;
    Ok(Json(Queues { items }))
}

/// Pause a queue.
///
/// Workers finish what runs and take no more jobs of the kind. They are not lost, and cost no attempts.
#[utoipa::path(post, path = "/v1/queues/{kind}/pause", tag = "Jobs",
    params(("kind" = wire::JobKind, Path, description = "The kind of job.")),
    responses((status = 200, body = QueueView)))]
pub(super) async fn pause_queue(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(kind): PathId<JobKind>,
) -> Result<Json<QueueView>, Problem> {
    let now = state.now();
    state.store().pause_kind(now, kind, caller.name()).await?;
    state.committed(now, &[]);
    show_queue(&state, kind).await
}

/// Resume a queue.
#[utoipa::path(post, path = "/v1/queues/{kind}/resume", tag = "Jobs",
    params(("kind" = wire::JobKind, Path, description = "The kind of job.")),
    responses((status = 200, body = QueueView)))]
pub(super) async fn resume_queue(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(kind): PathId<JobKind>,
) -> Result<Json<QueueView>, Problem> {
    let now = state.now();
    state.store().resume_kind(now, kind, caller.name()).await?;
    state.committed(now, &[]);
    show_queue(&state, kind).await
}

async fn show_queue(state: &ApiState, kind: JobKind) -> Result<Json<QueueView>, Problem> {
    let queue = read_queues(state).await?.into_iter().find(|queue| queue.kind == kind);
    Ok(Json(queue.unwrap_or_else(|| QueueView::empty(kind))))
}

async fn read_queues(state: &ApiState) -> Result<Vec<QueueView>, Problem> {
    let paused = state.store().paused_kinds().await?;
    let mut queues: Vec<QueueView> = JobKind::VARIANTS.iter().map(|kind| QueueView::empty(*kind)).collect();
    for queue in &mut queues {
        queue.paused = paused.contains(&queue.kind);
    }
    for depth in state.store().queue_depths().await? {
        let Some(queue) = queues.iter_mut().find(|queue| queue.kind == depth.kind) else { continue };
        queue.jobs.insert(depth.state, depth.jobs);
        if depth.state == JobState::Queued {
            queue.oldest_due_ms = Some(depth.oldest_run_at_ms.0);
        }
    }
    Ok(queues)
}

impl QueueView {
    const fn empty(kind: JobKind) -> Self {
        Self { kind, paused: false, jobs: BTreeMap::new(), oldest_due_ms: None }
    }
}
