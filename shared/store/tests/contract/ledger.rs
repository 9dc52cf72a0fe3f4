//! What machines cost: a ledger without holes that nobody sees half of, and the shares of it that calls bear.

use prospector_domain::{
    id::NodeId,
    job::JobKind,
    mode::Mode,
    node::{CostPhase, NodePhase},
    time::UnixMs,
};
use prospector_store::{
    Advance, CallShare, LeaderGuard, NewInterval, Node, NodeLedger, Outcome, Refusal, Spend, StoreError,
};

use serde_json::json;

use crate::{
    calls::{call, written_by_model},
    concurrency::together,
    contract,
    nodes::{go, lead, ready_node},
    waiting::engine,
    world::World,
};

contract![
    a_ledger_is_written_and_written_anew,
    a_ledger_without_sense_is_refused,
    only_the_leader_keeps_the_ledger,
    only_what_is_gone_is_settled,
    a_late_call_unsettles_its_machine,
    a_call_that_bears_nothing_yet_keeps_its_machine_unsettled,
    a_call_and_a_settlement_at_the_same_moment_do_not_miss_each_other,
    a_draft_costs_what_its_calls_bear,
    spend_is_summed_and_cut_at_the_moment_asked_for,
    what_is_gone_has_a_sum_of_its_own,
];

fn interval(from: UnixMs, from_s: i64, to_s: i64, phase: CostPhase, cost_microusd: i64) -> NewInterval {
    NewInterval {
        from_ms: from.plus_ms(from_s * 1_000),
        to_ms: from.plus_ms(to_s * 1_000),
        phase,
        cost_microusd,
    }
}

fn account(node: &Node, from_ms: UnixMs, intervals: Vec<NewInterval>) -> NodeLedger {
    let metered_until_ms = intervals.last().map_or(from_ms, |last| last.to_ms);
    NodeLedger {
        node_id: node.id,
        from_ms,
        intervals,
        call_shares: Vec::new(),
        metered_until_ms,
        settled: false,
    }
}

async fn machine(world: &World) -> (LeaderGuard, Node) {
    let guard = lead(world, "one").await;
    let node = ready_node(world, &guard, engine("1")).await;
    (guard, node)
}

async fn costs(world: &World, node: NodeId) -> Vec<(CostPhase, i64)> {
    let entries = world.store.node_ledger(node).await.unwrap();
    entries.iter().map(|entry| (entry.phase, entry.cost_microusd)).collect()
}

async fn a_ledger_is_written_and_written_anew(world: World) {
    let (guard, node) = machine(&world).await;
    let from = world.now();
    let first = vec![
        interval(from, 0, 60, CostPhase::Boot, 600),
        interval(from, 60, 90, CostPhase::Warm, 300),
        interval(from, 90, 100, CostPhase::Idle, 100),
    ];
    world.store.replace_intervals(&guard, &account(&node, from, first)).await.unwrap();
    let again =
        vec![interval(from, 90, 95, CostPhase::Busy, 50), interval(from, 95, 120, CostPhase::Idle, 250)];
    let later = account(&node, from.plus_ms(90_000), again);
    for _ in 0..2 {
        world.store.replace_intervals(&guard, &later).await.unwrap();
    }
    use CostPhase as P;
    let expected = [(P::Boot, 600), (P::Warm, 300), (P::Busy, 50), (P::Idle, 250)];
    assert_eq!(costs(&world, node.id).await, expected);
    let kept = world.store.node(node.id).await.unwrap().unwrap();
    assert_eq!((kept.metered_until_ms, kept.settled), (Some(from.plus_ms(120_000)), false));
    let entries = world.store.node_ledger(node.id).await.unwrap();
    assert_eq!((entries[0].node_id, entries[0].engine.clone()), (node.id, engine("1")));
}

async fn a_ledger_without_sense_is_refused(world: World) {
    let (guard, node) = machine(&world).await;
    let from = world.now();
    let kept = vec![interval(from, 0, 60, CostPhase::Boot, 600)];
    world.store.replace_intervals(&guard, &account(&node, from, kept)).await.unwrap();
    let before = world.dump().await;
    let idle = |from_s, to_s, cost| interval(from, from_s, to_s, CostPhase::Idle, cost);
    for (from_s, intervals, why) in [
        (60, vec![idle(60, 80, 1), idle(79, 90, 1)], "before the one before it ends"),
        (60, vec![idle(50, 80, 1)], "before the one before it ends"),
        (60, vec![idle(70, 70, 1)], "ends before it begins"),
        (60, vec![idle(60, 80, -1)], "less than nothing"),
        (30, vec![idle(40, 80, 1)], "before one ends that is kept"),
    ] {
        let account = account(&node, from.plus_ms(from_s * 1_000), intervals);
        let refused = world.store.replace_intervals(&guard, &account).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused(Refusal::Invalid { .. })), "{refused}");
        assert!(refused.to_string().contains(why), "{refused}");
    }
    assert_eq!(world.dump().await, before);
}

async fn only_the_leader_keeps_the_ledger(world: World) {
    let (first, node) = machine(&world).await;
    let from = world.now();
    world.pass_ms(60_000);
    let second = lead(&world, "two").await;
    let whole = account(&node, from, vec![interval(from, 0, 60, CostPhase::Boot, 600)]);
    let refused = world.store.replace_intervals(&first, &whole).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused(Refusal::NoLongerLeader { .. })), "{refused}");
    assert_eq!(costs(&world, node.id).await, []);
    world.store.replace_intervals(&second, &whole).await.unwrap();
}

async fn only_what_is_gone_is_settled(world: World) {
    let (guard, node) = machine(&world).await;
    let from = world.now();
    let mut whole = account(&node, from, vec![interval(from, 0, 60, CostPhase::Boot, 600)]);
    whole.settled = true;
    let refused = world.store.replace_intervals(&guard, &whole).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused(Refusal::WrongState { what: "node", .. })), "{refused}");
    go(&world, &guard, node.id, NodePhase::Gone).await;
    assert_eq!(world.store.gone_unsettled_nodes(10).await.unwrap().len(), 1);
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert_eq!(world.store.gone_unsettled_nodes(10).await.unwrap(), []);
    assert!(world.store.node(node.id).await.unwrap().unwrap().settled);
}

/// A machine that is gone, and the moment from which it is accounted for.
async fn gone_machine(world: &World) -> (LeaderGuard, NodeLedger) {
    let (guard, node) = machine(world).await;
    go(world, &guard, node.id, NodePhase::Gone).await;
    let whole = NodeLedger { settled: true, ..account(&node, world.now(), Vec::new()) };
    (guard, whole)
}

/// Keeps a call of a machine with a single job, and gives what it bears at last.
async fn keep_call(world: &World, node: NodeId) -> CallShare {
    world.single(JobKind::Probe).await;
    let job = world.take(JobKind::Probe).await;
    let made = call(world, node, 10);
    let advance = Advance::of(&job, Outcome::Done(json!(1))).with_calls(vec![made.clone()], Vec::new());
    world.store.advance(world.now(), &[advance]).await.remove(0).unwrap();
    CallShare { call_id: made.id, busy_microusd: 0, overhead_microusd: Some(0) }
}

async fn is_settled(world: &World, node: NodeId) -> bool {
    world.store.node(node).await.unwrap().unwrap().settled
}

async fn a_late_call_unsettles_its_machine(world: World) {
    let (guard, mut whole) = gone_machine(&world).await;
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert!(is_settled(&world, whole.node_id).await);
    let share = keep_call(&world, whole.node_id).await;
    assert!(!is_settled(&world, whole.node_id).await);
    whole.call_shares = vec![share];
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert!(is_settled(&world, whole.node_id).await);
}

async fn a_call_that_bears_nothing_yet_keeps_its_machine_unsettled(world: World) {
    let (guard, mut whole) = gone_machine(&world).await;
    // The calls were read before this one was kept.
    let share = keep_call(&world, whole.node_id).await;
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert!(!is_settled(&world, whole.node_id).await);
    whole.call_shares = vec![CallShare { overhead_microusd: None, ..share }];
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert!(!is_settled(&world, whole.node_id).await, "only part of its share is known");
    whole.call_shares = Vec::new();
    whole.from_ms = world.now().plus_ms(60_000);
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert!(is_settled(&world, whole.node_id).await, "it ended before the account begins");
}

async fn a_call_and_a_settlement_at_the_same_moment_do_not_miss_each_other(world: World) {
    let world = std::sync::Arc::new(world);
    let (guard, whole) = gone_machine(&world).await;
    for _ in 0..10 {
        // Each round leaves one more call behind that bears nothing.
        together(2, |number| {
            let (world, guard, whole) = (world.clone(), guard.clone(), whole.clone());
            async move {
                if number == 0 {
                    keep_call(&world, whole.node_id).await;
                } else {
                    world.store.replace_intervals(&guard, &whole).await.unwrap();
                }
            }
        })
        .await;
        assert!(!is_settled(&world, whole.node_id).await);
        let calls = world.store.calls_of_node(whole.node_id, UnixMs(0)).await.unwrap();
        let shares = calls.iter().map(|call| CallShare {
            call_id: call.id,
            busy_microusd: 0,
            overhead_microusd: Some(0),
        });
        let borne = NodeLedger { call_shares: shares.collect(), ..whole.clone() };
        world.store.replace_intervals(&guard, &borne).await.unwrap();
        assert!(is_settled(&world, whole.node_id).await);
    }
    world.assert_no_deadlock().await;
}

async fn a_draft_costs_what_its_calls_bear(world: World) {
    world.open_for_business(Mode::Draft).await;
    let (guard, node) = machine(&world).await;
    let receipt = world.read("room-7").await;
    let job = world.take(JobKind::Draft).await;
    let made = [call(&world, node.id, 10), call(&world, node.id, 30)];
    let step = written_by_model(&world, made.to_vec()).await;
    world.settle(&job, Outcome::Step(Box::new(step))).await;
    let cost = async |world: &World| {
        let view = world.store.candidate(receipt.candidate_id).await.unwrap().unwrap();
        view.drafts[0].cost_microusd
    };
    assert_eq!(cost(&world).await, None);
    let share = |number: usize, busy_microusd, overhead_microusd| CallShare {
        call_id: made[number].id,
        busy_microusd,
        overhead_microusd,
    };
    let mut whole = account(&node, world.now(), Vec::new());
    whole.call_shares = vec![share(0, 25, None), share(1, 75, None)];
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert_eq!(cost(&world).await, Some(100));
    whole.call_shares = vec![share(0, 25, Some(250)), share(1, 75, Some(750))];
    world.store.replace_intervals(&guard, &whole).await.unwrap();
    assert_eq!(cost(&world).await, Some(1_100));
    let calls = world.store.calls_of_node(node.id, UnixMs(0)).await.unwrap();
    let borne: Vec<_> = calls.iter().map(|call| (call.busy_microusd, call.overhead_microusd)).collect();
    assert_eq!(borne, [(Some(25), Some(250)), (Some(75), Some(750))]);
    // Shares are those of one machine's calls: another one's account cannot touch them.
    let other = ready_node(&world, &guard, engine("1")).await;
    let mut foreign = account(&other, world.now(), Vec::new());
    foreign.call_shares = vec![share(0, 9, None)];
    world.store.replace_intervals(&guard, &foreign).await.unwrap();
    assert_eq!(cost(&world).await, Some(1_100));
}

async fn spend_is_summed_and_cut_at_the_moment_asked_for(world: World) {
    let (guard, one) = machine(&world).await;
    let two = ready_node(&world, &guard, engine("2")).await;
    let from = world.now();
    assert_eq!(world.store.spend_since(from).await.unwrap(), []);
    let intervals = vec![
        interval(from, 0, 60, CostPhase::Boot, 600),
        interval(from, 60, 90, CostPhase::Busy, 301),
        interval(from, 90, 100, CostPhase::Busy, 100),
    ];
    world.store.replace_intervals(&guard, &account(&one, from, intervals)).await.unwrap();
    let idle = vec![interval(from, 0, 100, CostPhase::Idle, 1_000)];
    world.store.replace_intervals(&guard, &account(&two, from, idle)).await.unwrap();
    let spend = |build: &str, phase, duration_ms, cost_microusd| Spend {
        engine: engine(build),
        provider: "digitalocean".to_owned(),
        phase,
        duration_ms,
        cost_microusd,
    };
    let all = [
        spend("1", CostPhase::Boot, 60_000, 600),
        spend("1", CostPhase::Busy, 40_000, 401),
        spend("2", CostPhase::Idle, 100_000, 1_000),
    ];
    assert_eq!(world.store.spend_since(from).await.unwrap(), all);
    let cut = [spend("1", CostPhase::Busy, 25_000, 250), spend("2", CostPhase::Idle, 25_000, 250)];
    assert_eq!(world.store.spend_since(from.plus_ms(75_000)).await.unwrap(), cut, "rounded down");
    assert_eq!(world.store.spend_since(from.plus_ms(100_000)).await.unwrap(), []);
}

async fn what_is_gone_has_a_sum_of_its_own(world: World) {
    let (guard, one) = machine(&world).await;
    let two = ready_node(&world, &guard, engine("2")).await;
    let from = world.now();
    for node in [&one, &two] {
        let intervals =
            vec![interval(from, 0, 60, CostPhase::Boot, 600), interval(from, 60, 90, CostPhase::Idle, 301)];
        world.store.replace_intervals(&guard, &account(node, from, intervals)).await.unwrap();
    }
    let spent = async |since| world.store.spend_of_gone_nodes_since(since).await.unwrap();
    assert_eq!(spent(from).await, 0);
    go(&world, &guard, one.id, NodePhase::Destroying).await;
    assert_eq!(spent(from).await, 0, "it is billed still");
    go(&world, &guard, one.id, NodePhase::Gone).await;
    assert_eq!(spent(from).await, 901);
    assert_eq!(spent(from.plus_ms(75_000)).await, 150, "rounded down");
    assert_eq!(spent(from.plus_ms(90_000)).await, 0);
}
