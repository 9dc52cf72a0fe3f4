//! The playbook.

use axum::{Json, extract::State};
use prospector_domain::playbook::Playbook;

use super::{
    text::{TomlText, refused},
    version::{NoteView, Published, VersionQuery, VersionView},
};
use crate::{
    access::Caller,
    problem::{Code, Problem, ProblemBody},
    request::{Page, Params, PathId},
    state::ApiState,
};

/// Show the playbook in force.
///
/// As it was written, in TOML.
#[utoipa::path(get, path = "/v1/playbook", tag = "Documents", responses((status = 200, body = VersionView)))]
pub(super) async fn show_playbook(State(state): State<ApiState>) -> Result<Json<VersionView>, Problem> {
    let newest = state.store().list_playbooks(None, 1).await?.pop();
    let none = || Problem::new(Code::NothingPublished, "no playbook is published yet: publish one first");
    read_version(&state, newest.ok_or_else(none)?.version).await
}

/// Publish a playbook.
///
/// In TOML. One with a hole, a tie, a rule that never decides or a reply without a template is refused, naming line and
/// rule. The same content as in force changes nothing.
#[utoipa::path(put, path = "/v1/playbook", tag = "Documents",
    request_body(content = String, content_type = "application/toml"),
    responses(
        (status = 200, body = Published),
        (status = 422, description = "`document_refused`: `errors` says what and where.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn publish_playbook(
    State(state): State<ApiState>,
    caller: Caller,
    TomlText(text): TomlText,
) -> Result<Json<Published>, Problem> {
    Playbook::parse_toml(&text).map_err(|error| refused("playbook", error))?;
    let now = state.now();
    let version = state.store().publish_playbook(now, caller.name(), &text).await?;
    state.committed(now, &[]);
    Ok(Json(Published { version }))
}

/// List the versions of the playbook.
#[utoipa::path(get, path = "/v1/playbook/versions", tag = "Documents", params(VersionQuery),
    responses((status = 200, body = Page<NoteView>)))]
pub(super) async fn list_playbook_versions(
    State(state): State<ApiState>,
    Params(query): Params<VersionQuery>,
) -> Result<Json<Page<NoteView>>, Problem> {
    let before = query.cursor.map(|cursor| cursor.key()).transpose()?;
    let notes = state.store().list_playbooks(before, query.limit.to_read()).await?;
    Ok(Json(Page::of(notes, query.limit, |note| note.version, NoteView::from)))
}

/// Show a version of the playbook.
///
/// As it was written, in TOML.
#[utoipa::path(get, path = "/v1/playbook/versions/{version}", tag = "Documents",
    params(("version" = i64, Path, description = "The version's number.")),
    responses((status = 200, body = VersionView), (status = 404, response = crate::openapi::NotFound)))]
pub(super) async fn show_playbook_version(
    State(state): State<ApiState>,
    PathId(version): PathId<i64>,
) -> Result<Json<VersionView>, Problem> {
    read_version(&state, version).await
}

async fn read_version(state: &ApiState, version: i64) -> Result<Json<VersionView>, Problem> {
    let read = state.store().playbook_version(version).await?;
    let read = read.ok_or_else(|| Problem::new(Code::NotFound, format!("no playbook version {version}")))?;
    Ok(Json(read.into()))
}
