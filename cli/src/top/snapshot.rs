//! What is shown, and reading it.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Context as _;
use prospector_domain::{
    engine::EngineId,
    event::Event,
    id::NodeId,
    mode::Mode,
    node::{CostPhase, NodePhase},
    time::{DAY_MS, UnixMs},
};
use prospector_runtime::config::Config;
use prospector_store::{Node, Overview};
use serde::Serialize;

use crate::house::House;

/// Newest events that are read, which is as far as one can scroll.
const EVENTS_READ: i64 = 200;
/// Longest wait for all that is shown.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
const MICROUSD_PER_CENT: i64 = 10_000;

/// Everything on the screen, as it was at one moment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Snapshot {
    /// When it was read.
    pub(crate) at_ms: UnixMs,
    /// `sqlite` or `postgres`.
    pub(crate) database: String,
    /// The mode in force, and those of single channels.
    pub(crate) mode: Mode,
    pub(crate) channel_modes: BTreeMap<String, Mode>,
    /// The engine in force.
    pub(crate) draft_engine: EngineId,
    /// The scheduler that leads, or led last.
    pub(crate) leader: Option<Leader>,
    /// Queues, workers, what finished, and candidates.
    #[serde(flatten)]
    pub(crate) overview: Overview,
    /// Machines that are not gone, oldest first.
    pub(crate) machines: Vec<Machine>,
    /// What was spent since midnight UTC.
    pub(crate) money: Money,
    /// The newest events, newest first.
    pub(crate) events: Vec<Event>,
}

/// The scheduler that leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Leader {
    pub(crate) owner: String,
    pub(crate) epoch: i64,
    /// When its lease ends unless renewed: nobody leads after that.
    pub(crate) until_ms: UnixMs,
}

/// One machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Machine {
    pub(crate) id: NodeId,
    pub(crate) engine: EngineId,
    pub(crate) provider: String,
    pub(crate) region: String,
    pub(crate) size: String,
    pub(crate) phase: NodePhase,
    pub(crate) phase_at_ms: UnixMs,
    /// So far, as far as it is in the ledger, in millionths of a dollar.
    pub(crate) cost_microusd: i64,
    pub(crate) error: Option<String>,
}

/// What was spent today. The budget is that of the configuration this program reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Money {
    pub(crate) spent_microusd: i64,
    pub(crate) by_phase_microusd: BTreeMap<CostPhase, i64>,
    pub(crate) budget_microusd: i64,
    pub(crate) left_microusd: i64,
}

/// Reads snapshots. Opens the store when it is first needed, and again after it could not be opened.
pub(crate) struct Reader {
    config: Box<Config>,
    house: Option<House>,
}

impl Reader {
    pub(crate) fn new(config: Config) -> Self {
        Self { config: Box::new(config), house: None }
    }

    /// Everything there is to show now.
    pub(crate) async fn read(&mut self) -> anyhow::Result<Snapshot> {
        let read = tokio::time::timeout(READ_TIMEOUT, self.read_all()).await;
        read.unwrap_or_else(|_| anyhow::bail!("no answer within {} s", READ_TIMEOUT.as_secs()))
    }

    async fn read_all(&mut self) -> anyhow::Result<Snapshot> {
        let house = match &self.house {
            Some(house) => house.clone(),
            None => {
                let house = House::open_to_look(Config::clone(&self.config)).await?;
                self.house.insert(house).clone()
            }
        };
        let (store, now) = (&house.store, house.sources.clock.now());
        let overview = store.overview(now).await.context("cannot read the queues")?;
        let settings = store.settings().await?;
        let leader = store.lease(prospector_scheduler::LEASE_NAME).await?;
        let costs = store.cost_of_live_nodes().await?;
        let machines = store.live_nodes().await?;
        let midnight = UnixMs(now.0 - now.0.rem_euclid(DAY_MS));
        let mut by_phase = BTreeMap::new();
        for part in store.spend_since(midnight).await? {
            *by_phase.entry(part.phase).or_insert(0) += part.cost_microusd;
        }
        Ok(Snapshot {
            at_ms: now,
            database: store.database().to_owned(),
            mode: settings.mode,
            channel_modes: settings.channel_modes,
            draft_engine: settings.draft_engine,
            leader: leader.map(|lease| Leader {
                owner: lease.owner,
                epoch: lease.epoch,
                until_ms: lease.until_ms,
            }),
            overview,
            machines: machines.into_iter().map(|node| machine(node, &costs)).collect(),
            money: money(by_phase, house.config.engine.budget.daily_usd_cents),
            events: store.newest_events(EVENTS_READ).await?,
        })
    }
}

fn machine(node: Node, costs: &BTreeMap<NodeId, i64>) -> Machine {
    Machine {
        cost_microusd: costs.get(&node.id).copied().unwrap_or(0),
        id: node.id,
        engine: node.engine,
        provider: node.provider,
        region: node.region,
        size: node.size,
        phase: node.phase,
        phase_at_ms: node.phase_at_ms,
        error: node.error,
    }
}

fn money(by_phase: BTreeMap<CostPhase, i64>, budget_usd_cents: i64) -> Money {
    let spent: i64 = by_phase.values().sum();
    let budget = budget_usd_cents.saturating_mul(MICROUSD_PER_CENT);
    Money {
        spent_microusd: spent,
        by_phase_microusd: by_phase,
        budget_microusd: budget,
        left_microusd: (budget - spent).max(0),
    }
}
