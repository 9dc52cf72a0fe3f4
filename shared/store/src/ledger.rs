//! What machines cost: each one's time in intervals, and the shares of it that calls bear. The sums are the meter's; here
//! they are kept, one machine at a time, so that nobody ever sees half of them.

use prospector_domain::{
    engine::EngineId,
    id::{CallId, NodeId},
    node::{CostPhase, NodePhase},
    time::UnixMs,
};
use serde::Serialize;

use crate::{
    Store,
    error::{Refusal, StoreError},
    nodes::{LeaderGuard, ensure_leader, lock_node, save},
    row::RowName,
    session::{Session, execute, fetch_all, fetch_one},
    statement::{calls, ledger},
};

/// What is newly known about a machine's time from one moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeLedger {
    /// The machine.
    pub node_id: NodeId,
    /// Intervals that begin at this moment or later are replaced.
    pub from_ms: UnixMs,
    /// What stands in their place, in order, without overlaps.
    pub intervals: Vec<NewInterval>,
    /// What calls of this machine bear.
    pub call_shares: Vec<CallShare>,
    /// Until when the machine's time is accounted for.
    pub metered_until_ms: UnixMs,
    /// True when nothing about it will change any more; only of a machine that is gone. It stays unsettled all the same
    /// while a call bears nothing yet: one that was kept after the calls were read.
    pub settled: bool,
}

/// A stretch of a machine's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewInterval {
    /// Its first moment.
    pub from_ms: UnixMs,
    /// The moment after its last; later than the first.
    pub to_ms: UnixMs,
    /// What it was spent on.
    pub phase: CostPhase,
    /// What it cost, in millionths of a dollar; 0 or more.
    pub cost_microusd: i64,
}

/// What one call bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallShare {
    /// The call.
    pub call_id: CallId,
    /// Of the busy time, in millionths of a dollar.
    pub busy_microusd: i64,
    /// Of the coming up, in millionths of a dollar; none until the machine's session has ended.
    pub overhead_microusd: Option<i64>,
}

/// One interval of the ledger, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerEntry {
    /// The machine.
    pub node_id: NodeId,
    /// The engine it serves.
    pub engine: EngineId,
    /// The provider it comes from.
    pub provider: String,
    /// What the time was spent on.
    pub phase: CostPhase,
    /// Its first moment.
    pub from_ms: UnixMs,
    /// The moment after its last.
    pub to_ms: UnixMs,
    /// What it cost, in millionths of a dollar.
    pub cost_microusd: i64,
}

/// What was spent on one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spend {
    /// The engine.
    pub engine: EngineId,
    /// The provider.
    pub provider: String,
    /// What the time was spent on.
    pub phase: CostPhase,
    /// How much time, in milliseconds, of all machines together.
    pub duration_ms: i64,
    /// What it cost, in millionths of a dollar.
    pub cost_microusd: i64,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    node_id: String,
    engine: String,
    provider: String,
    phase: String,
    from_ms: i64,
    to_ms: i64,
    cost_microusd: i64,
}

#[derive(sqlx::FromRow)]
struct SpendRow {
    engine: String,
    provider: String,
    phase: String,
    duration_ms: i64,
    cost_microusd: i64,
}

#[derive(sqlx::FromRow)]
struct CostRow {
    cost_microusd: i64,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    calls: i64,
}

#[derive(sqlx::FromRow)]
struct UntilRow {
    until_ms: i64,
}

impl Store {
    /// Writes a machine's time anew from one moment on, with the shares that its calls bear, all or nothing.
    ///
    /// # Errors
    /// [`Refusal::NoLongerLeader`]; [`Refusal::NotFound`]; [`Refusal::Invalid`] when intervals overlap, are empty or cost
    /// less than nothing; [`Refusal::WrongState`] when a machine is to be settled that is not gone.
    #[tracing::instrument(name = "db.ledger.replace", skip_all, fields(intervals = account.intervals.len()))]
    pub async fn replace_intervals(
        &self,
        guard: &LeaderGuard,
        account: &NodeLedger,
    ) -> Result<(), StoreError> {
        check(account)?;
        self.retrying("db.ledger.replace", || async {
            let mut tx = self.db.begin().await?;
            ensure_leader(&mut tx, guard).await?;
            let mut node = lock_node(&mut tx, account.node_id).await?;
            if account.settled && node.phase != NodePhase::Gone {
                let why = "only what is gone costs nothing more".to_owned();
                return Err(Refusal::WrongState { what: "node", state: node.phase.to_string(), why }.into());
            }
            replace(&mut tx, account).await?;
            node.metered_until_ms = Some(account.metered_until_ms);
            node.settled = account.settled && !has_unborne_calls(&mut tx, account).await?;
            node.epoch = guard.epoch;
            save(&mut tx, &node).await?;
            tx.commit().await
        })
        .await
    }

    /// The intervals of a machine, in order.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.ledger.of_node", skip_all)]
    pub async fn node_ledger(&self, node: NodeId) -> Result<Vec<LedgerEntry>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, ledger::OF_NODE => EntryRow; node.to_string())?;
        rows.into_iter().map(EntryRow::into_entry).collect()
    }

    /// What was spent after `since`, by engine, provider and phase: of settled machines and of those that run, as far as
    /// their time is in the ledger. An interval that began before counts in part.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.ledger.spend", skip_all)]
    pub async fn spend_since(&self, since: UnixMs) -> Result<Vec<Spend>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, ledger::SPEND => SpendRow; since.0)?;
        rows.into_iter()
            .map(|row| {
                let name = RowName { table: "node_intervals", id: "(spend)" };
                Ok(Spend {
                    engine: name.parse("engine", &row.engine)?,
                    phase: name.parse("phase", &row.phase)?,
                    provider: row.provider,
                    duration_ms: row.duration_ms,
                    cost_microusd: row.cost_microusd,
                })
            })
            .collect()
    }

    /// What machines that are gone cost after `since`, in millionths of a dollar, as far as their time is in the
    /// ledger. An interval that began before counts in part.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.ledger.spend_of_gone", skip_all)]
    pub async fn spend_of_gone_nodes_since(&self, since: UnixMs) -> Result<i64, StoreError> {
        let mut session = self.db.read().await?;
        Ok(fetch_one!(session, ledger::SPEND_OF_GONE => CostRow; since.0)?.cost_microusd)
    }
}

fn check(account: &NodeLedger) -> Result<(), Refusal> {
    let mut free_from = account.from_ms;
    for interval in &account.intervals {
        let why = if interval.from_ms < free_from {
            "it begins before the one before it ends"
        } else if interval.to_ms <= interval.from_ms {
            "it ends before it begins"
        } else if interval.cost_microusd < 0 {
            "it costs less than nothing"
        } else {
            free_from = interval.to_ms;
            continue;
        };
        return Err(invalid(interval, why));
    }
    Ok(())
}

async fn replace(tx: &mut Session, account: &NodeLedger) -> Result<(), StoreError> {
    let node_id = account.node_id.to_string();
    let kept = fetch_one!(tx, ledger::LAST => UntilRow; node_id.as_str(), account.from_ms.0)?;
    if let Some(first) = account.intervals.first().filter(|first| first.from_ms.0 < kept.until_ms) {
        return Err(invalid(first, "it begins before one ends that is kept").into());
    }
    execute!(tx, ledger::CLEAR; node_id.as_str(), account.from_ms.0)?;
    for interval in &account.intervals {
        execute!(tx, ledger::INSERT;
            node_id.as_str(),
            interval.from_ms.0,
            interval.to_ms.0,
            interval.phase.to_string(),
            interval.cost_microusd)?;
    }
    for share in &account.call_shares {
        execute!(tx, calls::SHARE;
            share.call_id.to_string(), node_id.as_str(), share.busy_microusd, share.overhead_microusd)?;
    }
    Ok(())
}

/// Whether a call that belongs to the account has no final share.
async fn has_unborne_calls(tx: &mut Session, account: &NodeLedger) -> Result<bool, StoreError> {
    let node_id = account.node_id.to_string();
    Ok(fetch_one!(tx, calls::UNBORNE_OF_NODE => CountRow; node_id, account.from_ms.0)?.calls > 0)
}

fn invalid(interval: &NewInterval, why: &str) -> Refusal {
    Refusal::Invalid {
        field: format!("the {} interval from {}", interval.phase, interval.from_ms.0),
        why: why.to_owned(),
    }
}

impl EntryRow {
    fn into_entry(self) -> Result<LedgerEntry, StoreError> {
        let name = RowName { table: "node_intervals", id: &self.node_id };
        Ok(LedgerEntry {
            node_id: name.parse("node_id", &self.node_id)?,
            engine: name.parse("engine", &self.engine)?,
            phase: name.parse("phase", &self.phase)?,
            provider: self.provider,
            from_ms: UnixMs(self.from_ms),
            to_ms: UnixMs(self.to_ms),
            cost_microusd: self.cost_microusd,
        })
    }
}
