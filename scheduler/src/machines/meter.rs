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
    let from = node.billed_from_ms.unwrap_or(node.created_at_ms);
    // One that was never created has no bill: its session ends when it begins, and its calls bear nothing.
    let billed_from = node.billed_from_ms.unwrap_or(until);
    let calls = store.calls_of_node(node.id, from).await?;
    let metered: Vec<MeteredCall> = calls.iter().map(metered_call).collect();
    let settled = settle(&session(node, billed_from), &metered, until.0);
    let account = NodeLedger {
        node_id: node.id,
        from_ms: from,
        intervals: settled.intervals.iter().map(interval).collect(),
        call_shares: settled.shares.iter().zip(&calls).filter_map(new_share).collect(),
        metered_until_ms: until,
        settled: is_gone,
    };
    store.replace_intervals(guard, &account).await
}

/// A share that is not written down yet: most of a long session's calls bear the same from one look to the next.
fn new_share((share, call): (&ai_harness::cost::CallShare, &EngineCall)) -> Option<CallShare> {
    let (busy, overhead) = (share.busy.0, share.overhead.map(|part| part.0));
    let is_new = (call.busy_microusd, call.overhead_microusd) != (Some(busy), overhead);
    is_new.then_some(CallShare { call_id: call.id, busy_microusd: busy, overhead_microusd: overhead })
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

#[cfg(test)]
mod tests {
    use ai_harness::cost::{CallShare as Share, MicroUsd};
    use prospector_domain::id::{CallId, JobId, NodeId};
    use uuid::Uuid;

    use super::*;

    fn call(busy_microusd: Option<i64>, overhead_microusd: Option<i64>) -> EngineCall {
        EngineCall {
            id: CallId(Uuid::nil()),
            node_id: NodeId(Uuid::nil()),
            job_id: JobId(Uuid::nil()),
            candidate_id: None,
            draft_id: None,
            task: "draft".to_owned(),
            engine: "do-gpu-small_1".parse().unwrap(),
            prompt_hash: None,
            outcome: "ok".to_owned(),
            input_tokens: 9,
            cached_input_tokens: 0,
            output_tokens: 4,
            started_at_ms: UnixMs(0),
            ended_at_ms: UnixMs(700),
            busy_microusd,
            overhead_microusd,
        }
    }

    #[test]
    fn only_a_share_that_changed_is_written() {
        let is_new = |busy, overhead: Option<i64>, kept: EngineCall| {
            let share = Share { call: kept.id.0, busy: MicroUsd(busy), overhead: overhead.map(MicroUsd) };
            new_share((&share, &kept)).is_some()
        };
        assert!(is_new(0, None, call(None, None)), "nothing is known of it yet");
        assert!(!is_new(25, None, call(Some(25), None)));
        assert!(is_new(26, None, call(Some(25), None)), "another call came in between");
        assert!(is_new(25, Some(0), call(Some(25), None)), "the session has ended");
        assert!(!is_new(25, Some(0), call(Some(25), Some(0))));
    }
}
