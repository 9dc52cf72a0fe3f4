//! Machines in random histories: two leaders, who may both believe that they lead, and whatever they command.

use proptest::{prelude::*, sample::select};
use prospector_domain::{
    id::NodeId,
    node::{CostPhase, NodePhase},
};
use prospector_store::{LeaderGuard, NewInterval, NodeChange, NodeLedger};

use crate::{
    differential::shown,
    nodes::{found, new_node},
    waiting::engine,
    world::World,
};

/// What a leader does.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// Takes the lease, when it is free.
    Lead,
    /// Wants a machine.
    Open,
    /// Learns what the provider calls one.
    Record(prop::sample::Index),
    /// Takes one on.
    Move(prop::sample::Index, NodePhase),
    /// Tries to have one destroyed.
    Destroy(prop::sample::Index),
    /// Finds one that nobody knows of, or one that it knows.
    Adopt(Option<prop::sample::Index>),
    /// Accounts for the time of one.
    Meter(prop::sample::Index),
}

const PHASES: [NodePhase; 6] = [
    NodePhase::Booting,
    NodePhase::Warming,
    NodePhase::Ready,
    NodePhase::Draining,
    NodePhase::Destroying,
    NodePhase::Gone,
];

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        2 => Just(Command::Lead),
        2 => Just(Command::Open),
        2 => index().prop_map(Command::Record),
        6 => (index(), select(&PHASES[..])).prop_map(|(index, phase)| Command::Move(index, phase)),
        1 => index().prop_map(Command::Destroy),
        1 => prop::option::of(index()).prop_map(Command::Adopt),
        2 => index().prop_map(Command::Meter),
    ]
}

/// Two leaders and the machines they ever knew.
#[derive(Default)]
pub(crate) struct Machines {
    guards: [Option<LeaderGuard>; 2],
    known: Vec<NodeId>,
}

const OWNERS: [&str; 2] = ["one", "two"];
const LEADER_MS: i64 = 10_000;

impl Machines {
    /// Has one of the two leaders do something, and says what came of it.
    pub(crate) async fn play(&mut self, world: &World, leader: usize, command: &Command) -> String {
        let (store, now) = (&world.store, world.now());
        if matches!(command, Command::Lead) {
            let lease = store.acquire_lease(now, "scheduler", OWNERS[leader], LEADER_MS).await.unwrap();
            if let Some(lease) = &lease {
                self.guards[leader] = Some(LeaderGuard::from(lease));
            }
            return format!("{lease:?}");
        }
        let Some(guard) = self.guards[leader].clone() else { return "never led".to_owned() };
        match command {
            Command::Lead => String::new(),
            Command::Open => {
                let new = new_node(world, engine("1"));
                self.known.push(new.id);
                shown(store.open_node(now, &guard, &new).await)
            }
            Command::Adopt(index) => {
                let known = index.filter(|_| !self.known.is_empty()).map(|index| *index.get(&self.known));
                let id = known.unwrap_or_else(|| NodeId(world.next_id()));
                self.known.push(id);
                shown(store.adopt_node(now, &guard, &found(world, id)).await)
            }
            _ if self.known.is_empty() => "no machines".to_owned(),
            Command::Record(index) => {
                shown(store.record_machine(now, &guard, *index.get(&self.known), "4711", now).await)
            }
            Command::Move(index, to) => {
                let change = NodeChange { reason: Some(format!("to {to}")), ..NodeChange::default() };
                shown(store.move_node(now, &guard, *index.get(&self.known), *to, &change).await)
            }
            Command::Destroy(index) => {
                let id = *index.get(&self.known);
                shown(store.note_destroy_attempt(now, &guard, id, Some("502")).await)
            }
            Command::Meter(index) => self.meter(world, &guard, *index.get(&self.known)).await,
        }
    }

    async fn meter(&self, world: &World, guard: &LeaderGuard, id: NodeId) -> String {
        let Some(node) = world.store.node(id).await.unwrap() else { return "no such machine".to_owned() };
        let (from_ms, to_ms) = (node.metered_until_ms.unwrap_or(node.created_at_ms), world.now());
        if to_ms <= from_ms {
            return "nothing to account for".to_owned();
        }
        let cost_microusd = to_ms.since(from_ms) * node.price_microusd_per_hour / 3_600_000;
        let account = NodeLedger {
            node_id: id,
            from_ms,
            intervals: vec![NewInterval { from_ms, to_ms, phase: CostPhase::Idle, cost_microusd }],
            call_shares: Vec::new(),
            metered_until_ms: to_ms,
            settled: node.phase == NodePhase::Gone,
        };
        let kept = shown(world.store.replace_intervals(guard, &account).await);
        let spent = world.store.spend_since(world.now().plus_ms(-3_600_000)).await;
        kept + &shown(spent)
    }
}
