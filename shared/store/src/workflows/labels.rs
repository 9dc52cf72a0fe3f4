//! Moving labels: which version is live, and which one is tried beside it.

use prospector_domain::{
    engine::EngineId,
    event::EventKind,
    time::UnixMs,
    workflow::{Arm, Challenger, InvalidLabels, Labels, Workflow, WorkflowId},
};
use serde_json::json;

use super::{
    publish::check_beside_live,
    row::{find, labelled},
};
use crate::{
    Store,
    error::{Refusal, StoreError},
    event_log::{About, record},
    session::{Session, execute},
    statement::{settings, workflows},
};

impl Store {
    /// Makes a version the one that writes. Going back to an earlier one is the rollback. A challenger on that version
    /// has won, and its trial ends. The version that is live already stays so, and nothing changes.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such version; [`Refusal::Invalid`] when the canon lacks by now what it
    /// takes from it, or when it would tie with another live workflow.
    #[tracing::instrument(name = "db.workflows.make_live", skip_all)]
    pub async fn make_workflow_live(
        &self,
        now: UnixMs,
        by: &str,
        id: &WorkflowId,
        version: i64,
    ) -> Result<(), StoreError> {
        self.retrying("db.workflows.make_live", || async {
            let mut tx = self.db.begin().await?;
            execute!(tx, settings::LOCK;)?;
            let workflow = version_of(&mut tx, id, version).await?;
            let labels = labels_of(&mut tx, id).await?;
            if labels.live() == version {
                return Ok(());
            }
            check_beside_live(&mut tx, &workflow).await?;
            if let Some(won) = labels.challenger().filter(|trial| trial.version == version) {
                end_trial(&mut tx, now, by, id, won).await?;
            }
            set_label(&mut tx, now, by, id, Arm::Live, version, None).await?;
            tx.commit().await
        })
        .await
    }

    /// Tries a version on a share of the threads, in place of the one that was tried before; none ends the trial.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when there is no such workflow or version; [`Refusal::Invalid`] for a share outside 1 to
    /// 1,000 thousandths, the version that is live, or an engine that the version is not for.
    #[tracing::instrument(name = "db.workflows.challenge", skip_all)]
    pub async fn challenge_workflow(
        &self,
        now: UnixMs,
        by: &str,
        id: &WorkflowId,
        challenger: Option<Challenger>,
    ) -> Result<(), StoreError> {
        self.retrying("db.workflows.challenge", || async {
            let mut tx = self.db.begin().await?;
            execute!(tx, settings::LOCK;)?;
            let labels = labels_of(&mut tx, id).await?;
            if labels.challenger() == challenger.as_ref() {
                return Ok(());
            }
            Labels::new(labels.live(), challenger.clone()).map_err(|error| refusal(&error))?;
            match (&challenger, labels.challenger()) {
                (Some(trial), _) => {
                    check_engine(&version_of(&mut tx, id, trial.version).await?, &trial.engine)?;
                    let share = Some((i64::from(trial.share_permille), &trial.engine));
                    set_label(&mut tx, now, by, id, Arm::Challenger, trial.version, share).await?;
                }
                (None, Some(ended)) => end_trial(&mut tx, now, by, id, ended).await?,
                (None, None) => {}
            }
            tx.commit().await
        })
        .await
    }
}

/// Points a label to a version; a challenger has a share, in thousandths, of the threads that its engine writes for.
pub(super) async fn set_label(
    tx: &mut Session,
    now: UnixMs,
    by: &str,
    id: &WorkflowId,
    label: Arm,
    version: i64,
    share: Option<(i64, &EngineId)>,
) -> Result<(), StoreError> {
    let (share_permille, engine) = share.unzip();
    execute!(tx, workflows::LABEL;
        id.as_str(), label.to_string(), version, share_permille, engine.map(EngineId::to_string), by, now.0)?;
    let data = json!({
        "id": id,
        "label": label,
        "version": version,
        "share_permille": share_permille,
        "engine": engine,
        "by": by,
    });
    record(tx, now, EventKind::WorkflowLabelled, About::default(), &data).await
}

/// The row stays with a share of 0: were it taken away, the revision would fall back to one that stood for other
/// labels.
async fn end_trial(
    tx: &mut Session,
    now: UnixMs,
    by: &str,
    id: &WorkflowId,
    trial: &Challenger,
) -> Result<(), StoreError> {
    set_label(tx, now, by, id, Arm::Challenger, trial.version, Some((0, &trial.engine))).await
}

async fn version_of(tx: &mut Session, id: &WorkflowId, version: i64) -> Result<Workflow, StoreError> {
    let found = find(tx, id, version).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "workflow", id: format!("{id}@{version}") })?)
}

async fn labels_of(tx: &mut Session, id: &WorkflowId) -> Result<Labels, StoreError> {
    let one = labelled(tx).await?.remove(id);
    Ok(one.ok_or_else(|| Refusal::NotFound { what: "workflow", id: id.to_string() })?.labels)
}

fn check_engine(workflow: &Workflow, engine: &EngineId) -> Result<(), Refusal> {
    if workflow.engine.allows(engine) {
        return Ok(());
    }
    let why =
        format!("version {} of {} is made for another engine than {engine}", workflow.version, workflow.id);
    Err(Refusal::Invalid { field: "engine".to_owned(), why })
}

fn refusal(error: &InvalidLabels) -> Refusal {
    let field = match error {
        InvalidLabels::Version { .. } | InvalidLabels::Same(_) => "version",
        InvalidLabels::Share(_) => "share_permille",
        InvalidLabels::Engine => "engine",
    };
    Refusal::Invalid { field: field.to_owned(), why: error.to_string() }
}
