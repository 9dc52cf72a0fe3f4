//! What decides and writes: facts, playbook, canon and workflows. Versions never change, so that each is read and
//! parsed once.

use std::sync::{Mutex, PoisonError};

use prospector_domain::{example, time::UnixMs};
use serde::Serialize;

use crate::{
    Store,
    canon::CanonInForce,
    error::StoreError,
    facts::FactsInForce,
    playbooks::PlaybookInForce,
    session::{Session, fetch_one},
    statement::documents,
    workflows::WorkflowsInForce,
};

/// Everything a handler decides and writes by, as it is in force at one moment.
#[derive(Debug, Clone)]
pub struct Documents {
    /// The facts.
    pub facts: FactsInForce,
    /// The playbook.
    pub playbook: PlaybookInForce,
    /// The canon.
    pub canon: CanonInForce,
    /// The workflows; none at all before the first was published.
    pub workflows: WorkflowsInForce,
}

/// One version of a document, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentVersion {
    /// Its number, from 1.
    pub version: i64,
    /// Its text.
    pub body: String,
    /// Hash of what it says, whatever its layout.
    pub content_hash: String,
    /// Who published it.
    pub created_by: String,
    /// When.
    pub created_at_ms: UnixMs,
}

/// A version of a document, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionNote {
    /// Its number, from 1.
    pub version: i64,
    /// Hash of what it says, whatever its layout.
    pub content_hash: String,
    /// Who published it.
    pub created_by: String,
    /// When.
    pub created_at_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
pub(crate) struct NoteRow {
    version: i64,
    content_hash: String,
    created_by: String,
    created_at_ms: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct VersionRow {
    pub(crate) version: i64,
    pub(crate) body: String,
    pub(crate) content_hash: String,
    created_by: String,
    created_at_ms: i64,
}

impl NoteRow {
    pub(crate) fn into_note(self) -> VersionNote {
        VersionNote {
            version: self.version,
            content_hash: self.content_hash,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        }
    }
}

impl VersionRow {
    pub(crate) fn into_version(self) -> DocumentVersion {
        DocumentVersion {
            version: self.version,
            body: self.body,
            content_hash: self.content_hash,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        }
    }
}

/// The versions in force; 0 for what was never published.
#[derive(sqlx::FromRow)]
pub(crate) struct CurrentVersions {
    pub(crate) facts: i64,
    pub(crate) playbook: i64,
    pub(crate) canon: i64,
    pub(crate) workflows: i64,
}

pub(crate) async fn current_versions(session: &mut Session) -> Result<CurrentVersions, StoreError> {
    fetch_one!(session, documents::VERSIONS => CurrentVersions;)
}

impl Store {
    /// The documents in force. Asks for four numbers; texts are read and parsed only when one has changed.
    ///
    /// # Errors
    /// [`crate::Refusal::NothingPublished`] names what is missing; otherwise what the database says.
    #[tracing::instrument(name = "db.documents.read", skip_all)]
    pub async fn documents(&self) -> Result<Documents, StoreError> {
        let mut session = self.db.read().await?;
        let current = current_versions(&mut session).await?;
        Ok(Documents {
            facts: self.facts_at(&mut session, current.facts).await?,
            playbook: self.playbook_at(&mut session, current.playbook).await?,
            canon: self.canon_at(&mut session, current.canon).await?,
            workflows: self.workflows_at(&mut session, current.workflows).await?,
        })
    }

    /// Publishes the example business's facts, canon, playbook and workflows where the store has none of that kind.
    /// Returns true when it published anything.
    ///
    /// # Errors
    /// What the database says; what was published before it stays so.
    #[tracing::instrument(name = "db.documents.seed", skip_all)]
    pub async fn seed_example(&self, now: UnixMs) -> Result<bool, StoreError> {
        let current = {
            let mut session = self.db.read().await?;
            current_versions(&mut session).await?
        };
        if current.facts == 0 {
            self.publish_facts(now, SEEDED_BY, example::FACTS_TOML).await?;
        }
        if current.canon == 0 {
            self.publish_canon(now, SEEDED_BY, example::CANON_TOML).await?;
        }
        if current.playbook == 0 {
            self.publish_playbook(now, SEEDED_BY, example::PLAYBOOK_TOML).await?;
        }
        let workflows = if current.workflows == 0 { self.seed_workflows(now).await? } else { 0 };
        Ok(current.facts == 0 || current.canon == 0 || current.playbook == 0 || workflows > 0)
    }

    /// A business with a canon of its own may lack what one of the example's workflows takes from it, and starts
    /// without that one.
    async fn seed_workflows(&self, now: UnixMs) -> Result<usize, StoreError> {
        let mut published = 0;
        for text in example::WORKFLOWS_TOML {
            match self.publish_workflow(now, SEEDED_BY, text).await {
                Ok(_) => published += 1,
                Err(StoreError::Refused(refusal)) => {
                    tracing::warn!(%refusal, "a workflow of the example does not fit and is left out");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(published)
    }
}

/// Who published the example.
const SEEDED_BY: &str = "example";

/// The documents that were in force when somebody last asked.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Cached>);

#[derive(Default)]
struct Cached {
    facts: Option<FactsInForce>,
    playbook: Option<PlaybookInForce>,
    canon: Option<CanonInForce>,
    workflows: Option<WorkflowsInForce>,
}

impl Cache {
    pub(crate) fn facts(&self, version: i64) -> Option<FactsInForce> {
        self.with(|cached| cached.facts.clone()).filter(|facts| facts.version == version)
    }

    pub(crate) fn keep_facts(&self, facts: &FactsInForce) {
        self.with(|cached| cached.facts = Some(facts.clone()));
    }

    pub(crate) fn playbook(&self, version: i64) -> Option<PlaybookInForce> {
        self.with(|cached| cached.playbook.clone()).filter(|playbook| playbook.version == version)
    }

    pub(crate) fn keep_playbook(&self, playbook: &PlaybookInForce) {
        self.with(|cached| cached.playbook = Some(playbook.clone()));
    }

    pub(crate) fn canon(&self, revision: i64) -> Option<CanonInForce> {
        self.with(|cached| cached.canon.clone()).filter(|canon| canon.revision == revision)
    }

    pub(crate) fn keep_canon(&self, canon: &CanonInForce) {
        self.with(|cached| cached.canon = Some(canon.clone()));
    }

    pub(crate) fn workflows(&self, revision: i64) -> Option<WorkflowsInForce> {
        self.with(|cached| cached.workflows.clone()).filter(|workflows| workflows.revision == revision)
    }

    pub(crate) fn keep_workflows(&self, workflows: &WorkflowsInForce) {
        self.with(|cached| cached.workflows = Some(workflows.clone()));
    }

    fn with<T>(&self, act: impl FnOnce(&mut Cached) -> T) -> T {
        // Every change is one assignment, so that a panic elsewhere leaves nothing half done.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
