//! The workflows that write now.

use std::{collections::BTreeMap, sync::Arc};

use prospector_domain::{
    engine::EngineId,
    id::ThreadId,
    situation::{Archetype, ThreadState},
    template::TemplateKey,
    workflow::{Arm, Labels, Workflow, WorkflowError, WorkflowId, WorkflowSet},
};

use super::row::{Labelled, labelled};
use crate::{Store, error::StoreError, row::RowName, session::Session};

/// The workflows that write now, and the share of threads that try others.
#[derive(Debug, Clone)]
pub struct WorkflowsInForce {
    /// Rises with every version of a workflow and every change of a label.
    pub revision: i64,
    held: Arc<Held>,
}

/// The workflow that writes one reply, and the label under which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenWorkflow<'a> {
    /// What it says; its version is the store's number.
    pub workflow: &'a Workflow,
    /// The label, recorded with the draft.
    pub arm: Arm,
}

#[derive(Debug)]
struct Held {
    set: WorkflowSet,
    labels: BTreeMap<WorkflowId, Labels>,
    challengers: BTreeMap<WorkflowId, Workflow>,
}

impl WorkflowsInForce {
    /// The one workflow for a situation; none means that the reply is held, `no_workflow`. A thread always gets the
    /// same arm as long as labels stay, and who asks without one gets what is live.
    ///
    /// Live versions alone say which workflow a situation belongs to. Its challenger writes where it is for that
    /// situation too, so that a trial never takes from another workflow what that one writes.
    #[must_use]
    pub fn choose(
        &self,
        archetype: Archetype,
        state: ThreadState,
        key: TemplateKey,
        engine: &EngineId,
        thread: Option<ThreadId>,
    ) -> Option<ChosenWorkflow<'_>> {
        let live = self.held.set.choose(archetype, state, key, engine)?;
        let on_trial = thread
            .filter(|thread| {
                let labels = self.held.labels.get(&live.id);
                labels.is_some_and(|labels| labels.arm(&live.id, *thread, engine) == Arm::Challenger)
            })
            .and_then(|_| self.held.challengers.get(&live.id))
            .filter(|challenger| challenger.is_for(archetype, state, key, engine));
        Some(match on_trial {
            Some(workflow) => ChosenWorkflow { workflow, arm: Arm::Challenger },
            None => ChosenWorkflow { workflow: live, arm: Arm::Live },
        })
    }

    /// The labels of a workflow; none for one that was never published.
    #[must_use]
    pub fn labels(&self, id: &WorkflowId) -> Option<&Labels> {
        self.held.labels.get(id)
    }

    /// The live versions, by id.
    #[must_use]
    pub fn set(&self) -> &WorkflowSet {
        &self.held.set
    }
}

impl Store {
    pub(crate) async fn workflows_at(
        &self,
        session: &mut Session,
        revision: i64,
    ) -> Result<WorkflowsInForce, StoreError> {
        if let Some(cached) = self.documents.workflows(revision) {
            return Ok(cached);
        }
        let held = held(labelled(session).await?)?;
        let in_force = WorkflowsInForce { revision, held: Arc::new(held) };
        self.documents.keep_workflows(&in_force);
        Ok(in_force)
    }
}

fn held(labelled: BTreeMap<WorkflowId, Labelled>) -> Result<Held, StoreError> {
    let (mut live, mut labels, mut challengers) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for (id, one) in labelled {
        live.push(one.live);
        labels.insert(id.clone(), one.labels);
        challengers.extend(one.challenger.map(|workflow| (id, workflow)));
    }
    let set = WorkflowSet::new(live).map_err(|error| {
        let id = match &error {
            WorkflowError::Tie { second: id, .. } | WorkflowError::Twice(id) => id.as_str(),
            _ => "(all)",
        };
        RowName { table: "workflows", id }.bad("body", &error)
    })?;
    Ok(Held { set, labels, challengers })
}
