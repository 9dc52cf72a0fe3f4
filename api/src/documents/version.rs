//! Versions of documents as they are shown.

use prospector_store::{DocumentVersion, VersionNote};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::request::{Cursor, Limit};

/// Which page of versions.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct VersionQuery {
    /// Items on a page. Default 50.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub(super) limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub(super) cursor: Option<Cursor>,
}

/// A version that was published, or is in force already with the same content.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Published {
    /// Its number, from 1.
    #[schema(examples(3))]
    pub(super) version: i64,
}

/// One version of a document, as it was written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DocumentVersion)]
pub(super) struct VersionView {
    #[serde(flatten)]
    note: NoteView,
    /// Its text.
    body: String,
}

/// A version of a document, without its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionNote)]
pub(super) struct NoteView {
    /// Its number, from 1.
    #[schema(examples(3))]
    version: i64,
    /// Hash of what it says, whatever its layout.
    content_hash: String,
    /// Who published it.
    #[schema(examples("Quinn"))]
    created_by: String,
    /// When.
    created_at_ms: i64,
}

impl From<DocumentVersion> for VersionView {
    fn from(version: DocumentVersion) -> Self {
        let note = NoteView {
            version: version.version,
            content_hash: version.content_hash,
            created_by: version.created_by,
            created_at_ms: version.created_at_ms.0,
        };
        Self { note, body: version.body }
    }
}

impl From<VersionNote> for NoteView {
    fn from(note: VersionNote) -> Self {
        Self {
            version: note.version,
            content_hash: note.content_hash,
            created_by: note.created_by,
            created_at_ms: note.created_at_ms.0,
        }
    }
}
