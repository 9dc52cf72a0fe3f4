//! The business's facts, in versions that never change once published.

use std::sync::Arc;

use prospector_domain::{event::EventKind, facts::Facts, gate::Gate, time::UnixMs};
use serde_json::json;

use crate::{
    Store, canon,
    documents::{DocumentVersion, NoteRow, VersionNote, VersionRow, current_versions},
    error::{Refusal, StoreError},
    event_log::{About, record},
    row::RowName,
    session::{Session, execute, fetch_all, fetch_optional},
    statement::{facts, settings},
};

/// The facts that count now.
#[derive(Debug, Clone)]
pub struct FactsInForce {
    /// Their version, from 1.
    pub version: i64,
    /// What they say.
    pub facts: Arc<Facts>,
    /// The gate that measures drafts against them.
    pub gate: Arc<Gate>,
}

impl Store {
    /// Publishes facts, written in TOML or JSON, and returns their version. The same content as the version in force,
    /// however it is laid out, changes nothing.
    ///
    /// From the moment this returns, nothing goes out that contradicts them.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] names the field that is wrong, or the template that would contradict the new facts.
    #[tracing::instrument(name = "db.facts.publish", skip_all)]
    pub async fn publish_facts(&self, now: UnixMs, by: &str, text: &str) -> Result<i64, StoreError> {
        let parsed = Facts::parse(text)
            .map_err(|why| Refusal::Invalid { field: "facts".to_owned(), why: why.to_string() })?;
        let hash = parsed.content_hash().to_string();
        self.retrying("db.facts.publish", || async {
            let mut tx = self.db.begin().await?;
            // Waits for every send that is being marked just now, and keeps two publishers apart.
            execute!(tx, settings::LOCK;)?;
            let newest = fetch_optional!(tx, facts::NEWEST => VersionRow;)?;
            if let Some(newest) = newest.as_ref().filter(|newest| newest.content_hash == hash) {
                return Ok(newest.version);
            }
            canon::check(canon::read_canon(&mut tx).await?.as_ref(), &parsed)?;
            let version = newest.map_or(0, |newest| newest.version) + 1;
            execute!(tx, facts::INSERT; version, text, hash.as_str(), by, now.0)?;
            let data = json!({ "version": version, "content_hash": hash, "by": by });
            record(&mut tx, now, EventKind::FactsPublished, About::default(), &data).await?;
            tx.commit().await?;
            Ok(version)
        })
        .await
    }

    /// Facts that could be published as they are, written in TOML or JSON. Changes nothing.
    ///
    /// # Errors
    /// As [`Store::publish_facts`].
    #[tracing::instrument(name = "db.facts.check", skip_all)]
    pub async fn check_facts(&self, text: &str) -> Result<Facts, StoreError> {
        let parsed = Facts::parse(text)
            .map_err(|why| Refusal::Invalid { field: "facts".to_owned(), why: why.to_string() })?;
        let mut session = self.db.read().await?;
        canon::check(canon::read_canon(&mut session).await?.as_ref(), &parsed)?;
        Ok(parsed)
    }

    /// The facts in force.
    ///
    /// # Errors
    /// [`Refusal::NothingPublished`] when there are none; otherwise what the database says.
    #[tracing::instrument(name = "db.facts.current", skip_all)]
    pub async fn facts(&self) -> Result<FactsInForce, StoreError> {
        self.facts_in_force(&mut self.db.read().await?).await
    }

    /// One version of the facts, as it was written.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.facts.get", skip_all)]
    pub async fn facts_version(&self, version: i64) -> Result<Option<DocumentVersion>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_optional!(session, facts::GET => VersionRow; version)?;
        Ok(row.map(VersionRow::into_version))
    }

    /// Versions of the facts older than `before`, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.facts.list", skip_all)]
    pub async fn list_facts(&self, before: Option<i64>, limit: i64) -> Result<Vec<VersionNote>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, facts::LIST => NoteRow; before.unwrap_or(i64::MAX), limit)?;
        Ok(rows.into_iter().map(NoteRow::into_note).collect())
    }

    /// The facts in force, as the caller's transaction sees them. Parsed once per version and process.
    pub(crate) async fn facts_in_force(&self, session: &mut Session) -> Result<FactsInForce, StoreError> {
        let version = current_versions(session).await?.facts;
        self.facts_at(session, version).await
    }

    pub(crate) async fn facts_at(
        &self,
        session: &mut Session,
        version: i64,
    ) -> Result<FactsInForce, StoreError> {
        if let Some(cached) = self.documents.facts(version) {
            return Ok(cached);
        }
        let row = fetch_optional!(session, facts::GET => VersionRow; version)?
            .ok_or(Refusal::NothingPublished { what: "facts" })?;
        let id = version.to_string();
        let facts = Facts::parse(&row.body)
            .map_err(|why| RowName { table: "facts", id: &id }.bad("body", why.to_string()))?;
        let facts = Arc::new(facts);
        let gate = Arc::new(Gate::new(Arc::clone(&facts)));
        let in_force = FactsInForce { version, facts, gate };
        self.documents.keep_facts(&in_force);
        Ok(in_force)
    }
}
