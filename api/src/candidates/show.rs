//! Looking at candidates.

use axum::{Json, extract::State};
use prospector_domain::{
    candidate::CandidateState,
    hold::HoldReason,
    id::{CandidateId, ThreadId},
};
use prospector_store::CandidateFilter;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    detail::{CandidateDetail, read_candidate},
    view::CandidateView,
};
use crate::{
    problem::Problem,
    request::{Cursor, Limit, Page, Params, PathId},
    state::ApiState,
    wire,
};

/// Which candidates.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CandidateQuery {
    /// Only those in this state.
    #[param(value_type = Option<wire::CandidateState>)]
    state: Option<CandidateState>,
    /// Only those held for this reason.
    #[param(value_type = Option<wire::HoldReason>)]
    hold_reason: Option<HoldReason>,
    /// Only those of this thread.
    #[param(value_type = Option<uuid::Uuid>)]
    thread: Option<ThreadId>,
    /// Items on a page. Default 50.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// How many candidates are where.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Outcomes {
    /// States, and for held ones reasons, that at least one candidate is in.
    items: Vec<Outcome>,
}

/// How many candidates are in one state, for one reason.
#[derive(Debug, Serialize, ToSchema)]
struct Outcome {
    /// The state.
    #[schema(value_type = wire::CandidateState)]
    state: CandidateState,
    /// The reason, for held ones.
    #[schema(value_type = Option<wire::HoldReason>)]
    hold_reason: Option<HoldReason>,
    /// How many.
    #[schema(examples(3))]
    candidates: i64,
}

/// List candidates.
#[utoipa::path(get, path = "/v1/candidates", tag = "Candidates", params(CandidateQuery),
    responses((status = 200, body = Page<CandidateView>)))]
pub(super) async fn list_candidates(
    State(state): State<ApiState>,
    Params(query): Params<CandidateQuery>,
) -> Result<Json<Page<CandidateView>>, Problem> {
    let filter = CandidateFilter {
        state: query.state,
        hold_reason: query.hold_reason,
        thread_id: query.thread,
        before: query.cursor.map(|cursor| cursor.key::<CandidateId>()).transpose()?,
    };
    let candidates = state.store().candidates(&filter, query.limit.to_read()).await?;
    Ok(Json(Page::of(candidates, query.limit, |candidate| candidate.id, CandidateView::from)))
}

/// Show a candidate.
///
/// With every draft and what the gate said about it, every decision, and how its delivery stands.
#[utoipa::path(get, path = "/v1/candidates/{id}", tag = "Candidates",
    params(("id" = uuid::Uuid, Path, description = "The candidate's id.")),
    responses((status = 200, body = CandidateDetail), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn show_candidate(
    State(state): State<ApiState>,
    PathId(id): PathId<CandidateId>,
) -> Result<Json<CandidateDetail>, Problem> {
    read_candidate(&state, id).await.map(Json)
}

/// Count candidates.
///
/// By state and, for held ones, by reason.
#[utoipa::path(get, path = "/v1/outcomes", tag = "Candidates", responses((status = 200, body = Outcomes)))]
pub(super) async fn count_outcomes(State(state): State<ApiState>) -> Result<Json<Outcomes>, Problem> {
    let counts = state.store().count_outcomes().await?;
    let items = counts
        .into_iter()
        .map(|count| Outcome {
            state: count.state,
            hold_reason: count.hold_reason,
            candidates: count.candidates,
        })
        .collect();
    Ok(Json(Outcomes { items }))
}
