//! What the leader writes about a machine it asked for.

use prospector_domain::{
    engine::EngineId,
    event::EventKind,
    id::NodeId,
    node::{NodeKey, NodePhase, check_move},
    time::UnixMs,
};
use serde_json::json;

use super::{
    guard::{LeaderGuard, ensure_leader},
    row::{Node, NodeRow},
};
use crate::{
    Store,
    error::{Refusal, StoreError},
    event_log::{About, record},
    session::{Session, execute, fetch_optional},
    statement::nodes,
};

/// A machine that is wanted.
#[derive(Debug, Clone)]
pub struct NewNode {
    /// Its key.
    pub id: NodeId,
    /// The name under which the provider will be asked for it, which holds the key.
    pub name: String,
    /// The engine it will serve.
    pub engine: EngineId,
    /// The provider.
    pub provider: String,
    /// Where; empty when the provider has no regions.
    pub region: String,
    /// How large; empty when the provider has no sizes.
    pub size: String,
    /// Where its server will listen, when that is known beforehand.
    pub base_url: Option<String>,
    /// The key its server will want.
    pub api_key: Option<NodeKey>,
    /// Its price, in millionths of a dollar for an hour; 0 or more.
    pub price_microusd_per_hour: i64,
    /// Its time is billed in multiples of this, in milliseconds; at least 1.
    pub granularity_ms: i64,
    /// The shortest time that is billed, in milliseconds.
    pub minimum_ms: i64,
    /// Why it is wanted, in words.
    pub reason: String,
    /// When it must serve, or is given up.
    pub boot_deadline_ms: UnixMs,
}

/// What is written about a machine besides its phase; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct NodeChange {
    /// Where its server listens.
    pub base_url: Option<String>,
    /// Why it is where it is, in words.
    pub reason: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// Health probes that failed in a row.
    pub failed_probes: Option<i64>,
    /// When it must serve, or is given up.
    pub boot_deadline_ms: Option<UnixMs>,
}

impl Store {
    /// Writes down that a machine is wanted, before anybody is asked for it. The same id again changes nothing and
    /// returns the row as it is.
    ///
    /// # Errors
    /// [`Refusal::NoLongerLeader`]; otherwise what the database says.
    #[tracing::instrument(name = "db.nodes.open", skip_all)]
    pub async fn open_node(
        &self,
        now: UnixMs,
        guard: &LeaderGuard,
        new: &NewNode,
    ) -> Result<Node, StoreError> {
        self.retrying("db.nodes.open", || async {
            let mut tx = self.db.begin().await?;
            ensure_leader(&mut tx, guard).await?;
            let added = execute!(tx, nodes::ADD;
                new.id.to_string(),
                new.name.as_str(),
                new.engine.to_string(),
                new.provider.as_str(),
                new.region.as_str(),
                new.size.as_str(),
                NodePhase::Intent.to_string(),
                guard.epoch,
                None::<String>,
                new.base_url.as_deref(),
                new.api_key.as_ref().map(NodeKey::expose),
                new.price_microusd_per_hour,
                new.granularity_ms,
                new.minimum_ms,
                new.reason.as_str(),
                now.0,
                Some(new.boot_deadline_ms.0),
                None::<i64>,
                None::<i64>)?;
            let node = lock_node(&mut tx, new.id).await?;
            if added == 1 {
                note(&mut tx, now, EventKind::NodeOpened, &node, None).await?;
            }
            tx.commit().await?;
            Ok(node)
        })
        .await
    }

    /// Writes down what the provider calls a machine, and since when it bills it. One that was wanted is booting from
    /// then on; any other stays where it is.
    ///
    /// # Errors
    /// [`Refusal::NoLongerLeader`]; [`Refusal::NotFound`]; [`Refusal::Reused`] when the row has another machine
    /// already.
    #[tracing::instrument(name = "db.nodes.record_machine", skip_all)]
    pub async fn record_machine(
        &self,
        now: UnixMs,
        guard: &LeaderGuard,
        id: NodeId,
        machine_ref: &str,
        billed_from: UnixMs,
    ) -> Result<Node, StoreError> {
        self.change_node(now, guard, id, |node| {
            if node.machine_ref.as_deref().is_some_and(|known| known != machine_ref) {
                return Err(Refusal::Reused { what: "node", id: id.to_string() }.into());
            }
            node.machine_ref = Some(machine_ref.to_owned());
            node.billed_from_ms = node.billed_from_ms.or(Some(billed_from));
            if node.phase == NodePhase::Intent {
                enter(node, NodePhase::Booting, now);
            }
            Ok(())
        })
        .await
    }

    /// Takes a machine to a phase of its life, or notes something about it where it is. One that serves again after it
    /// drained keeps the moment at which it first served.
    ///
    /// # Errors
    /// [`Refusal::NoLongerLeader`]; [`Refusal::NotFound`]; [`Refusal::WrongState`] when a machine cannot go there.
    #[tracing::instrument(name = "db.nodes.move", skip_all, fields(to = %to))]
    pub async fn move_node(
        &self,
        now: UnixMs,
        guard: &LeaderGuard,
        id: NodeId,
        to: NodePhase,
        change: &NodeChange,
    ) -> Result<Node, StoreError> {
        self.change_node(now, guard, id, |node| {
            if node.phase != to {
                check_move(node.phase, to).map_err(|illegal| Refusal::WrongState {
                    what: "node",
                    state: node.phase.to_string(),
                    why: illegal.to_string(),
                })?;
                enter(node, to, now);
            }
            apply(node, change);
            Ok(())
        })
        .await
    }

    /// Counts an attempt to have a machine destroyed, with what went wrong, if anything did.
    ///
    /// # Errors
    /// [`Refusal::NoLongerLeader`]; [`Refusal::NotFound`].
    #[tracing::instrument(name = "db.nodes.note_destroy_attempt", skip_all)]
    pub async fn note_destroy_attempt(
        &self,
        now: UnixMs,
        guard: &LeaderGuard,
        id: NodeId,
        error: Option<&str>,
    ) -> Result<Node, StoreError> {
        self.change_node(now, guard, id, |node| {
            node.destroy_attempts += 1;
            if let Some(error) = error {
                node.error = Some(error.to_owned());
            }
            Ok(())
        })
        .await
    }

    /// Reads a machine's row under its lock, lets `change` edit it and writes it back, with its event when its phase is
    /// another one.
    async fn change_node(
        &self,
        now: UnixMs,
        guard: &LeaderGuard,
        id: NodeId,
        change: impl Fn(&mut Node) -> Result<(), StoreError> + Sync,
    ) -> Result<Node, StoreError> {
        self.retrying("db.nodes.change", || async {
            let mut tx = self.db.begin().await?;
            ensure_leader(&mut tx, guard).await?;
            let mut node = lock_node(&mut tx, id).await?;
            let before = node.phase;
            change(&mut node)?;
            node.epoch = guard.epoch;
            save(&mut tx, &node).await?;
            if node.phase != before {
                note(&mut tx, now, EventKind::NodeMoved, &node, Some(before)).await?;
            }
            tx.commit().await?;
            Ok(node)
        })
        .await
    }
}

/// Notes the phase and the moment it began; a moment that was met before stays. A machine that serves again has not
/// begun to drain.
pub(super) fn enter(node: &mut Node, phase: NodePhase, now: UnixMs) {
    if phase == NodePhase::Ready {
        node.draining_at_ms = None;
    }
    node.phase = phase;
    node.phase_at_ms = now;
    let began = match phase {
        NodePhase::Intent => return,
        NodePhase::Booting => &mut node.booting_at_ms,
        NodePhase::Warming => &mut node.warming_at_ms,
        NodePhase::Ready => &mut node.ready_at_ms,
        NodePhase::Draining => &mut node.draining_at_ms,
        NodePhase::Destroying => &mut node.destroying_at_ms,
        NodePhase::Gone => &mut node.gone_at_ms,
    };
    *began = began.or(Some(now));
}

fn apply(node: &mut Node, change: &NodeChange) {
    if let Some(base_url) = &change.base_url {
        node.base_url = Some(base_url.clone());
    }
    if let Some(reason) = &change.reason {
        node.reason.clone_from(reason);
    }
    if let Some(error) = &change.error {
        node.error = Some(error.clone());
    }
    node.failed_probes = change.failed_probes.unwrap_or(node.failed_probes);
    node.boot_deadline_ms = change.boot_deadline_ms.or(node.boot_deadline_ms);
}

pub(crate) async fn lock_node(tx: &mut Session, id: NodeId) -> Result<Node, StoreError> {
    fetch_optional!(tx, nodes::LOCK => NodeRow; id.to_string())?
        .ok_or_else(|| Refusal::NotFound { what: "node", id: id.to_string() })?
        .into_node()
}

/// Writes back whatever may change about a machine whose row is locked.
pub(crate) async fn save(tx: &mut Session, node: &Node) -> Result<(), StoreError> {
    let at = |moment: Option<UnixMs>| moment.map(|at| at.0);
    execute!(tx, nodes::UPDATE;
        node.id.to_string(),
        node.phase.to_string(),
        node.epoch,
        node.machine_ref.as_deref(),
        node.base_url.as_deref(),
        node.reason.as_str(),
        node.error.as_deref(),
        at(node.boot_deadline_ms),
        node.phase_at_ms.0,
        at(node.billed_from_ms),
        at(node.booting_at_ms),
        at(node.warming_at_ms),
        at(node.ready_at_ms),
        at(node.draining_at_ms),
        at(node.destroying_at_ms),
        at(node.gone_at_ms),
        node.failed_probes,
        node.destroy_attempts,
        at(node.metered_until_ms),
        node.settled)?;
    Ok(())
}

pub(super) async fn note(
    tx: &mut Session,
    now: UnixMs,
    kind: EventKind,
    node: &Node,
    from: Option<NodePhase>,
) -> Result<(), StoreError> {
    let data = json!({
        "node_id": node.id,
        "engine": node.engine,
        "provider": node.provider,
        "from": from,
        "to": node.phase,
        "reason": node.reason,
        "error": node.error,
        "epoch": node.epoch,
    });
    record(tx, now, kind, About::default(), &data).await
}
