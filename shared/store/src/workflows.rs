//! Workflows, in versions that never change once published, and the labels that say which of them count. What a workflow
//! says, and which one applies where, is the domain's business: here it is text with a hash.

use prospector_domain::{content_hash::ContentHash, engine::EngineId, event::EventKind, time::UnixMs};
use serde::Serialize;
use serde_json::json;

use crate::{
    Store,
    documents::current_versions,
    error::{Refusal, StoreError},
    event_log::{About, record},
    row::RowName,
    session::{Session, execute, fetch_all, fetch_one, fetch_optional},
    statement::{settings, workflows},
};

/// Longest id or label, in bytes: both become labels of metrics.
const NAME_MAX_BYTES: usize = 64;
/// All of the work, in thousandths.
const WHOLE_PERMILLE: i64 = 1_000;

/// One version of a workflow, as it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkflowRow {
    /// The workflow.
    pub id: String,
    /// Its number, from 1.
    pub version: i64,
    /// What it says, as JSON text.
    pub body: String,
    /// Hash of what it says.
    pub content_hash: ContentHash,
    /// Who published it.
    pub created_by: String,
    /// When.
    pub created_at_ms: UnixMs,
}

/// A version of a workflow, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkflowVersion {
    /// The workflow.
    pub id: String,
    /// Its number, from 1.
    pub version: i64,
    /// Hash of what it says.
    pub content_hash: ContentHash,
    /// Who published it.
    pub created_by: String,
    /// When.
    pub created_at_ms: UnixMs,
}

/// A label to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLabel {
    /// The workflow.
    pub workflow_id: String,
    /// The label, such as `production`, or the name of an arm.
    pub label: String,
    /// The version it points to.
    pub version: i64,
    /// Its share of the work, in thousandths, where arms share it; 0 takes it out, none leaves it whole.
    pub share_permille: Option<i64>,
    /// The only engine it is for; none for every one.
    pub engine: Option<EngineId>,
}

/// A label, and who set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkflowLabel {
    /// The workflow.
    pub workflow_id: String,
    /// The label.
    pub label: String,
    /// The version it points to.
    pub version: i64,
    /// Its share of the work, in thousandths.
    pub share_permille: Option<i64>,
    /// The only engine it is for.
    pub engine: Option<EngineId>,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
struct FullRow {
    id: String,
    version: i64,
    body: String,
    content_hash: String,
    created_by: String,
    created_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    id: String,
    version: i64,
    content_hash: String,
    created_by: String,
    created_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct NumberRow {
    version: i64,
}

#[derive(sqlx::FromRow)]
struct LabelRow {
    workflow_id: String,
    label: String,
    version: i64,
    share_permille: Option<i64>,
    engine: Option<String>,
    changed_by: String,
    changed_at_ms: i64,
}

impl Store {
    /// Publishes a workflow, written as JSON text, and returns its version. The same content as any earlier version
    /// changes nothing and returns that one. A new version counts only once a label points to it.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for an id that is empty or too long; otherwise what the database says.
    #[tracing::instrument(name = "db.workflows.publish", skip_all)]
    pub async fn publish_workflow(
        &self,
        now: UnixMs,
        by: &str,
        id: &str,
        body: &str,
        content_hash: ContentHash,
    ) -> Result<i64, StoreError> {
        check_name("id", id)?;
        let hash = content_hash.to_string();
        self.retrying("db.workflows.publish", || async {
            let mut tx = self.db.begin().await?;
            // Keeps two publishers apart.
            execute!(tx, settings::LOCK;)?;
            let known = fetch_optional!(tx, workflows::BY_CONTENT => NumberRow; id, hash.as_str())?;
            if let Some(known) = known {
                return Ok(known.version);
            }
            let version = fetch_one!(tx, workflows::NEWEST => NumberRow; id)?.version + 1;
            execute!(tx, workflows::INSERT; id, version, body, hash.as_str(), by, now.0)?;
            let data = json!({ "id": id, "version": version, "content_hash": hash, "by": by });
            record(&mut tx, now, EventKind::WorkflowPublished, About::default(), &data).await?;
            tx.commit().await?;
            Ok(version)
        })
        .await
    }

    /// Points a label of a workflow to a version, with its share of the work.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such version; [`Refusal::Invalid`] for a share outside 0 to 1,000 or a
    /// label that is empty or too long.
    #[tracing::instrument(name = "db.workflows.label", skip_all)]
    pub async fn label_workflow(&self, now: UnixMs, by: &str, label: &NewLabel) -> Result<(), StoreError> {
        check_name("label", &label.label)?;
        if label.share_permille.is_some_and(|share| !(0..=WHOLE_PERMILLE).contains(&share)) {
            return Err(invalid("share_permille", format!("it must be 0 to {WHOLE_PERMILLE}")));
        }
        self.retrying("db.workflows.label", || async {
            let mut tx = self.db.begin().await?;
            execute!(tx, settings::LOCK;)?;
            let id = label.workflow_id.as_str();
            if find(&mut tx, id, label.version).await?.is_none() {
                let id = format!("{id}@{}", label.version);
                return Err(Refusal::NotFound { what: "workflow", id }.into());
            }
            execute!(tx, workflows::LABEL;
                id,
                label.label.as_str(),
                label.version,
                label.share_permille,
                label.engine.as_ref().map(EngineId::to_string),
                by,
                now.0)?;
            let data = json!({
                "id": id,
                "label": label.label,
                "version": label.version,
                "share_permille": label.share_permille,
                "engine": label.engine,
                "by": by,
            });
            record(&mut tx, now, EventKind::WorkflowLabelled, About::default(), &data).await?;
            tx.commit().await
        })
        .await
    }

    /// One version of a workflow.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.get", skip_all)]
    pub async fn workflow(&self, id: &str, version: i64) -> Result<Option<WorkflowRow>, StoreError> {
        find(&mut self.db.read().await?, id, version).await
    }

    /// Versions of one workflow, or of all, by id, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.list", skip_all)]
    pub async fn workflow_versions(
        &self,
        id: Option<&str>,
        limit: i64,
    ) -> Result<Vec<WorkflowVersion>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, workflows::LIST => VersionRow; id, limit)?;
        rows.into_iter().map(VersionRow::into_version).collect()
    }

    /// Every version that a label points to, by id.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.labelled", skip_all)]
    pub async fn labelled_workflows(&self) -> Result<Vec<WorkflowRow>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, workflows::LABELLED => FullRow;)?;
        rows.into_iter().map(FullRow::into_workflow).collect()
    }

    /// Every label, by workflow.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.labels", skip_all)]
    pub async fn workflow_labels(&self) -> Result<Vec<WorkflowLabel>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, workflows::LABELS => LabelRow;)?;
        rows.into_iter().map(LabelRow::into_label).collect()
    }

    /// Rises with every version of a workflow and every change of a label.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.revision", skip_all)]
    pub async fn workflow_revision(&self) -> Result<i64, StoreError> {
        Ok(current_versions(&mut self.db.read().await?).await?.workflows)
    }
}

async fn find(session: &mut Session, id: &str, version: i64) -> Result<Option<WorkflowRow>, StoreError> {
    fetch_optional!(session, workflows::GET => FullRow; id, version)?.map(FullRow::into_workflow).transpose()
}

fn check_name(field: &str, name: &str) -> Result<(), StoreError> {
    if name.trim().is_empty() || name.len() > NAME_MAX_BYTES {
        return Err(invalid(field, format!("it must be 1 to {NAME_MAX_BYTES} bytes long")));
    }
    Ok(())
}

fn invalid(field: &str, why: String) -> StoreError {
    Refusal::Invalid { field: field.to_owned(), why }.into()
}

impl FullRow {
    fn into_workflow(self) -> Result<WorkflowRow, StoreError> {
        let content_hash =
            RowName { table: "workflows", id: &self.id }.parse("content_hash", &self.content_hash)?;
        Ok(WorkflowRow {
            id: self.id,
            version: self.version,
            body: self.body,
            content_hash,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        })
    }
}

impl VersionRow {
    fn into_version(self) -> Result<WorkflowVersion, StoreError> {
        let content_hash =
            RowName { table: "workflows", id: &self.id }.parse("content_hash", &self.content_hash)?;
        Ok(WorkflowVersion {
            id: self.id,
            version: self.version,
            content_hash,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        })
    }
}

impl LabelRow {
    fn into_label(self) -> Result<WorkflowLabel, StoreError> {
        let name = RowName { table: "workflow_labels", id: &self.workflow_id };
        let engine = name.parse_optional("engine", self.engine.as_deref())?;
        Ok(WorkflowLabel {
            engine,
            workflow_id: self.workflow_id,
            label: self.label,
            version: self.version,
            share_permille: self.share_permille,
            changed_by: self.changed_by,
            changed_at_ms: UnixMs(self.changed_at_ms),
        })
    }
}
