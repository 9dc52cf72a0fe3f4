//! Sinks: which there are, and whether they are sent to.

use axum::{Json, extract::State};
use prospector_store::SinkState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    access::Caller,
    problem::{Code, Problem},
    request::{OptionalJsonBody, PathId},
    state::ApiState,
};

/// Longest reason, in characters.
const REASON_MAX_CHARS: usize = 200;

/// One receiver of webhooks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sink, examples(json!({
    "name": "bridge", "configured": true, "disabled_at_ms": null, "reason": null
})))]
pub(super) struct SinkView {
    /// Its name.
    name: String,
    /// Whether the configuration of this server has it.
    configured: bool,
    /// Since when it is not sent to.
    disabled_at_ms: Option<i64>,
    /// Why.
    reason: Option<String>,
}

/// Every sink.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sinks {
    /// By name.
    items: Vec<SinkView>,
}

/// Why a sink is disabled.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(examples(json!({"reason": "the bridge moves to another house"})))]
pub(super) struct Disabling {
    /// In a few words, for people; at most 200 characters.
    reason: Option<String>,
}

/// List the sinks.
#[utoipa::path(get, path = "/v1/sinks", tag = "Operation", responses((status = 200, body = Sinks)))]
pub(super) async fn list_sinks(State(state): State<ApiState>) -> Result<Json<Sinks>, Problem> {
    Ok(Json(Sinks { items: read_sinks(&state).await? }))
}

/// Enable a sink.
///
/// Replies that were held because of it are released by hand.
#[utoipa::path(post, path = "/v1/sinks/{name}/enable", tag = "Operation",
    params(("name" = String, Path, description = "The sink's name.")),
    responses((status = 200, body = SinkView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn enable_sink(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(name): PathId<String>,
) -> Result<Json<SinkView>, Problem> {
    find_sink(&state, &name).await?;
    let now = state.now();
    state.store().enable_sink(now, &name, caller.name()).await?;
    state.committed(now, &[]);
    find_sink(&state, &name).await.map(Json)
}

/// Disable a sink.
///
/// Nothing more is sent to it until it is enabled again.
#[utoipa::path(post, path = "/v1/sinks/{name}/disable", tag = "Operation",
    request_body(content = Option<Disabling>, content_type = "application/json"),
    params(("name" = String, Path, description = "The sink's name.")),
    responses((status = 200, body = SinkView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn disable_sink(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(name): PathId<String>,
    OptionalJsonBody(disabling): OptionalJsonBody<Disabling>,
) -> Result<Json<SinkView>, Problem> {
    find_sink(&state, &name).await?;
    let reason = disabling.reason.unwrap_or_else(|| format!("disabled by {}", caller.name()));
    prospector_domain::acceptable::text(&reason, REASON_MAX_CHARS)
        .map_err(|why| Problem::fields(vec![crate::inbound::unacceptable("reason", &why)]))?;
    let now = state.now();
    state.store().disable_sink(now, &name, &reason).await?;
    state.committed(now, &[]);
    find_sink(&state, &name).await.map(Json)
}

async fn find_sink(state: &ApiState, name: &str) -> Result<SinkView, Problem> {
    let found = read_sinks(state).await?.into_iter().find(|sink| sink.name == name);
    found.ok_or_else(|| Problem::new(Code::NotFound, "no such sink is configured"))
}

/// The configured sinks, and those that were disabled and are configured no longer.
async fn read_sinks(state: &ApiState) -> Result<Vec<SinkView>, Problem> {
    let known = state.store().sinks().await?;
    let unknown = state.sinks().iter().filter(|name| known.iter().all(|sink| sink.name != **name));
    let never_disabled =
        unknown.map(|name| SinkState { name: name.clone(), disabled_at_ms: None, reason: None });
    let mut all: Vec<SinkState> = never_disabled.collect();
    all.extend(known);
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let view = |sink: SinkState| SinkView {
        configured: state.sinks().contains(&sink.name),
        name: sink.name,
        disabled_at_ms: sink.disabled_at_ms.map(|at| at.0),
        reason: sink.reason,
    };
    Ok(all.into_iter().map(view).collect())
}
