//! Publishing versions.

use prospector_domain::{
    event::EventKind,
    time::UnixMs,
    workflow::{Arm, Workflow, WorkflowError, WorkflowId, WorkflowSet},
};
use serde::Serialize;
use serde_json::json;

use super::{
    labels::set_label,
    row::{labelled, parse},
};
use crate::{
    Store,
    canon::read_canon,
    error::{Refusal, StoreError},
    event_log::{About, record},
    session::{Session, execute, fetch_one, fetch_optional},
    statement::{settings, workflows},
};

/// A version of a workflow that the store holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedWorkflow {
    /// The workflow.
    pub id: WorkflowId,
    /// Its number, from 1.
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct NumberRow {
    version: i64,
}

impl Store {
    /// Publishes a workflow, written in TOML or JSON, and returns its version, whose number is the store's, whatever
    /// the text says. The same content as any earlier version changes nothing and returns that one. The first version
    /// of a workflow is live at once; later ones are once they are made so.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] names the field that is wrong, the entry that the canon does not have, or the live workflow
    /// with which it would tie; [`Refusal::NothingPublished`] when there is no canon.
    #[tracing::instrument(name = "db.workflows.publish", skip_all)]
    pub async fn publish_workflow(
        &self,
        now: UnixMs,
        by: &str,
        text: &str,
    ) -> Result<PublishedWorkflow, StoreError> {
        let workflow = parse(text).map_err(refusal)?;
        let hash = workflow.content_hash().to_string();
        let id = workflow.id.as_str();
        let published = |version| PublishedWorkflow { id: workflow.id.clone(), version };
        self.retrying("db.workflows.publish", || async {
            let mut tx = self.db.begin().await?;
            // Keeps two publishers apart: each is checked against what the other made live.
            execute!(tx, settings::LOCK;)?;
            let known = fetch_optional!(tx, workflows::BY_CONTENT => NumberRow; id, hash.as_str())?;
            if let Some(known) = known {
                return Ok(published(known.version));
            }
            check_beside_live(&mut tx, &workflow).await?;
            let version = fetch_one!(tx, workflows::NEWEST => NumberRow; id)?.version + 1;
            execute!(tx, workflows::INSERT; id, version, text, hash.as_str(), by, now.0)?;
            let data = json!({ "id": id, "version": version, "content_hash": hash, "by": by });
            record(&mut tx, now, EventKind::WorkflowPublished, About::default(), &data).await?;
            if version == 1 {
                set_label(&mut tx, now, by, &workflow.id, Arm::Live, version, None).await?;
            }
            tx.commit().await?;
            Ok(published(version))
        })
        .await
    }
}

/// Refuses a version that takes from the canon what is not there, or ties with a live workflow once it is live itself.
/// The caller holds the lock of settings.
pub(super) async fn check_beside_live(tx: &mut Session, workflow: &Workflow) -> Result<(), StoreError> {
    let canon = read_canon(tx).await?.ok_or(Refusal::NothingPublished { what: "canon" })?;
    workflow.check(&canon).map_err(refusal)?;
    let others = labelled(tx).await?.into_values().map(|one| one.live);
    let mut live: Vec<Workflow> = others.filter(|other| other.id != workflow.id).collect();
    live.push(workflow.clone());
    WorkflowSet::new(live).map_err(refusal)?;
    Ok(())
}

fn refusal(error: WorkflowError) -> Refusal {
    match error {
        WorkflowError::Field { field, reason } => Refusal::Invalid { field, why: reason },
        other => Refusal::Invalid { field: "workflow".to_owned(), why: other.to_string() },
    }
}
