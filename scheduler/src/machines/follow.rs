//! Asks the policy, and does what it says.

use std::sync::Arc;

use ai_harness::{
    cost::MicroUsd,
    lifecycle::{Action, Observation, Parameters, Plan, Work, decide},
    providers::Provider,
};
use prospector_domain::{
    engine::EngineId,
    node::NodePhase,
    time::{SECOND_MS, UnixMs},
};
use prospector_store::{EngineBuild, LeaderGuard, Node, NodeChange, StoreError};

use super::metrics;
use super::{
    act::{Ordered, block},
    attend::{endpoint, give_up},
    budget::limits,
    keeper::{MachineKeeper, place_of},
    observe,
};

/// On a machine that fails its probes and has answered nothing for so long nothing runs, whatever the rows say, in
/// milliseconds: whoever works with it is about to find out.
const DEAD_SILENCE_MS: i64 = 15 * SECOND_MS;

impl MachineKeeper {
    /// Asks the policy about the machines of `engine` and does what it says. Returns the policy's words and how many
    /// machines were ordered.
    pub(super) async fn follow_policy(
        &mut self,
        provider: &dyn Provider,
        guard: &LeaderGuard,
        engine: &EngineId,
    ) -> Result<(String, u64), StoreError> {
        if *engine == EngineId::Template {
            return Ok((String::new(), 0));
        }
        let now = self.clock.now();
        let nodes = self.store.live_nodes().await?;
        let (ours, others): (Vec<Node>, Vec<Node>) =
            nodes.into_iter().partition(|node| node.engine == *engine && node.provider == provider.name());
        let Some(build) = self.store.engine_build(engine).await? else {
            return Ok((format!("no build is registered for {engine}: `prospector builds register`"), 0));
        };
        let (plan, left) = match self.plan(provider, engine, &build, &ours, &others, now).await? {
            Ok(planned) => planned,
            Err(words) => return Ok((words, 0)),
        };
        let ordered = self.carry_out(provider, guard, engine, &build, (&plan, left), &ours).await?;
        Ok((plan.reason, ordered))
    }

    async fn plan(
        &mut self,
        provider: &dyn Provider,
        engine: &EngineId,
        build: &EngineBuild,
        ours: &[Node],
        others: &[Node],
        now: UnixMs,
    ) -> Result<Result<(Plan, Option<MicroUsd>), String>, StoreError> {
        let settings = Arc::clone(&self.parts.settings);
        let parameters = parameters(&settings.policy, provider);
        let demand = self.store.engine_demand(engine, i64::try_from(Work::URGENT_MAX).unwrap_or(512)).await?;
        let mut machines = Vec::with_capacity(ours.len());
        for node in ours {
            let last = self.store.last_calls_of_node(node.id).await?;
            let is_silent = last.answered_at_ms.is_none_or(|at| now.since(at) >= DEAD_SILENCE_MS);
            let in_flight = if is_silent && self.is_failing(node) {
                0
            } else {
                self.in_flight(node, &build.served_model_name, ours.len(), demand.running).await
            };
            machines.push(observe::machine(node, in_flight, last.ended_at_ms, provider.is_permanent()));
        }
        let offers = match self.offers(provider, now).await {
            Ok(offers) => offers,
            Err(words) if ours.is_empty() => return Ok(Err(words)),
            Err(_) => Vec::new(),
        };
        let breakers = self.store.breakers().await?;
        let blocked = block(provider.name(), &offers, &breakers, now);
        let slots = settings.calls.concurrency_max;
        let history = observe::history(&self.store, provider.name(), engine, slots).await?;
        let mut live = machines.clone();
        live.extend(others.iter().map(|node| observe::machine(node, 0, None, false)));
        let limits = limits(&self.store, &settings, &live, others.len(), blocked, now).await?;
        metrics::budget(settings.budget.daily_usd_cents, limits.left_today.map(|left| left.0));
        let seen = Observation {
            now_ms: now.0,
            work: observe::work(&demand, parameters.latency_objective_ms),
            machines,
            history,
            offer: offers.first().map(|offer| offer.billing),
            limits,
        };
        let left = seen.limits.left();
        Ok(Ok((decide(&parameters, &seen), left)))
    }

    /// What runs on a machine. Rows do not say on which of several a job runs; their servers do.
    async fn in_flight(&self, node: &Node, model: &str, machines: usize, running: i64) -> u64 {
        let running = u64::try_from(running).unwrap_or(0);
        if !matches!(node.phase, NodePhase::Ready | NodePhase::Draining) {
            return 0;
        }
        if machines == 1 {
            return running;
        }
        let Some(endpoint) = endpoint(node, model) else { return running };
        match self.parts.client.load(&endpoint).await {
            Some(load) => u64::from(load.running) + u64::from(load.waiting),
            None => running,
        }
    }

    async fn carry_out(
        &self,
        provider: &dyn Provider,
        guard: &LeaderGuard,
        engine: &EngineId,
        build: &EngineBuild,
        (plan, mut left): (&Plan, Option<MicroUsd>),
        ours: &[Node],
    ) -> Result<u64, StoreError> {
        let actor = self.actor(provider, guard);
        let mut ordered = 0;
        let mut takes_orders = true;
        for command in &plan.commands {
            let now = self.clock.now();
            metrics::decided(command);
            let (id, to) = match command.action {
                // Where one order was refused, the next would be.
                Action::Provision if !takes_orders => continue,
                Action::Provision => {
                    let offers = self.memory.offers.as_ref().map_or(&[][..], |(_, offers)| offers);
                    match actor.provision(engine, build, offers, left, &command.reason).await? {
                        Ordered::Created(worst) => {
                            ordered += 1;
                            left = left.map(|left| left - worst);
                        }
                        Ordered::Full => {}
                        Ordered::Refused => takes_orders = false,
                    }
                    continue;
                }
                Action::Drain(id) => (id, NodePhase::Draining),
                Action::Resume(id) => (id, NodePhase::Ready),
                Action::Destroy(id) | Action::GiveUp(id) => (id, NodePhase::Destroying),
            };
            if let Some(node) = ours.iter().find(|node| node.id.0 == id) {
                // A boot with an error is one that failed, and is learned from; one that was called off is not.
                if matches!(command.action, Action::GiveUp(_)) {
                    give_up(&self.store, guard, node, &command.reason, now).await?;
                    let breakers = self.store.breakers().await?;
                    actor.open_breaker(&place_of(node), &breakers, &command.reason, None, now).await?;
                    continue;
                }
                tracing::info!(node.id = %id, to = %to, reason = command.reason, "the policy moves a machine");
                let change = NodeChange { reason: Some(command.reason.clone()), ..NodeChange::default() };
                self.store.move_node(now, guard, node.id, to, &change).await?;
            }
        }
        Ok(ordered)
    }

    /// Whether a machine has failed to say that it is well as often as it may.
    fn is_failing(&self, node: &Node) -> bool {
        node.failed_probes >= i64::from(self.parts.settings.policy.failed_probes_max)
    }

    /// Takes a machine that no longer fits the settings one step towards its end.
    pub(super) async fn let_go(
        &self,
        guard: &LeaderGuard,
        node: &Node,
        why: &str,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        let to = match node.phase {
            NodePhase::Ready => NodePhase::Draining,
            NodePhase::Intent | NodePhase::Booting | NodePhase::Warming => NodePhase::Destroying,
            NodePhase::Draining if self.is_drained(node, now).await => NodePhase::Destroying,
            NodePhase::Draining | NodePhase::Destroying | NodePhase::Gone => return Ok(()),
        };
        let change = NodeChange { reason: Some(why.to_owned()), ..NodeChange::default() };
        self.store.move_node(now, guard, node.id, to, &change).await?;
        Ok(())
    }

    /// Whether nothing runs on a draining machine any more, or it has had its time.
    async fn is_drained(&self, node: &Node, now: UnixMs) -> bool {
        if now.since(node.phase_at_ms) >= self.parts.settings.policy.drain_reserve_ms {
            return true;
        }
        let Some(endpoint) = endpoint(node, "") else { return true };
        let load = self.parts.client.load(&endpoint).await;
        load.is_some_and(|load| load.running == 0 && load.waiting == 0)
    }
}

/// The policy's parameters. A server that is simply there needs no boot, so that nothing is gained by putting it off; and
/// another order would be another row for the same server.
pub(super) fn parameters(configured: &Parameters, provider: &dyn Provider) -> Parameters {
    let mut parameters = configured.clone();
    if provider.is_permanent() {
        parameters.boot_prior_ms = SECOND_MS;
        parameters.max_machines = parameters.max_machines.min(1);
    }
    parameters
}
