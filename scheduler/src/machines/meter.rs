//! Writes down what machines cost: who bears what is decided in `ai_harness::cost`, which is pure.

use ai_harness::cost::{Interval, MeteredCall, Session, SpentOn, settle};
use prospector_domain::{
    node::{CostPhase, NodePhase},
    time::{MINUTE_MS, SECOND_MS, UnixMs},
};
use prospector_store::{
    CallShare, EngineCall, LeaderGuard, NewInterval, Node, NodeLedger, Store, StoreError,
};

use super::budget::billing_of;

/// A live machine's ledger is brought up to date this often while it is young, in milliseconds.
const EVERY_MIN_MS: i64 = 15 * SECOND_MS;
/// And this often when it is old, because all of its session is written anew, in milliseconds.
const EVERY_MAX_MS: i64 = 10 * MINUTE_MS;
/// In between, after this part of its age.
const AGE_PARTS: i64 = 20;

/// Whether it is time to bring a machine's ledger up to date. One that is gone gets its final one.
pub(super) fn is_due(node: &Node, now: UnixMs) -> bool {
    let Some(billed_from) = node.billed_from_ms else { return node.phase == NodePhase::Gone };
    let every_ms = (now.since(billed_from) / AGE_PARTS).clamp(EVERY_MIN_MS, EVERY_MAX_MS);
    node.phase == NodePhase::Gone || node.metered_until_ms.is_none_or(|at| now.since(at) >= every_ms)
}

/// Brings a machine's ledger up to date.
pub(super) async fn meter(
    store: &Store,
    guard: &LeaderGuard,
    node: &Node,
    now: UnixMs,
) -> Result<(), StoreError> {
    let is_gone = node.phase == NodePhase::Gone;
    let until = node.gone_at_ms.filter(|_| is_gone).unwrap_or(now);
    // One that was never created has no bill.
    let Some(billed_from) = node.billed_from_ms else {
        let nothing = ledger(node, node.created_at_ms, Vec::new(), Vec::new(), until, is_gone);
        return store.replace_intervals(guard, &nothing).await;
    };
    let calls = store.calls_of_node(node.id, billed_from).await?;
    let metered: Vec<MeteredCall> = calls.iter().map(metered_call).collect();
    let settled = settle(&session(node, billed_from), &metered, until.0);
    let intervals = settled.intervals.iter().map(interval).collect();
    let shares = settled.shares.iter().zip(&calls).map(|(share, call)| CallShare {
        call_id: call.id,
        busy_microusd: share.busy.0,
        overhead_microusd: share.overhead.map(|part| part.0),
    });
    let account = ledger(node, billed_from, intervals, shares.collect(), until, is_gone);
    store.replace_intervals(guard, &account).await
}

fn ledger(
    node: &Node,
    from_ms: UnixMs,
    intervals: Vec<NewInterval>,
    call_shares: Vec<CallShare>,
    metered_until_ms: UnixMs,
    settled: bool,
) -> NodeLedger {
    NodeLedger { node_id: node.id, from_ms, intervals, call_shares, metered_until_ms, settled }
}

fn session(node: &Node, billed_from: UnixMs) -> Session {
    let letting_go = [node.draining_at_ms, node.destroying_at_ms, node.gone_at_ms];
    Session {
        billing: billing_of(node),
        billed_from_ms: billed_from.0,
        warming_at_ms: node.warming_at_ms.map(|at| at.0),
        ready_at_ms: node.ready_at_ms.map(|at| at.0),
        letting_go_at_ms: letting_go.into_iter().flatten().map(|at| at.0).min(),
        gone_at_ms: node.gone_at_ms.map(|at| at.0),
        // Whatever was wanted booted first; an orphan is found when it is there already.
        is_leaked: node.booting_at_ms.is_none(),
    }
}

fn metered_call(call: &EngineCall) -> MeteredCall {
    let tokens = call.input_tokens.saturating_add(call.output_tokens);
    MeteredCall {
        id: call.id.0,
        job: call.job_id.0,
        started_ms: call.started_at_ms.0,
        ended_ms: call.ended_at_ms.0,
        tokens: u64::try_from(tokens).unwrap_or(0),
    }
}

fn interval(interval: &Interval) -> NewInterval {
    let phase = match interval.spent_on {
        SpentOn::Boot => CostPhase::Boot,
        SpentOn::Warm => CostPhase::Warm,
        SpentOn::Busy => CostPhase::Busy,
        SpentOn::Idle => CostPhase::Idle,
        SpentOn::Drain => CostPhase::Drain,
        SpentOn::Leaked => CostPhase::Leaked,
    };
    NewInterval {
        from_ms: UnixMs(interval.from_ms),
        to_ms: UnixMs(interval.to_ms),
        phase,
        cost_microusd: interval.cost.0,
    }
}
