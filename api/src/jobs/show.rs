//! Looking at jobs, calling one off, running one again.

use axum::{Json, extract::State};
use prospector_domain::{
    access::Scope,
    id::{JobId, ThreadId},
    job::{JobKind, JobState},
};
use prospector_store::{JobFilter, JobTurn};
use serde::Deserialize;

use super::view::JobView;
use crate::{
    access::Caller,
    problem::{Code, Problem},
    request::{Cursor, Limit, Page, Params, PathId},
    state::ApiState,
    wire,
};

/// Which jobs.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct JobQuery {
    /// Only this kind.
    #[param(value_type = Option<wire::JobKind>)]
    kind: Option<JobKind>,
    /// Only this state.
    #[param(value_type = Option<wire::JobState>)]
    state: Option<JobState>,
    /// Only jobs of this thread.
    #[param(value_type = Option<uuid::Uuid>)]
    thread: Option<ThreadId>,
    /// Items on a page. Default 50.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// List jobs.
#[utoipa::path(get, path = "/v1/jobs", tag = "Jobs", params(JobQuery),
    responses((status = 200, body = Page<JobView>)))]
pub(super) async fn list_jobs(
    State(state): State<ApiState>,
    Params(query): Params<JobQuery>,
) -> Result<Json<Page<JobView>>, Problem> {
    let filter = JobFilter {
        kind: query.kind,
        state: query.state,
        thread_id: query.thread,
        before: query.cursor.map(|cursor| cursor.key::<JobId>()).transpose()?,
    };
    let jobs = state.store().jobs(&filter, query.limit.to_read()).await?;
    Ok(Json(Page::of(jobs, query.limit, |job| job.id, JobView::from)))
}

/// Show a job.
///
/// Its state, every failed attempt and, once it has succeeded, its result. A key without the scope `read` sees the jobs
/// it asked for itself.
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "Jobs",
    params(("id" = uuid::Uuid, Path, description = "The job's id.")),
    responses((status = 200, body = JobView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn show_job(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<JobId>,
) -> Result<Json<JobView>, Problem> {
    let job = state.store().job(id).await?;
    let key = caller.key_id().to_string();
    let shown = job.filter(|job| caller.may(Scope::Read) || job.created_by.as_ref() == Some(&key));
    let job = shown.ok_or_else(|| Problem::new(Code::NotFound, format!("no job with id {id}")))?;
    Ok(Json(job.into()))
}

/// Cancel a job.
///
/// Works until it has finished. A job of a candidate cannot be cancelled: reject the candidate instead.
#[utoipa::path(post, path = "/v1/jobs/{id}/cancel", tag = "Jobs",
    params(("id" = uuid::Uuid, Path, description = "The job's id.")),
    responses((status = 200, body = JobView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn cancel_job(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<JobId>,
) -> Result<Json<JobView>, Problem> {
    let now = state.now();
    let JobTurn { job, hints } = state.store().cancel_job(now, id, caller.name()).await?;
    state.committed(now, &hints);
    Ok(Json(job.into()))
}

/// Run a dead or cancelled job again.
///
/// With all its attempts. A dead job of a candidate is run again by releasing its candidate.
#[utoipa::path(post, path = "/v1/jobs/{id}/retry", tag = "Jobs",
    params(("id" = uuid::Uuid, Path, description = "The job's id.")),
    responses((status = 200, body = JobView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn retry_job(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<JobId>,
) -> Result<Json<JobView>, Problem> {
    let now = state.now();
    let JobTurn { job, hints } = state.store().replay_job(now, id, caller.name()).await?;
    state.committed(now, &hints);
    Ok(Json(job.into()))
}
