//! The loop, which only waits, and the turn, which does everything about machines.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use ai_harness::{
    client::InferenceClient,
    providers::{Offer, Provider, ProviderError, StaticProvider},
};
use futures::future::join_all;
use prospector_domain::{
    engine::EngineId,
    id::NodeId,
    node::NodePhase,
    source::{Clock, IdSource},
    time::{MINUTE_MS, SECOND_MS, UnixMs},
};
use prospector_runtime::{config::EngineSettings, shutdown::Shutdown};
use prospector_store::{LeaderGuard, Lease, Node, NodeChange, Store, StoreError};
use tokio::sync::watch;

use super::metrics;
use super::{
    act::{Actor, doubling, place},
    attend::{Attendant, Attended, HEALTH_EVERY_MS, HEALTH_IN_DOUBT_EVERY_MS},
    budget::start_of_day,
    follow::parameters,
    meter::{is_due, meter},
    waits::settle_waits,
};
use crate::scheduler::SchedulerParts;

/// Pause between two turns while there are machines or a lead to wait for.
const TURN: Duration = Duration::from_millis(500);
/// Offers are asked for again after this, in milliseconds: prices change by the month, capacity by the minute.
const OFFERS_MS: i64 = MINUTE_MS;
/// A question that the provider does not answer is repeated after this, doubling up to the longest, in milliseconds.
const PAUSE_BASE_MS: i64 = SECOND_MS;
const PAUSE_CAP_MS: i64 = MINUTE_MS;
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
    /// Not forgotten with the rest: a gauge keeps its value until it is set.
    spend: metrics::SpendGauges,
}

/// What is known from one turn to the next. All of it may be forgotten at any time.
#[derive(Debug, Default)]
pub(super) struct Memory {
    epoch: i64,
    pub(super) listed_at: Option<UnixMs>,
    pub(super) offers: Option<(UnixMs, Vec<Offer>)>,
    pub(super) offers_pause: Pause,
    pub(super) list_pause: Pause,
    pub(super) nodes: HashMap<NodeId, Known>,
    spend_shown_of: Option<UnixMs>,
    pub(super) looked_back_at: Option<UnixMs>,
}

/// What is known of one live machine.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Someone was told that nobody can destroy it.
    is_told: bool,
    /// Lists in a row that it was missing from.
    pub(super) missing_lists: u32,
    seen_at: Option<UnixMs>,
    health_asked_at: Option<UnixMs>,
    destroy_asked_at: Option<UnixMs>,
    /// The request that ends its bill if it is not seen again, and whether the provider took it.
    ended_by: Option<(UnixMs, bool)>,
}

impl Known {
    /// It was on the provider's list.
    pub(super) fn was_seen(&mut self, now: UnixMs) {
        self.missing_lists = 0;
        self.seen_at = Some(now);
    }

    /// The provider was asked to destroy it, and took that or failed. What ends a bill is the first request that was taken
    /// since the machine was last seen; an answer that was lost may have been a yes, and counts until one is not.
    pub(super) fn asked_to_go(&mut self, now: UnixMs, taken: bool) {
        self.destroy_asked_at = Some(now);
        let counts =
            self.ended_at().is_some_and(|_| self.ended_by.is_some_and(|(_, was_taken)| was_taken || !taken));
        if !counts {
            self.ended_by = Some((now, taken));
        }
    }

    /// Whether this process has asked for its end.
    pub(super) const fn is_asked_to_go(&self) -> bool {
        self.destroy_asked_at.is_some()
    }

    /// When its bill ended, if it is not there any more. None when it was seen after every request, or none was made.
    pub(super) fn ended_at(&self) -> Option<UnixMs> {
        let (asked_at, _) = self.ended_by?;
        self.seen_at.is_none_or(|seen_at| seen_at <= asked_at).then_some(asked_at)
    }
}

/// A question that the provider did not answer, and is not asked for a while.
#[derive(Debug)]
pub(super) struct Pause {
    failures: i64,
    until_ms: UnixMs,
    words: String,
}

impl Default for Pause {
    fn default() -> Self {
        Self { failures: 0, until_ms: UnixMs(0), words: String::new() }
    }
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
            spend: metrics::SpendGauges::default(),
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
        let live: HashSet<NodeId> = self.store.live_nodes().await?.iter().map(|node| node.id).collect();
        self.memory.nodes.retain(|id, _| live.contains(id));
        self.let_go_of_others(&guard, &engine).await?;
        self.meter(&guard).await?;
        let mut why = "no provider of machines is configured (engine.provider)".to_owned();
        if let Some(provider) = self.parts.provider.clone()
            && self.is_provider_needed(&engine).await?
        {
            report.orphans = self.reconcile(provider.as_ref(), &guard).await?;
            self.attend(provider.as_ref(), &guard, &engine).await?;
            let (plan, ordered) = self.follow_policy(provider.as_ref(), &guard, &engine).await?;
            why.clone_from(&plan);
            (report.plan, report.ordered) = (plan, ordered);
            let parameters = parameters(&self.parts.settings.policy, provider.as_ref());
            self.look_back(provider.name(), &parameters, &engine).await?;
        }
        // Providers may have taken minutes, and an operator may have chosen another engine meanwhile.
        let engine = self.store.settings().await?.draft_engine;
        let nodes = self.store.live_nodes().await?;
        metrics::nodes(&nodes);
        let wait_max_s = self.parts.settings.wait_max_s;
        let waits = settle_waits(&self.store, &engine, &nodes, wait_max_s, &why, self.clock.now()).await?;
        (report.held, report.released) = (waits.held, waits.released);
        Ok(report)
    }

    /// With `template` nobody is asked for anything, once what there was has gone: each leader looks once.
    async fn is_provider_needed(&self, engine: &EngineId) -> Result<bool, StoreError> {
        let is_first_look = self.memory.listed_at.is_none();
        Ok(*engine != EngineId::Template || is_first_look || !self.store.live_nodes().await?.is_empty())
    }

    /// The name of the provider there is, or none.
    fn provider_name(&self) -> &'static str {
        self.parts.provider.as_ref().map_or("none", |provider| provider.name())
    }

    /// Takes machines that no longer fit the settings one step towards their end: those of another engine, and those of a
    /// provider that is no longer configured, which nobody can destroy. Such a row stays, and its cost with it, until that
    /// provider is back. Only a server that is simply there needs nobody's help to be let go.
    async fn let_go_of_others(&mut self, guard: &LeaderGuard, engine: &EngineId) -> Result<(), StoreError> {
        let now = self.clock.now();
        let provider = self.provider_name();
        for node in self.store.live_nodes().await? {
            let is_permanent = node.provider == StaticProvider::NAME;
            if is_permanent && node.phase == NodePhase::Destroying {
                self.store.move_node(now, guard, node.id, NodePhase::Gone, &NodeChange::default()).await?;
                continue;
            }
            let is_foreign = node.provider != provider;
            let known = self.memory.nodes.entry(node.id).or_default();
            if is_foreign && !is_permanent && !std::mem::replace(&mut known.is_told, true) {
                tracing::error!(
                    node.id = %node.id,
                    node.name,
                    node.provider,
                    "a machine is from a provider that is not configured: nobody can destroy it, and it may be billed"
                );
            }
            if is_foreign || node.engine != *engine {
                self.let_go(guard, &node, &format!("the engine is {engine} from {provider} now"), now)
                    .await?;
            }
        }
        Ok(())
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
        if let Some(words) = self.memory.offers_pause.words(now) {
            return Err(words);
        }
        match provider.offers().await {
            Ok(offers) => {
                self.memory.offers_pause = Pause::default();
                self.memory.offers = Some((now, offers.clone()));
                Ok(offers)
            }
            Err(error) => {
                metrics::provider_failed(error.kind.into());
                self.memory.offers_pause.failed(&error, now);
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
        // A new lead shows what others have metered, and a new day begins at zero although nothing is metered in it.
        let today = start_of_day(now);
        if metered || self.memory.spend_shown_of != Some(today) {
            self.memory.spend_shown_of = Some(today);
            self.spend.show(&self.store.spend_since(today).await?);
        }
        Ok(())
    }

    /// Looks after every machine of the provider where it is in its life.
    async fn attend(
        &mut self,
        provider: &dyn Provider,
        guard: &LeaderGuard,
        engine: &EngineId,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut nodes = self.store.live_nodes().await?;
        nodes.retain(|node| node.provider == provider.name());
        let builds = self.store.engine_builds().await?;
        let served = |node: &Node| {
            let build = builds.iter().find(|build| build.engine == node.engine);
            build.map_or("", |build| build.served_model_name.as_str())
        };
        let due: Vec<&Node> = nodes.iter().filter(|node| self.is_to_be_seen(node, now)).collect();
        let work_waits = !due.is_empty() && self.store.engine_demand(engine, 1).await?.queued_total > 0;
        let looks = due.iter().map(|node| async {
            let attendant = Attendant {
                store: &self.store,
                client: &self.parts.client,
                guard,
                served_model_name: served(node),
            };
            match node.phase {
                NodePhase::Ready | NodePhase::Draining => attendant.serving(node, work_waits, now).await,
                _ => attendant.coming_up(node, now).await,
            }
        });
        let looked = join_all(looks).await;
        let actor = self.actor(provider, guard);
        let breakers = self.store.breakers().await?;
        for (node, attended) in due.iter().zip(looked) {
            let place = place_of(node);
            match attended? {
                Attended::GivenUp(why) => actor.open_breaker(&place, &breakers, &why, None, now).await?,
                Attended::Serves => actor.close_breaker(&place, &breakers, now).await?,
                Attended::Stays => {}
            }
        }
        let checked: Vec<NodeId> = due.iter().map(|node| node.id).collect();
        let mut asked = Vec::new();
        for node in nodes.iter().filter(|node| node.phase == NodePhase::Destroying) {
            let before = self.memory.nodes.get(&node.id).and_then(|known| known.destroy_asked_at);
            if let Some(taken) = actor.destroy(node, before).await? {
                asked.push((node.id, self.clock.now(), taken));
            }
        }
        for id in checked {
            self.memory.nodes.entry(id).or_default().health_asked_at = Some(now);
        }
        for (id, at, taken) in asked {
            self.memory.nodes.entry(id).or_default().asked_to_go(at, taken);
        }
        Ok(())
    }

    fn is_to_be_seen(&self, node: &Node, now: UnixMs) -> bool {
        let every_ms = if node.failed_probes > 0 { HEALTH_IN_DOUBT_EVERY_MS } else { HEALTH_EVERY_MS };
        match node.phase {
            NodePhase::Intent | NodePhase::Booting | NodePhase::Warming => true,
            // One that drains may serve again.
            NodePhase::Ready | NodePhase::Draining => {
                let known = self.memory.nodes.get(&node.id);
                let asked_at = known.and_then(|known| known.health_asked_at);
                asked_at.is_none_or(|at| now.since(at) >= every_ms)
            }
            NodePhase::Destroying | NodePhase::Gone => false,
        }
    }

    pub(super) fn actor<'a>(&'a self, provider: &'a dyn Provider, guard: &'a LeaderGuard) -> Actor<'a> {
        Actor {
            store: &self.store,
            provider,
            guard,
            settings: &self.parts.settings,
            clock: self.clock.as_ref(),
            ids: self.ids.as_ref(),
        }
    }
}

/// Where a machine stands, as breakers name it.
pub(super) fn place_of(node: &Node) -> String {
    place(&node.provider, &node.region, &node.size)
}

impl Pause {
    /// What went wrong, while it is not time to ask again.
    pub(super) fn words(&self, now: UnixMs) -> Option<String> {
        (self.until_ms > now).then(|| self.words.clone())
    }

    /// Waits before the next question, as long as the provider wants, and longer with every failure in a row.
    pub(super) fn failed(&mut self, error: &ProviderError, now: UnixMs) {
        self.failures += 1;
        let wish_ms = error.retry_after.and_then(|wait| i64::try_from(wait.as_millis()).ok()).unwrap_or(0);
        self.until_ms = now.plus_ms(doubling(PAUSE_BASE_MS, PAUSE_CAP_MS, self.failures).max(wish_ms));
        self.words = error.to_string();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_ends_at_the_first_request_that_was_taken_since_the_machine_was_seen() {
        let mut known = Known::default();
        assert_eq!(known.ended_at(), None, "never asked");
        known.asked_to_go(UnixMs(1), true);
        known.was_seen(UnixMs(2));
        assert_eq!(known.ended_at(), None, "the request did nothing");
        known.asked_to_go(UnixMs(3), false);
        assert_eq!(known.ended_at(), Some(UnixMs(3)), "the answer was lost, and may have been a yes");
        known.asked_to_go(UnixMs(4), true);
        known.asked_to_go(UnixMs(5), true);
        known.asked_to_go(UnixMs(6), false);
        assert_eq!(known.ended_at(), Some(UnixMs(4)));
        known.was_seen(UnixMs(4));
        assert_eq!(known.ended_at(), Some(UnixMs(4)), "a list of the same moment may be older");
    }
}
