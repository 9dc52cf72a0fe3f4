//! Machines that turn up without a row, or although their row says that they are gone.

use prospector_domain::{engine::EngineId, event::EventKind, id::NodeId, node::NodePhase, time::UnixMs};

use super::{
    guard::{LeaderGuard, ensure_leader},
    life::{enter, lock_node, note, save},
    row::Node,
};
use crate::{Store, error::StoreError, session::execute, statement::nodes};

/// A machine that a provider has and nobody wants.
#[derive(Debug, Clone)]
pub struct FoundMachine {
    /// The key in its name, or a new one.
    pub id: NodeId,
    /// Its name at the provider.
    pub name: String,
    /// The engine it seems to be for.
    pub engine: EngineId,
    /// The provider.
    pub provider: String,
    /// Where; empty when unknown.
    pub region: String,
    /// How large; empty when unknown.
    pub size: String,
    /// What the provider calls it.
    pub machine_ref: String,
    /// Since when the provider bills it.
    pub billed_from_ms: UnixMs,
    /// Its price, in millionths of a dollar for an hour.
    pub price_microusd_per_hour: i64,
    /// Its time is billed in multiples of this, in milliseconds; at least 1.
    pub granularity_ms: i64,
    /// The shortest time that is billed, in milliseconds.
    pub minimum_ms: i64,
    /// How it was found, in words.
    pub reason: String,
}

impl Store {
    /// Gives a machine that was found a row, so that it is billed with one, and is to be destroyed. A row that said it
    /// was gone is opened again, with a ledger that goes on. A row that is live stays as it is.
    ///
    /// # Errors
    /// [`crate::Refusal::NoLongerLeader`]; otherwise what the database says.
    #[tracing::instrument(name = "db.nodes.adopt", skip_all)]
    pub async fn adopt_node(
        &self,
        now: UnixMs,
        guard: &LeaderGuard,
        found: &FoundMachine,
    ) -> Result<Node, StoreError> {
        self.retrying("db.nodes.adopt", || async {
            let mut tx = self.db.begin().await?;
            ensure_leader(&mut tx, guard).await?;
            let added = execute!(tx, nodes::ADD;
                found.id.to_string(),
                found.name.as_str(),
                found.engine.to_string(),
                found.provider.as_str(),
                found.region.as_str(),
                found.size.as_str(),
                NodePhase::Destroying.to_string(),
                guard.epoch,
                Some(found.machine_ref.as_str()),
                None::<String>,
                None::<String>,
                found.price_microusd_per_hour,
                found.granularity_ms,
                found.minimum_ms,
                found.reason.as_str(),
                now.0,
                None::<i64>,
                Some(found.billed_from_ms.0),
                Some(now.0))?;
            let mut node = lock_node(&mut tx, found.id).await?;
            let before = if added == 1 { None } else { Some(node.phase) };
            if before == Some(NodePhase::Gone) {
                reopen(&mut node, guard, found, now);
                save(&mut tx, &node).await?;
            }
            if before.is_none_or(|phase| phase == NodePhase::Gone) {
                note(&mut tx, now, EventKind::NodeAdopted, &node, before).await?;
            }
            tx.commit().await?;
            Ok(node)
        })
        .await
    }
}

fn reopen(node: &mut Node, guard: &LeaderGuard, found: &FoundMachine, now: UnixMs) {
    enter(node, NodePhase::Destroying, now);
    node.gone_at_ms = None;
    node.settled = false;
    node.epoch = guard.epoch;
    node.reason.clone_from(&found.reason);
    // One that was created although the answer was lost has neither yet.
    node.machine_ref = node.machine_ref.take().or_else(|| Some(found.machine_ref.clone()));
    node.billed_from_ms = node.billed_from_ms.or(Some(found.billed_from_ms));
}
