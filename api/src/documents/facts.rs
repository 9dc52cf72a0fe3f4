//! The business's facts.

use axum::{Json, extract::State};
use prospector_domain::facts::{Facts, FactsError};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    text::{TomlOrJson, refused},
    version::{NoteView, Published, VersionQuery, VersionView},
};
use crate::{
    access::Caller,
    problem::{Code, Problem, ProblemBody},
    request::{Page, Params, PathId},
    state::ApiState,
};

/// The facts in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FactsView {
    /// Their version, from 1.
    #[schema(examples(3))]
    version: i64,
    /// What they say, with every default filled in.
    #[schema(value_type = Object, examples(json!({
        "currency": "EUR",
        "rates": [{"service": "double room", "amount": 90, "per": "night"}]
    })))]
    facts: Facts,
}

/// Show the facts in force.
#[utoipa::path(get, path = "/v1/facts", tag = "Documents", responses((status = 200, body = FactsView)))]
pub(super) async fn show_facts(State(state): State<ApiState>) -> Result<Json<FactsView>, Problem> {
    let in_force = state.store().facts().await?;
    Ok(Json(FactsView { version: in_force.version, facts: Facts::clone(&in_force.facts) }))
}

/// Publish facts.
///
/// In TOML or JSON. From the moment this is answered, nothing goes out that contradicts them. Facts that a template would
/// contradict are refused, naming the template. The same content as in force changes nothing.
#[utoipa::path(put, path = "/v1/facts", tag = "Documents",
    request_body(content((String = "application/toml"), (Object = "application/json"))),
    responses(
        (status = 200, body = Published),
        (status = 422, description = "`document_refused`: `errors` names the field.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn publish_facts(
    State(state): State<ApiState>,
    caller: Caller,
    text: TomlOrJson,
) -> Result<Json<Published>, Problem> {
    // Read here as well as in the store, because here the field at fault is still apart from its reason.
    let (parsed, text) = match text {
        TomlOrJson::Toml(text) => (Facts::parse_toml(&text), text),
        TomlOrJson::Json(text) => (Facts::parse_json(&text), text),
    };
    parsed.map_err(|error| match error {
        FactsError::Field { field, reason } => refused(&field, reason),
        other => refused("facts", other),
    })?;
    let now = state.now();
    let version = state.store().publish_facts(now, caller.name(), &text).await?;
    state.committed(now, &[]);
    Ok(Json(Published { version }))
}

/// List the versions of the facts.
#[utoipa::path(get, path = "/v1/facts/versions", tag = "Documents", params(VersionQuery),
    responses((status = 200, body = Page<NoteView>)))]
pub(super) async fn list_facts_versions(
    State(state): State<ApiState>,
    Params(query): Params<VersionQuery>,
) -> Result<Json<Page<NoteView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.key()).transpose()?;
    let notes = state.store().list_facts(before, query.limit.to_read()).await?;
    Ok(Json(Page::of(notes, query.limit, |note| note.version, NoteView::from)))
}

/// Show a version of the facts.
///
/// As it was written.
#[utoipa::path(get, path = "/v1/facts/versions/{version}", tag = "Documents",
    params(("version" = i64, Path, description = "The version's number.")),
    responses((status = 200, body = VersionView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn show_facts_version(
    State(state): State<ApiState>,
    PathId(version): PathId<i64>,
) -> Result<Json<VersionView>, Problem> {
    let read = state.store().facts_version(version).await?;
    let read = read.ok_or_else(|| Problem::new(Code::NotFound, format!("no facts version {version}")))?;
    Ok(Json(read.into()))
}
