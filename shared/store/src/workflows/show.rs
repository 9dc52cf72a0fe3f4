//! Looking at workflows.

use prospector_domain::{
    content_hash::ContentHash,
    engine::EngineId,
    time::UnixMs,
    workflow::{Arm, Workflow, WorkflowId},
};
use serde::Serialize;

use super::row::{challenger, find};
use crate::{Store, error::StoreError, row::RowName, session::fetch_all, statement::workflows};

/// A version of a workflow, without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkflowVersion {
    /// The workflow.
    pub id: WorkflowId,
    /// Its number, from 1.
    pub version: i64,
    /// Hash of what it says, whatever its layout.
    pub content_hash: ContentHash,
    /// Who published it.
    pub created_by: String,
    /// When.
    pub created_at_ms: UnixMs,
}

/// A label that counts, and who set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkflowLabel {
    /// The workflow.
    pub id: WorkflowId,
    /// Which label.
    pub label: Arm,
    /// The version it is on.
    pub version: i64,
    /// A challenger's share of the threads, in thousandths, 1 to 1,000.
    pub share_permille: Option<u16>,
    /// The build a challenger is tried with.
    pub engine: Option<EngineId>,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at_ms: UnixMs,
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
    /// One version of a workflow.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.get", skip_all)]
    pub async fn workflow(&self, id: &WorkflowId, version: i64) -> Result<Option<Workflow>, StoreError> {
        find(&mut self.db.read().await?, id, version).await
    }

    /// Versions of one workflow, or of all, by id, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.list", skip_all)]
    pub async fn workflow_versions(
        &self,
        id: Option<&WorkflowId>,
        limit: i64,
    ) -> Result<Vec<WorkflowVersion>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, workflows::LIST => VersionRow; id.map(WorkflowId::as_str), limit)?;
        rows.into_iter().map(VersionRow::into_version).collect()
    }

    /// Every label that counts, by workflow, the live one first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.workflows.labels", skip_all)]
    pub async fn workflow_labels(&self) -> Result<Vec<WorkflowLabel>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, workflows::LABELS => LabelRow;)?;
        rows.into_iter().filter_map(|row| row.into_label().transpose()).collect()
    }
}

impl VersionRow {
    fn into_version(self) -> Result<WorkflowVersion, StoreError> {
        let name = RowName { table: "workflows", id: &self.id };
        Ok(WorkflowVersion {
            id: name.parse("id", &self.id)?,
            content_hash: name.parse("content_hash", &self.content_hash)?,
            version: self.version,
            created_by: self.created_by,
            created_at_ms: UnixMs(self.created_at_ms),
        })
    }
}

impl LabelRow {
    /// None for the label of a trial that has ended.
    fn into_label(self) -> Result<Option<WorkflowLabel>, StoreError> {
        let name = RowName { table: "workflow_labels", id: &self.workflow_id };
        let label = name.parse("label", &self.label)?;
        let trial = match label {
            Arm::Live => None,
            Arm::Challenger => {
                let found = challenger(name, self.version, self.share_permille, self.engine.as_deref())?;
                let Some(trial) = found else { return Ok(None) };
                Some((trial.share_permille, trial.engine))
            }
        };
        let (share_permille, engine) = trial.unzip();
        Ok(Some(WorkflowLabel {
            id: name.parse("workflow_id", &self.workflow_id)?,
            label,
            version: self.version,
            share_permille,
            engine,
            changed_by: self.changed_by,
            changed_at_ms: UnixMs(self.changed_at_ms),
        }))
    }
}
