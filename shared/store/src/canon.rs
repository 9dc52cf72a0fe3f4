//! The canon: fixed texts and rules of voice, entry by entry, each in versions that never change once published.

use std::{collections::BTreeMap, sync::Arc};

use prospector_domain::{
    content_hash::ContentHash,
    event::EventKind,
    facts::Facts,
    template::{Canon, CanonEntry, CanonKind, RenderContext, TemplateKey},
    time::UnixMs,
};
use serde::Serialize;
use serde_json::json;

use crate::{
    Store,
    documents::current_versions,
    error::{Refusal, StoreError},
    event_log::{About, record},
    row::RowName,
    session::{Session, execute, fetch_all},
    statement::{settings, templates},
};

/// The canon that counts now.
#[derive(Debug, Clone)]
pub struct CanonInForce {
    /// Rises with every change of any entry.
    pub revision: i64,
    /// What it says.
    pub canon: Arc<Canon>,
    versions: Arc<BTreeMap<TemplateKey, i64>>,
}

impl CanonInForce {
    /// The version of a template, from 1.
    #[must_use]
    pub fn template_version(&self, key: TemplateKey) -> i64 {
        self.versions[&key]
    }
}

/// One version of one entry, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CanonEntryVersion {
    /// The entry.
    #[serde(flatten)]
    pub entry: CanonEntry,
    /// The version's number, from 1.
    pub version: i64,
    /// True for a version that took the entry out of the canon; its body is empty.
    pub removed: bool,
    /// Hash of the body.
    pub content_hash: String,
    /// Who published it.
    pub created_by: String,
    /// When.
    pub created_at_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    kind: String,
    name: String,
    version: i64,
    position: i64,
    removed: bool,
    body: String,
    content_hash: String,
    created_by: String,
    created_at_ms: i64,
}

/// A new version of an entry, about to be written.
struct Change {
    entry: CanonEntry,
    version: i64,
    position: i64,
    removed: bool,
}

impl Store {
    /// Publishes a whole canon, written in TOML: entries that changed get a new version, entries that are not in it
    /// are taken out. Returns its revision. The same content as the canon in force changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] names the entry that is wrong, or the template that does not pass the gate under the facts
    /// in force; [`Refusal::NothingPublished`] when there are no facts.
    #[tracing::instrument(name = "db.canon.publish", skip_all)]
    pub async fn publish_canon(&self, now: UnixMs, by: &str, text: &str) -> Result<i64, StoreError> {
        let canon = Canon::parse_toml(text).map_err(|error| invalid("canon", error))?;
        self.change_canon(now, by, |_| Ok(canon.entries().collect())).await
    }

    /// Publishes one entry and returns the canon's revision. The same text as the one in force changes nothing.
    ///
    /// # Errors
    /// As [`Store::publish_canon`].
    #[tracing::instrument(name = "db.canon.publish_entry", skip_all)]
    pub async fn publish_canon_entry(
        &self,
        now: UnixMs,
        by: &str,
        entry: &CanonEntry,
    ) -> Result<i64, StoreError> {
        self.change_canon(now, by, |mut entries| {
            match entries.iter_mut().find(|held| held.kind == entry.kind && held.name == entry.name) {
                Some(held) => held.body.clone_from(&entry.body),
                None => entries.push(entry.clone()),
            }
            Ok(entries)
        })
        .await
    }

    /// Takes a rule of voice, a line or a safety rule out of the canon and returns the canon's revision.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::Invalid`] for a template: a canon has one for every key.
    #[tracing::instrument(name = "db.canon.remove_entry", skip_all)]
    pub async fn remove_canon_entry(
        &self,
        now: UnixMs,
        by: &str,
        kind: CanonKind,
        name: &str,
    ) -> Result<i64, StoreError> {
        self.change_canon(now, by, |mut entries| {
            let Some(at) = entries.iter().position(|held| held.kind == kind && held.name == name) else {
                return Err(Refusal::NotFound { what: "canon entry", id: format!("{kind} {name}") });
            };
            entries.remove(at);
            Ok(entries)
        })
        .await
    }

    /// The canon in force, entry by entry: templates by key, then the others by kind in their author's order.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.canon.entries", skip_all)]
    pub async fn canon_entries(&self) -> Result<Vec<CanonEntryVersion>, StoreError> {
        let rows = newest_rows(&mut self.db.read().await?).await?;
        let in_force = rows.into_iter().filter(|row| !row.removed).map(EntryRow::into_version);
        let mut entries = in_force.collect::<Result<Vec<_>, _>>()?;
        entries.sort_by_key(|version| version.entry.kind);
        Ok(entries)
    }

    /// Versions of one entry older than `before`, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.canon.versions", skip_all)]
    pub async fn canon_entry_versions(
        &self,
        kind: CanonKind,
        name: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<CanonEntryVersion>, StoreError> {
        let mut session = self.db.read().await?;
        let before = before.unwrap_or(i64::MAX);
        let rows =
            fetch_all!(session, templates::VERSIONS => EntryRow; kind.to_string(), name, before, limit)?;
        rows.into_iter().map(EntryRow::into_version).collect()
    }

    /// Writes the difference between the canon in force and what `edit` makes of it.
    async fn change_canon(
        &self,
        now: UnixMs,
        by: &str,
        edit: impl Fn(Vec<CanonEntry>) -> Result<Vec<CanonEntry>, Refusal>,
    ) -> Result<i64, StoreError> {
        self.retrying("db.canon.publish", || async {
            let mut tx = self.db.begin().await?;
            // Keeps publishers apart: facts and canon must fit each other at every moment.
            execute!(tx, settings::LOCK;)?;
            let rows = newest_rows(&mut tx).await?;
            let canon = Canon::from_entries(edit(entries_in_force(&rows)?)?)
                .map_err(|error| invalid("canon", error))?;
            let changes = changes(&rows, &canon)?;
            if !changes.is_empty() {
                check(Some(&canon), &self.facts_in_force(&mut tx).await?.facts)?;
            }
            for change in &changes {
                write(&mut tx, now, by, change).await?;
            }
            let revision = current_versions(&mut tx).await?.canon;
            tx.commit().await?;
            Ok(revision)
        })
        .await
    }

    pub(crate) async fn canon_at(
        &self,
        session: &mut Session,
        revision: i64,
    ) -> Result<CanonInForce, StoreError> {
        if let Some(cached) = self.documents.canon(revision) {
            return Ok(cached);
        }
        let rows = newest_rows(session).await?;
        let canon = canon_of(&rows)?.ok_or(Refusal::NothingPublished { what: "canon" })?;
        let mut versions = BTreeMap::new();
        for row in rows.iter().filter(|row| row.kind == CanonKind::Template.to_string()) {
            versions.insert(row.row_name().parse("name", &row.name)?, row.version);
        }
        let in_force = CanonInForce { revision, canon: Arc::new(canon), versions: Arc::new(versions) };
        self.documents.keep_canon(&in_force);
        Ok(in_force)
    }
}

/// The canon as the caller's transaction sees it; none before the first was published.
pub(crate) async fn read_canon(session: &mut Session) -> Result<Option<Canon>, StoreError> {
    canon_of(&newest_rows(session).await?)
}

/// Refuses a canon that does not fit the facts, naming the first template that does not.
pub(crate) fn check(canon: Option<&Canon>, facts: &Facts) -> Result<(), Refusal> {
    let Some(canon) = canon else { return Ok(()) };
    match canon.check(facts, &RenderContext::default()) {
        Ok(()) => Ok(()),
        Err(faults) => {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            Err(invalid("canon", all.join("; ")))
        }
    }
}

async fn newest_rows(session: &mut Session) -> Result<Vec<EntryRow>, StoreError> {
    fetch_all!(session, templates::NEWEST => EntryRow;)
}

fn entries_in_force(rows: &[EntryRow]) -> Result<Vec<CanonEntry>, StoreError> {
    rows.iter().filter(|row| !row.removed).map(EntryRow::entry).collect()
}

fn canon_of(rows: &[EntryRow]) -> Result<Option<Canon>, StoreError> {
    let entries = entries_in_force(rows)?;
    if entries.is_empty() {
        return Ok(None);
    }
    let name = RowName { table: "templates", id: "(all)" };
    Canon::from_entries(entries).map(Some).map_err(|error| name.bad("body", error))
}

/// The versions to be written so that the canon becomes `canon`. An entry keeps its position as long as that is after
/// the one before it, so that one more or one less does not make new versions of those behind it.
fn changes(rows: &[EntryRow], canon: &Canon) -> Result<Vec<Change>, StoreError> {
    let mut held: BTreeMap<(String, String), &EntryRow> =
        rows.iter().map(|row| ((row.kind.clone(), row.name.clone()), row)).collect();
    let mut next_position: BTreeMap<CanonKind, i64> = BTreeMap::new();
    let mut changes = Vec::new();
    for entry in canon.entries() {
        let row = held.remove(&(entry.kind.to_string(), entry.name.clone()));
        let next = next_position.entry(entry.kind).or_insert(0);
        let position = row.map_or(*next, |row| row.position.max(*next));
        *next = position + 1;
        let is_same =
            row.is_some_and(|row| !row.removed && row.position == position && row.body == entry.body);
        if !is_same {
            changes.push(Change { entry, version: next_version(row), position, removed: false });
        }
    }
    for row in held.into_values().filter(|row| !row.removed) {
        let entry = CanonEntry { body: String::new(), ..row.entry()? };
        changes.push(Change {
            entry,
            version: next_version(Some(row)),
            position: row.position,
            removed: true,
        });
    }
    Ok(changes)
}

fn next_version(row: Option<&EntryRow>) -> i64 {
    row.map_or(0, |row| row.version) + 1
}

async fn write(tx: &mut Session, now: UnixMs, by: &str, change: &Change) -> Result<(), StoreError> {
    let CanonEntry { kind, name, body } = &change.entry;
    execute!(tx, templates::INSERT;
        kind.to_string(),
        name.as_str(),
        change.version,
        change.position,
        change.removed,
        body.as_str(),
        ContentHash::of(body.as_bytes()).to_string(),
        by,
        now.0)?;
    let data = json!({
        "kind": kind, "name": name, "version": change.version, "removed": change.removed, "by": by,
    });
    record(tx, now, EventKind::CanonPublished, About::default(), &data).await
}

impl EntryRow {
    fn row_name(&self) -> RowName<'_> {
        RowName { table: "templates", id: &self.name }
    }

    fn entry(&self) -> Result<CanonEntry, StoreError> {
        let kind = self.row_name().parse("kind", &self.kind)?;
        Ok(CanonEntry { kind, name: self.name.clone(), body: self.body.clone() })
    }

    fn into_version(self) -> Result<CanonEntryVersion, StoreError> {
        Ok(CanonEntryVersion {
            entry: self.entry()?,
            version: self.version,
            removed: self.removed,
            content_hash: self.content_hash,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        })
    }
}

fn invalid(field: &str, why: impl std::fmt::Display) -> Refusal {
    Refusal::Invalid { field: field.to_owned(), why: why.to_string() }
}
