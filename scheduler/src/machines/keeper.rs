//! The loop, which only waits, and the turn, which does everything about machines.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ai_harness::{
    client::InferenceClient,
    providers::{Offer, Provider},
};
use futures::future::join_all;
use prospector_domain::{
    id::NodeId,
    node::NodePhase,
    source::{Clock, IdSource},
    time::{MINUTE_MS, UnixMs},
};
use prospector_runtime::{config::EngineSettings, shutdown::Shutdown};
use prospector_store::{LeaderGuard, Lease, Node, Store, StoreError};
use tokio::sync::watch;

use super::metrics;
use super::{
    act::Actor,
    attend::{Attendant, Attended, HEALTH_EVERY_MS},
    budget::start_of_day,
    meter::{is_due, meter},
    waits::settle_waits,
};
use crate::scheduler::SchedulerParts;

/// Pause between two turns while there are machines or a lead to wait for.
const TURN: Duration = Duration::from_millis(500);
/// Offers are asked for again after this, in milliseconds: prices change by the month, capacity by the minute.
const OFFERS_MS: i64 = MINUTE_MS;
/// Machines that are gone and get their final ledger in one turn.
const SETTLED_AT_ONCE: i64 = 16;

/// What machines are kept with.
#[derive(Clone)]
pub struct MachineParts {
    /// Where machines come from; none when there is no provider, and only `template` can write.
    pub provider: Option<Arc<dyn Provider>>,
    /// Asks machines whether they serve.
    pub client: InferenceClient,
    /// `[engine]` of the configuration.
    pub settings: Arc<EngineSettings>,
}

/// What one turn did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MachinesReport {
    /// False when this process does not lead; then nothing was done.
    pub leads: bool,
    /// What the policy said, in words; empty with the `template` engine.
    pub plan: String,
    /// Machines ordered.
    pub ordered: u64,
    /// Machines found that nobody wanted.
    pub orphans: u64,
    /// Candidates held because no engine came.
    pub held: u64,
    /// Candidates let go because one did.
    pub released: u64,
}

/// Keeps machines while its process leads.
pub(crate) struct MachineKeeper {
    pub(super) store: Arc<Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    pub(super) parts: MachineParts,
    lead: watch::Receiver<Option<Lease>>,
    pub(super) memory: Memory,
}

/// What is known from one turn to the next. All of it may be forgotten at any time.
#[derive(Debug, Default)]
pub(super) struct Memory {
    epoch: i64,
    pub(super) listed_at: Option<UnixMs>,
    pub(super) offers: Option<(UnixMs, Vec<Offer>)>,
    pub(super) missing: HashMap<NodeId, u32>,
    pub(super) seen_at: HashMap<NodeId, UnixMs>,
    pub(super) asked_health_at: HashMap<NodeId, UnixMs>,
    pub(super) destroy_asked_at: HashMap<NodeId, UnixMs>,
}

impl MachineKeeper {
    pub(crate) fn new(parts: &SchedulerParts, lead: watch::Receiver<Option<Lease>>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            parts: parts.machines.clone(),
            lead,
            memory: Memory::default(),
        }
    }

    /// Takes turns until asked to stop. Machines are left as they are: whoever leads next goes on.
    pub(crate) async fn run(mut self, shutdown: &Shutdown) {
        while !shutdown.draining().is_cancelled() {
            match shutdown.unless_stopped(self.turn()).await {
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    tracing::warn!(%error, "machines could not be looked after; it is tried again");
                }
                None => return,
            }
            tokio::select! {
                () = tokio::time::sleep(TURN) => {}
                () = shutdown.draining().cancelled() => {}
            }
        }
    }

    /// One turn.
    ///
    /// # Errors
    /// What the store says; what a provider says is dealt with.
    pub(crate) async fn turn(&mut self) -> Result<MachinesReport, StoreError> {
        let Some(lease) = self.lead.borrow().clone() else { return Ok(MachinesReport::default()) };
        if self.memory.epoch != lease.epoch {
            self.memory = Memory { epoch: lease.epoch, ..Memory::default() };
        }
        let guard = LeaderGuard::from(&lease);
        let mut report = MachinesReport { leads: true, ..MachinesReport::default() };
        let engine = self.store.settings().await?.draft_engine;
        let mut why = "no provider of machines is configured (engine.provider)".to_owned();
        if let Some(provider) = self.parts.provider.clone() {
            report.orphans = self.reconcile(provider.as_ref(), &guard).await?;
            self.meter(&guard).await?;
            self.attend(provider.as_ref(), &guard).await?;
            let (plan, ordered) = self.follow_policy(provider.as_ref(), &guard, &engine).await?;
            why.clone_from(&plan);
            (report.plan, report.ordered) = (plan, ordered);
        }
        let nodes = self.store.live_nodes().await?;
        metrics::nodes(&nodes);
        let wait_max_s = self.parts.settings.wait_max_s;
        let waits = settle_waits(&self.store, &engine, &nodes, wait_max_s, &why, self.clock.now()).await?;
        (report.held, report.released) = (waits.held, waits.released);
        Ok(report)
    }

    pub(super) async fn offers(
        &mut self,
        provider: &dyn Provider,
        now: UnixMs,
    ) -> Result<Vec<Offer>, String> {
        if let Some((at, offers)) = &self.memory.offers
            && now.since(*at) < OFFERS_MS
        {
            return Ok(offers.clone());
        }
        match provider.offers().await {
            Ok(offers) => {
                self.memory.offers = Some((now, offers.clone()));
                Ok(offers)
            }
            Err(error) => {
                metrics::provider_failed(error.kind.into());
                Err(error.to_string())
            }
        }
    }

    /// Brings ledgers up to date: of machines that are gone at once, of live ones now and then.
    async fn meter(&mut self, guard: &LeaderGuard) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut nodes = self.store.gone_unsettled_nodes(SETTLED_AT_ONCE).await?;
        nodes.extend(self.store.live_nodes().await?);
        let mut metered = false;
        for node in nodes.iter().filter(|node| is_due(node, now)) {
            meter(&self.store, guard, node, now).await?;
            metered = true;
        }
        if metered {
            let spend = self.store.spend_since(start_of_day(now)).await?;
            metrics::spent_today(|phase| {
                spend.iter().filter(|part| part.phase == phase).map(|part| part.cost_microusd).sum()
            });
        }
        Ok(())
    }

    /// Looks after every machine where it is in its life.
    async fn attend(&mut self, provider: &dyn Provider, guard: &LeaderGuard) -> Result<(), StoreError> {
        let now = self.clock.now();
        let nodes = self.store.live_nodes().await?;
        let builds = self.store.engine_builds().await?;
        let served = |node: &Node| {
            let build = builds.iter().find(|build| build.engine == node.engine);
            build.map_or("", |build| build.served_model_name.as_str())
        };
        let due: Vec<&Node> = nodes.iter().filter(|node| self.is_to_be_seen(node, now)).collect();
        let looks = due.iter().map(|node| async {
            let attendant = Attendant {
                store: &self.store,
                client: &self.parts.client,
                guard,
                served_model_name: served(node),
            };
            match node.phase {
                NodePhase::Ready => attendant.serving(node, now).await,
                _ => attendant.coming_up(node, now).await,
            }
        });
        let looked = join_all(looks).await;
        let actor = self.actor(provider, guard);
        let breakers = self.store.breakers().await?;
        for (node, attended) in due.iter().zip(looked) {
            let place = format!("{}/{}/{}", node.provider, node.region, node.size);
            match attended? {
                Attended::GivenUp(why) => actor.open_breaker(&place, &breakers, &why, None, now).await?,
                Attended::Serves => actor.close_breaker(&place, &breakers, now).await?,
                Attended::Stays => {}
            }
        }
        let mut asked = Vec::new();
        for node in nodes.iter().filter(|node| node.phase == NodePhase::Destroying) {
            if actor.destroy(node, self.memory.destroy_asked_at.get(&node.id).copied(), now).await? {
                asked.push(node.id);
            }
        }
        let checked: Vec<NodeId> =
            due.iter().filter(|node| node.phase == NodePhase::Ready).map(|node| node.id).collect();
        self.memory.asked_health_at.extend(checked.into_iter().map(|id| (id, now)));
        self.memory.destroy_asked_at.extend(asked.into_iter().map(|id| (id, now)));
        self.memory.destroy_asked_at.retain(|id, _| nodes.iter().any(|node| node.id == *id));
        Ok(())
    }

    fn is_to_be_seen(&self, node: &Node, now: UnixMs) -> bool {
        match node.phase {
            NodePhase::Intent | NodePhase::Booting | NodePhase::Warming => true,
            // One in doubt is asked again at once.
            NodePhase::Ready => {
                let asked_at = self.memory.asked_health_at.get(&node.id);
                node.failed_probes > 0 || asked_at.is_none_or(|at| now.since(*at) >= HEALTH_EVERY_MS)
            }
            NodePhase::Draining | NodePhase::Destroying | NodePhase::Gone => false,
        }
    }

    pub(super) fn actor<'a>(&'a self, provider: &'a dyn Provider, guard: &'a LeaderGuard) -> Actor<'a> {
        Actor { store: &self.store, provider, guard, settings: &self.parts.settings, ids: self.ids.as_ref() }
    }
}
