//! The canon as a whole: fixed texts and rules of voice.

use axum::{Json, extract::State};
use prospector_domain::template::{Canon, CanonError, CanonKind};
use prospector_store::CanonEntryVersion;
use serde::Serialize;
use utoipa::ToSchema;

use super::text::{TomlText, refused};
use crate::{
    access::Caller,
    problem::{Problem, ProblemBody},
    state::ApiState,
    wire,
};

/// The canon in force.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CanonView {
    /// Its entries: templates by key, then voice, lines and safety rules.
    entries: Vec<EntryView>,
}

/// A canon that was published.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CanonRevision {
    /// Rises with every change of any entry.
    #[schema(examples(21))]
    pub(super) revision: i64,
}

/// One version of one entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CanonEntry, examples(json!({
    "kind": "template",
    "name": "①",
    "body": "Hello, and thank you for writing to {{ business }}. How can I help? {{ owner }}",
    "version": 2,
    "removed": false,
    "content_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "created_by": "Quinn",
    "created_at_ms": 1_772_366_400_000_i64
})))]
pub(super) struct EntryView {
    /// What it is: `template`, `voice`, `line` or `safety`.
    #[schema(value_type = wire::CanonKind)]
    kind: CanonKind,
    /// Its name; for a template its key.
    name: String,
    /// Its text, with placeholders.
    body: String,
    /// Its version, from 1.
    version: i64,
    /// True for a version that took it out of the canon.
    removed: bool,
    /// Hash of the text.
    content_hash: String,
    /// Who published it.
    created_by: String,
    /// When.
    created_at_ms: i64,
}

/// Show the canon in force.
#[utoipa::path(get, path = "/v1/canon", tag = "Documents", responses((status = 200, body = CanonView)))]
pub(super) async fn show_canon(State(state): State<ApiState>) -> Result<Json<CanonView>, Problem> {
    let entries = state.store().canon_entries().await?;
    Ok(Json(CanonView { entries: entries.into_iter().map(EntryView::from).collect() }))
}

/// Publish the whole canon.
///
/// In TOML: `[[template]]` with `key` and `body`; `[[voice]]`, `[[line]]` and `[[safety]]` with `name` and `text`. Every
/// template must render with the facts in force and pass the gate. Entries that are not in it are taken out.
#[utoipa::path(put, path = "/v1/canon", tag = "Documents",
    request_body(content = String, content_type = "application/toml"),
    responses(
        (status = 200, body = CanonRevision),
        (status = 422, description = "`document_refused`: `errors` says what and where.",
            body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub(super) async fn publish_canon(
    State(state): State<ApiState>,
    caller: Caller,
    TomlText(text): TomlText,
) -> Result<Json<CanonRevision>, Problem> {
    Canon::parse_toml(&text).map_err(|error| match error {
        CanonError::Field { field, reason } => refused(&field, reason),
        other => refused("canon", other),
    })?;
    let now = state.now();
    let revision = state.store().publish_canon(now, caller.name(), &text).await?;
    state.committed(now, &[]);
    Ok(Json(CanonRevision { revision }))
}

impl From<CanonEntryVersion> for EntryView {
    fn from(version: CanonEntryVersion) -> Self {
        Self {
            kind: version.entry.kind,
            name: version.entry.name,
            body: version.entry.body,
            version: version.version,
            removed: version.removed,
            content_hash: version.content_hash,
            created_by: version.created_by,
            created_at_ms: version.created_at_ms.0,
        }
    }
}
