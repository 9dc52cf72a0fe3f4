//! Holds what the provider lists against the rows: finds what was created although the answer was lost, what vanished,
//! what has gone at last, and what nobody wants.

use std::collections::HashSet;

use ai_harness::{
    cost::Billing,
    providers::{Machine, Provider},
};
use prospector_domain::{
    id::NodeId,
    node::NodePhase,
    time::{SECOND_MS, UnixMs},
};
use prospector_runtime::failpoint::{self, Point};
use prospector_store::{FoundMachine, LeaderGuard, Node, NodeChange, StoreError};

use super::metrics;
use super::{
    budget::billing_of,
    compare::{Finding, compare},
    keeper::{Known, MachineKeeper, Pause},
};

/// The provider is asked for its list this often while a machine comes or goes, in milliseconds.
const LIST_IN_TRANSIT_MS: i64 = 2 * SECOND_MS;
/// And this often otherwise: an orphan is found and destroyed within two of these, in milliseconds.
const LIST_AT_REST_MS: i64 = 30 * SECOND_MS;
/// Lists in a row that a machine must be missing from before it counts as gone.
const MISSING_LISTS: u32 = 2;

impl MachineKeeper {
    /// Holds what the provider lists against the rows, when it is time to. Returns how many orphans were found.
    pub(super) async fn reconcile(
        &mut self,
        provider: &dyn Provider,
        guard: &LeaderGuard,
    ) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut nodes = self.store.live_nodes().await?;
        nodes.retain(|node| node.provider == provider.name());
        let in_transit = nodes.iter().any(|node| {
            node.phase.is_coming() || node.phase == NodePhase::Destroying || node.failed_probes > 0
        });
        let every_ms = if in_transit { LIST_IN_TRANSIT_MS } else { LIST_AT_REST_MS };
        let is_listed = self.memory.listed_at.is_some_and(|at| now.since(at) < every_ms);
        if is_listed || self.memory.list_pause.words(now).is_some() {
            return Ok(0);
        }
        let machines = match provider.list().await {
            Ok(machines) => machines,
            Err(error) => {
                tracing::warn!(%error, "the provider does not list its machines");
                metrics::provider_failed(error.kind.into());
                self.memory.list_pause.failed(&error, self.clock.now());
                return Ok(0);
            }
        };
        let now = self.clock.now();
        self.memory.listed_at = Some(now);
        self.memory.list_pause = Pause::default();
        let mut orphans = 0;
        let mut seen: HashSet<NodeId> = nodes.iter().map(|node| node.id).collect();
        for finding in compare(&nodes, &machines, !provider.is_permanent()) {
            match finding {
                Finding::Created(node, machine) => {
                    // Providers tell the second, and nothing was created before it was asked for.
                    let since =
                        machine.created_at_ms.map_or(node.created_at_ms, UnixMs).max(node.created_at_ms);
                    self.store.record_machine(now, guard, node.id, &machine.reference.0, since).await?;
                }
                Finding::Addressed(node, machine) => self.addressed(guard, node, machine, now).await?,
                Finding::Missing(node) => {
                    seen.remove(&node.id);
                    self.memory.nodes.entry(node.id).or_default().missing_lists += 1;
                    self.missing(provider, guard, node, now).await?;
                }
                Finding::Orphan(machine) => {
                    orphans += 1;
                    self.adopt(provider, guard, machine, now).await?;
                }
            }
        }
        for id in seen {
            self.memory.nodes.entry(id).or_default().was_seen(now);
        }
        Ok(orphans)
    }

    async fn addressed(
        &self,
        guard: &LeaderGuard,
        node: &Node,
        machine: &Machine,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        let base_url = machine.base_url.as_ref().map(ToString::to_string);
        let change = NodeChange { base_url, ..NodeChange::default() };
        self.store.move_node(now, guard, node.id, NodePhase::Warming, &change).await?;
        Ok(())
    }

    /// A machine is not on the list.
    async fn missing(
        &self,
        provider: &dyn Provider,
        guard: &LeaderGuard,
        node: &Node,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        let known = self.memory.nodes.get(&node.id);
        let lists = known.map_or(0, |known| known.missing_lists);
        let exists_since = node.booting_at_ms.unwrap_or(node.created_at_ms);
        let may_lag = now.since(exists_since) < provider.listing_lag_ms();
        let (gone_at, why) = match (node.phase, &node.machine_ref) {
            // Nobody knows whether it was ever created.
            (NodePhase::Intent, _) | (NodePhase::Destroying, None) => {
                if now.since(node.created_at_ms) < self.parts.settings.order_grace_s * SECOND_MS
                    || lists < MISSING_LISTS
                {
                    return Ok(());
                }
                (now, Some("the order left no trace"))
            }
            // What was asked to go and is not listed has gone, at the moment the provider took that request.
            (NodePhase::Destroying, Some(_)) => {
                if !known.is_some_and(Known::is_asked_to_go) || (may_lag && node.destroy_attempts < 2) {
                    return Ok(());
                }
                // Where it was seen after every request, it went some time since.
                (known.and_then(Known::ended_at).unwrap_or(now), None)
            }
            _ if lists < MISSING_LISTS || may_lag => return Ok(()),
            _ => (now, Some("the machine vanished")),
        };
        if let Some(why) = why {
            tracing::warn!(node.id = %node.id, node.phase = %node.phase, why, "a machine is gone");
        }
        let change = NodeChange { error: why.map(str::to_owned), ..NodeChange::default() };
        self.store.move_node(gone_at, guard, node.id, NodePhase::Gone, &change).await?;
        failpoint::hit(Point::SchedulerAfterNodeGone);
        Ok(())
    }

    /// A machine that no live row stands for gets one, in which it is destroyed.
    async fn adopt(
        &mut self,
        provider: &dyn Provider,
        guard: &LeaderGuard,
        machine: &Machine,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        let known = machine.node_id.map(NodeId);
        let row = match known {
            Some(id) => self.store.node(id).await?,
            None => None,
        };
        // Its name may belong to a row that has another machine already.
        let is_free = row.as_ref().is_none_or(|row| {
            row.phase == NodePhase::Gone
                && row.machine_ref.as_deref().is_none_or(|known| known == machine.reference.0)
        });
        let id = known.filter(|_| is_free).unwrap_or_else(|| NodeId(self.ids.next(now)));
        let offer = self.offer_like(provider, machine, row.as_ref(), now).await;
        let Some(billing) = offer else {
            tracing::warn!(
                machine.name,
                "what a found machine costs is not known yet; it is adopted once it is"
            );
            return Ok(());
        };
        let engine = row.map(|row| row.engine);
        let engine = match engine {
            Some(engine) => engine,
            None => self.store.settings().await?.draft_engine,
        };
        let found = FoundMachine {
            id,
            name: machine.name.clone(),
            engine,
            provider: provider.name().to_owned(),
            region: machine.region.clone(),
            size: machine.size.clone(),
            machine_ref: machine.reference.0.clone(),
            billed_from_ms: machine.created_at_ms.map_or(now, UnixMs),
            price_microusd_per_hour: billing.price_microusd_per_hour,
            granularity_ms: billing.granularity_ms,
            minimum_ms: billing.minimum_ms,
            reason: "found at the provider without a row that wants it".to_owned(),
        };
        tracing::error!(node.id = %id, machine.name, "a machine that nobody wants was found; it is destroyed");
        metrics::orphan_found();
        self.store.adopt_node(now, guard, &found).await?;
        Ok(())
    }

    /// What a machine costs: as its row says, or as one of its size does. None while the provider does not say.
    async fn offer_like(
        &mut self,
        provider: &dyn Provider,
        machine: &Machine,
        row: Option<&Node>,
        now: UnixMs,
    ) -> Option<Billing> {
        if let Some(row) = row {
            return Some(billing_of(row));
        }
        let offers = self.offers(provider, now).await.ok()?;
        let same_size = offers.iter().find(|offer| offer.size == machine.size);
        same_size.or(offers.first()).map(|offer| offer.billing)
    }
}
