//! A human's decisions about candidates. They are events through the same state machine as everything else.

use axum::{Json, extract::State};
use prospector_domain::{acceptable, id::CandidateId};
use prospector_store::Approval;
use serde::Deserialize;
use utoipa::ToSchema;

use super::detail::{CandidateDetail, read_candidate};
use crate::{
    access::Caller,
    inbound::unacceptable,
    jobs::violates,
    problem::{Problem, ProblemBody},
    request::{OptionalJsonBody, PathId},
    state::ApiState,
};

/// An approval.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"body": "Hello, a double room is €90 per night. Quinn"})))]
pub(super) struct ApprovalBody {
    /// Another text in the draft's place; it passes the gate first. Default the draft in force, which must be clean.
    body: Option<String>,
}

/// Approve a candidate.
///
/// It goes out as soon as everything that is checked at the moment of sending allows it. An edited text that the gate
/// turns down is answered with the violations and changes nothing.
#[utoipa::path(post, path = "/v1/candidates/{id}/approve", tag = "Candidates",
    request_body(content = Option<ApprovalBody>, content_type = "application/json"),
    params(("id" = uuid::Uuid, Path, description = "The candidate's id.")),
    responses(
        (status = 200, body = CandidateDetail),
        (status = 404, response = crate::openapi::NotFound),
        (status = 422, description = "`gate_violation`: see `violations`.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn approve(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<CandidateId>,
    OptionalJsonBody(approval): OptionalJsonBody<ApprovalBody>,
) -> Result<Json<CandidateDetail>, Problem> {
    if let Some(body) = &approval.body {
        acceptable::text(body, state.inbound().text_max_chars)
            .map_err(|why| Problem::fields(vec![unacceptable("body", &why)]))?;
    }
    let now = state.now();
    match state.store().approve(now, id, caller.name(), approval.body.as_deref()).await? {
        Approval::Scheduled(hints) => state.committed(now, &hints),
        Approval::Violates(verdict) => return Err(violates("body", verdict)),
    }
    read_candidate(&state, id).await.map(Json)
}

/// Reject a candidate.
///
/// It will not be sent. Works until its delivery has begun.
#[utoipa::path(post, path = "/v1/candidates/{id}/reject", tag = "Candidates",
    params(("id" = uuid::Uuid, Path, description = "The candidate's id.")),
    responses((status = 200, body = CandidateDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn reject(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<CandidateId>,
) -> Result<Json<CandidateDetail>, Problem> {
    let now = state.now();
    state.store().reject(now, id, caller.name()).await?;
    state.committed(now, &[]);
    read_candidate(&state, id).await.map(Json)
}

/// Call a candidate back.
///
/// The undo of what goes out by itself: it waits for a human instead. Works until its delivery has begun.
#[utoipa::path(post, path = "/v1/candidates/{id}/undo", tag = "Candidates",
    params(("id" = uuid::Uuid, Path, description = "The candidate's id.")),
    responses((status = 200, body = CandidateDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn undo(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<CandidateId>,
) -> Result<Json<CandidateDetail>, Problem> {
    let now = state.now();
    state.store().undo(now, id, caller.name()).await?;
    state.committed(now, &[]);
    read_candidate(&state, id).await.map(Json)
}

/// Release a candidate.
///
/// Lets a held one go on: it is read and drafted anew, or sent when a human had approved it.
#[utoipa::path(post, path = "/v1/candidates/{id}/release", tag = "Candidates",
    params(("id" = uuid::Uuid, Path, description = "The candidate's id.")),
    responses((status = 200, body = CandidateDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn release(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<CandidateId>,
) -> Result<Json<CandidateDetail>, Problem> {
    let now = state.now();
    let hints = state.store().release(now, id, caller.name()).await?;
    state.committed(now, &hints);
    read_candidate(&state, id).await.map(Json)
}

/// Mark a candidate delivered.
///
/// For one held `dispatch_unknown` of which somebody knows that it did arrive.
#[utoipa::path(post, path = "/v1/candidates/{id}/mark-delivered", tag = "Candidates",
    params(("id" = uuid::Uuid, Path, description = "The candidate's id.")),
    responses((status = 200, body = CandidateDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn mark_delivered(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(id): PathId<CandidateId>,
) -> Result<Json<CandidateDetail>, Problem> {
    let now = state.now();
    state.store().mark_delivered(now, id, caller.name()).await?;
    state.committed(now, &[]);
    read_candidate(&state, id).await.map(Json)
}
