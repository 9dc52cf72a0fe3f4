//! The row of a machine.

use prospector_domain::{
    engine::EngineId,
    id::NodeId,
    node::{NodeKey, NodePhase},
    time::UnixMs,
};
use serde::Serialize;

use crate::{error::StoreError, row::RowName};

/// One machine, as read from the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its key, part of the machine's name.
    pub id: NodeId,
    /// The machine's name at the provider.
    pub name: String,
    /// The engine it serves.
    pub engine: EngineId,
    /// The provider it comes from.
    pub provider: String,
    /// Where it stands; empty when the provider has no regions.
    pub region: String,
    /// How large it is, in the provider's words; empty when the provider has no sizes.
    pub size: String,
    /// How far its life has come.
    pub phase: NodePhase,
    /// The epoch of the leader who last changed it.
    pub epoch: i64,
    /// What the provider calls it, once that is known.
    pub machine_ref: Option<String>,
    /// Where its server listens, once that is known.
    pub base_url: Option<String>,
    /// The key its server wants.
    #[serde(skip)]
    pub api_key: Option<NodeKey>,
    /// Its price, in millionths of a dollar for an hour.
    pub price_microusd_per_hour: i64,
    /// Its time is billed in multiples of this, in milliseconds; at least 1.
    pub granularity_ms: i64,
    /// The shortest time that is billed, in milliseconds.
    pub minimum_ms: i64,
    /// Why it was asked for, or is where it is, in words.
    pub reason: String,
    /// What went wrong last.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at_ms: UnixMs,
    /// When it must serve, or is given up; none for one that was adopted.
    pub boot_deadline_ms: Option<UnixMs>,
    /// When it came to its phase.
    pub phase_at_ms: UnixMs,
    /// Since when the provider bills it.
    pub billed_from_ms: Option<UnixMs>,
    /// When it was known to exist.
    pub booting_at_ms: Option<UnixMs>,
    /// When its server answered.
    pub warming_at_ms: Option<UnixMs>,
    /// When a real completion first succeeded.
    pub ready_at_ms: Option<UnixMs>,
    /// Since when it gets no new calls; none for one that serves again.
    pub draining_at_ms: Option<UnixMs>,
    /// When it was to be destroyed.
    pub destroying_at_ms: Option<UnixMs>,
    /// When the provider had it no more.
    pub gone_at_ms: Option<UnixMs>,
    /// Health probes that failed in a row.
    pub failed_probes: i64,
    /// How often it was told to be destroyed.
    pub destroy_attempts: i64,
    /// Until when its time is in the ledger.
    pub metered_until_ms: Option<UnixMs>,
    /// True when its ledger is complete and its calls have their shares.
    pub settled: bool,
}

#[derive(sqlx::FromRow)]
pub(crate) struct NodeRow {
    id: String,
    name: String,
    engine: String,
    provider: String,
    region: String,
    size: String,
    phase: String,
    epoch: i64,
    machine_ref: Option<String>,
    base_url: Option<String>,
    api_key: Option<String>,
    price_microusd_per_hour: i64,
    granularity_ms: i64,
    minimum_ms: i64,
    reason: String,
    error: Option<String>,
    created_at_ms: i64,
    boot_deadline_ms: Option<i64>,
    phase_at_ms: i64,
    billed_from_ms: Option<i64>,
    booting_at_ms: Option<i64>,
    warming_at_ms: Option<i64>,
    ready_at_ms: Option<i64>,
    draining_at_ms: Option<i64>,
    destroying_at_ms: Option<i64>,
    gone_at_ms: Option<i64>,
    failed_probes: i64,
    destroy_attempts: i64,
    metered_until_ms: Option<i64>,
    settled: bool,
}

impl NodeRow {
    pub(crate) fn into_node(self) -> Result<Node, StoreError> {
        let name = RowName { table: "nodes", id: &self.id };
        Ok(Node {
            id: name.parse("id", &self.id)?,
            engine: name.parse("engine", &self.engine)?,
            phase: name.parse("phase", &self.phase)?,
            name: self.name,
            provider: self.provider,
            region: self.region,
            size: self.size,
            epoch: self.epoch,
            machine_ref: self.machine_ref,
            base_url: self.base_url,
            api_key: self.api_key.map(NodeKey::new),
            price_microusd_per_hour: self.price_microusd_per_hour,
            granularity_ms: self.granularity_ms,
            minimum_ms: self.minimum_ms,
            reason: self.reason,
            error: self.error,
            created_at_ms: UnixMs(self.created_at_ms),
            boot_deadline_ms: self.boot_deadline_ms.map(UnixMs),
            phase_at_ms: UnixMs(self.phase_at_ms),
            billed_from_ms: self.billed_from_ms.map(UnixMs),
            booting_at_ms: self.booting_at_ms.map(UnixMs),
            warming_at_ms: self.warming_at_ms.map(UnixMs),
            ready_at_ms: self.ready_at_ms.map(UnixMs),
            draining_at_ms: self.draining_at_ms.map(UnixMs),
            destroying_at_ms: self.destroying_at_ms.map(UnixMs),
            gone_at_ms: self.gone_at_ms.map(UnixMs),
            failed_probes: self.failed_probes,
            destroy_attempts: self.destroy_attempts,
            metered_until_ms: self.metered_until_ms.map(UnixMs),
            settled: self.settled,
        })
    }
}
