//! The playbook, in versions that never change once published.

use std::sync::Arc;

use prospector_domain::{event::EventKind, playbook::Playbook, time::UnixMs};
use serde_json::json;

use crate::{
    Store,
    documents::{DocumentVersion, NoteRow, VersionNote, VersionRow},
    error::{Refusal, StoreError},
    event_log::{About, record},
    row::RowName,
    session::{Session, execute, fetch_all, fetch_optional},
    statement::{playbooks, settings},
};

/// The playbook that decides now.
#[derive(Debug, Clone)]
pub struct PlaybookInForce {
    /// Its version, from 1.
    pub version: i64,
    /// What it says.
    pub playbook: Arc<Playbook>,
}

impl Store {
    /// Publishes a playbook, written in TOML, and returns its version. The same content as the version in force
    /// changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] names the line and the rule that is wrong.
    #[tracing::instrument(name = "db.playbooks.publish", skip_all)]
    pub async fn publish_playbook(&self, now: UnixMs, by: &str, text: &str) -> Result<i64, StoreError> {
        let parsed = Playbook::parse_toml(text).map_err(|error| invalid(error.to_string()))?;
        let hash = parsed.content_hash().to_string();
        self.retrying("db.playbooks.publish", || async {
            let mut tx = self.db.begin().await?;
            execute!(tx, settings::LOCK;)?;
            let newest = fetch_optional!(tx, playbooks::NEWEST => VersionRow;)?;
            if let Some(newest) = newest.as_ref().filter(|newest| newest.content_hash == hash) {
                return Ok(newest.version);
            }
            let version = newest.map_or(0, |newest| newest.version) + 1;
            execute!(tx, playbooks::INSERT; version, text, hash.as_str(), by, now.0)?;
            let data = json!({ "version": version, "content_hash": hash, "by": by });
            record(&mut tx, now, EventKind::PlaybookPublished, About::default(), &data).await?;
            tx.commit().await?;
            Ok(version)
        })
        .await
    }

    /// One version of the playbook, as it was written.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.playbooks.get", skip_all)]
    pub async fn playbook_version(&self, version: i64) -> Result<Option<DocumentVersion>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_optional!(session, playbooks::GET => VersionRow; version)?;
        Ok(row.map(VersionRow::into_version))
    }

    /// Versions of the playbook older than `before`, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.playbooks.list", skip_all)]
    pub async fn list_playbooks(
        &self,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<VersionNote>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, playbooks::LIST => NoteRow; before.unwrap_or(i64::MAX), limit)?;
        Ok(rows.into_iter().map(NoteRow::into_note).collect())
    }

    pub(crate) async fn playbook_at(
        &self,
        session: &mut Session,
        version: i64,
    ) -> Result<PlaybookInForce, StoreError> {
        if let Some(cached) = self.documents.playbook(version) {
            return Ok(cached);
        }
        let row = fetch_optional!(session, playbooks::GET => VersionRow; version)?
            .ok_or(Refusal::NothingPublished { what: "playbook" })?;
        let id = version.to_string();
        let playbook = Playbook::parse_toml(&row.body)
            .map_err(|error| RowName { table: "playbooks", id: &id }.bad("body", error))?;
        let in_force = PlaybookInForce { version, playbook: Arc::new(playbook) };
        self.documents.keep_playbook(&in_force);
        Ok(in_force)
    }
}

fn invalid(why: String) -> Refusal {
    Refusal::Invalid { field: "playbook".to_owned(), why }
}
