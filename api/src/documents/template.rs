//! Single templates of the canon.

use axum::{Json, extract::State};
use prospector_domain::template::{CanonEntry, CanonKind, TemplateKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    canon::{CanonRevision, EntryView},
    version::VersionQuery,
};
use crate::{
    access::Caller,
    problem::{Code, Problem, ProblemBody},
    request::{JsonBody, Page, Params, PathId},
    state::ApiState,
    wire,
};

/// The fixed texts of all template keys.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Templates {
    /// One for each key, by key.
    items: Vec<EntryView>,
}

/// A fixed text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"body": "Hello, and thank you for writing to {{ business }}. How can I help? {{ owner }}"})))]
pub(super) struct TemplateBody {
    /// The text, with placeholders for facts.
    body: String,
}

/// List the templates in force.
#[utoipa::path(get, path = "/v1/templates", tag = "Documents", responses((status = 200, body = Templates)))]
pub(super) async fn list_templates(State(state): State<ApiState>) -> Result<Json<Templates>, Problem> {
    let entries = state.store().canon_entries().await?;
    let templates = entries.into_iter().filter(|version| version.entry.kind == CanonKind::Template);
    Ok(Json(Templates { items: templates.map(EntryView::from).collect() }))
}

/// Show a template.
#[utoipa::path(get, path = "/v1/templates/{key}", tag = "Documents",
    params(("key" = wire::TemplateKey, Path, description = "The template's key, or its number from 1 to 17.")),
    responses((status = 200, body = EntryView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn show_template(
    State(state): State<ApiState>,
    PathId(key): PathId<TemplateKey>,
) -> Result<Json<EntryView>, Problem> {
    let newest =
        state.store().canon_entry_versions(CanonKind::Template, &key.to_string(), None, 1).await?.pop();
    let newest =
        newest.ok_or_else(|| Problem::new(Code::NotFound, format!("no template {key} is published")))?;
    Ok(Json(newest.into()))
}

/// Publish a template.
///
/// It must render with the facts in force and pass the gate. The same text as in force changes nothing.
#[utoipa::path(put, path = "/v1/templates/{key}", tag = "Documents", request_body = TemplateBody,
    params(("key" = wire::TemplateKey, Path, description = "The template's key, or its number from 1 to 17.")),
    responses(
        (status = 200, body = CanonRevision),
        (status = 422, description = "It does not render, or the gate turned it down; `errors` says why.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn publish_template(
    State(state): State<ApiState>,
    caller: Caller,
    PathId(key): PathId<TemplateKey>,
    JsonBody(template): JsonBody<TemplateBody>,
) -> Result<Json<CanonRevision>, Problem> {
    let now = state.now();
    let entry = CanonEntry { kind: CanonKind::Template, name: key.to_string(), body: template.body };
    let revision = state.store().publish_canon_entry(now, caller.name(), &entry).await?;
    state.committed(now, &[]);
    Ok(Json(CanonRevision { revision }))
}

/// List the versions of a template.
#[utoipa::path(get, path = "/v1/templates/{key}/versions", tag = "Documents",
    params(
        ("key" = wire::TemplateKey, Path, description = "The template's key, or its number from 1 to 17."),
        VersionQuery,
    ),
    responses((status = 200, body = Page<EntryView>)))]
pub(super) async fn list_template_versions(
    State(state): State<ApiState>,
    PathId(key): PathId<TemplateKey>,
    Params(query): Params<VersionQuery>,
) -> Result<Json<Page<EntryView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.key()).transpose()?;
    let name = key.to_string();
    let versions =
        state.store().canon_entry_versions(CanonKind::Template, &name, before, query.limit.to_read()).await?;
    Ok(Json(Page::of(versions, query.limit, |version| version.version, EntryView::from)))
}
