//! Machines: rows before acts, one leader, and nothing that bills without a row.

use prospector_domain::{
    engine::EngineId,
    event::EventKind,
    id::NodeId,
    node::{NodeKey, NodePhase},
    time::UnixMs,
};
use prospector_store::{
    Boot, Breaker, FoundMachine, LeaderGuard, NewNode, Node, NodeChange, Refusal, Store, StoreError,
};

use crate::{concurrency::together, contract, settings::new_build, waiting::engine, world::World};

contract![
    a_node_lives_from_intent_to_gone,
    a_node_goes_only_forward,
    a_node_that_drains_may_serve_again,
    a_leader_that_was_replaced_is_refused,
    of_two_leaders_only_one_writes,
    opening_a_node_twice_changes_nothing,
    a_machine_is_recorded_once,
    an_orphan_gets_a_row_and_a_revenant_gets_it_back,
    serving_nodes_are_those_that_are_ready_and_known_by_name,
    boots_and_provisions_are_remembered,
    a_breaker_is_remembered,
];

const LEASE: &str = "scheduler";
const LEADER_MS: i64 = 10_000;

pub(crate) async fn lead(world: &World, owner: &str) -> LeaderGuard {
    let lease = world.store.acquire_lease(world.now(), LEASE, owner, LEADER_MS).await.unwrap();
    LeaderGuard::from(&lease.expect("the lease is free"))
}

pub(crate) fn new_node(world: &World, engine: EngineId) -> NewNode {
    let id = NodeId(world.next_id());
    NewNode {
        id,
        name: format!("prospector-{id}"),
        engine,
        provider: "digitalocean".to_owned(),
        region: "nyc2".to_owned(),
        size: "gpu-l40sx1-48gb".to_owned(),
        base_url: None,
        api_key: Some(NodeKey::new("s3cret")),
        price_microusd_per_hour: 1_570_000,
        granularity_ms: 1_000,
        minimum_ms: 60_000,
        reason: "three drafts wait".to_owned(),
        boot_deadline_ms: world.now().plus_ms(600_000),
    }
}

pub(crate) async fn go(world: &World, guard: &LeaderGuard, id: NodeId, to: NodePhase) -> Node {
    world.store.move_node(world.now(), guard, id, to, &NodeChange::default()).await.unwrap()
}

/// A machine that serves.
pub(crate) async fn ready_node(world: &World, guard: &LeaderGuard, engine: EngineId) -> Node {
    let new = new_node(world, engine);
    world.store.open_node(world.now(), guard, &new).await.unwrap();
    let machine = format!("machine-{}", new.id);
    world.store.record_machine(world.now(), guard, new.id, &machine, world.now()).await.unwrap();
    let at = NodeChange { base_url: Some("http://10.0.0.7:8000".to_owned()), ..NodeChange::default() };
    world.store.move_node(world.now(), guard, new.id, NodePhase::Warming, &at).await.unwrap();
    go(world, guard, new.id, NodePhase::Ready).await
}

fn stale(result: &Result<impl std::fmt::Debug, StoreError>) -> bool {
    matches!(result, Err(StoreError::Refused(Refusal::NoLongerLeader { .. })))
}

async fn a_node_lives_from_intent_to_gone(world: World) {
    let guard = lead(&world, "one").await;
    let new = new_node(&world, engine("1"));
    let asked_at = world.now();
    let node = world.store.open_node(asked_at, &guard, &new).await.unwrap();
    assert_eq!((node.phase, node.created_at_ms, node.epoch), (NodePhase::Intent, asked_at, guard.epoch));
    assert_eq!(format!("{:?}", node.api_key), "Some(***)", "the key does not print");
    assert!(!serde_json::to_string(&node).unwrap().contains("s3cret"));
    world.pass_ms(1_000);
    let billed_from = world.now();
    let node = world.store.record_machine(billed_from, &guard, new.id, "4711", billed_from).await.unwrap();
    assert_eq!((node.phase, node.booting_at_ms), (NodePhase::Booting, Some(billed_from)));
    let mut moments = Vec::new();
    use NodePhase as P;
    for phase in [P::Warming, P::Ready, P::Draining, P::Destroying] {
        moments.push(world.pass_ms(1_000));
        go(&world, &guard, new.id, phase).await;
    }
    let failed = world.store.note_destroy_attempt(world.now(), &guard, new.id, Some("502")).await.unwrap();
    assert_eq!((failed.destroy_attempts, failed.error.as_deref()), (1, Some("502")));
    world.store.note_destroy_attempt(world.now(), &guard, new.id, None).await.unwrap();
    assert_eq!(world.store.live_nodes().await.unwrap().len(), 1);
    moments.push(world.pass_ms(1_000));
    go(&world, &guard, new.id, P::Gone).await;
    let node = world.store.node(new.id).await.unwrap().unwrap();
    let met =
        [node.warming_at_ms, node.ready_at_ms, node.draining_at_ms, node.destroying_at_ms, node.gone_at_ms];
    assert_eq!(met.to_vec(), moments.iter().copied().map(Some).collect::<Vec<_>>());
    assert_eq!((node.billed_from_ms, node.destroy_attempts), (Some(billed_from), 2));
    assert_eq!((node.machine_ref.as_deref(), &node.api_key), (Some("4711"), &new.api_key));
    assert_eq!(world.store.live_nodes().await.unwrap(), []);
    assert_eq!(world.store.nodes(10).await.unwrap(), std::slice::from_ref(&node));
    assert_eq!(world.store.gone_unsettled_nodes(10).await.unwrap(), [node]);
    let trail = world.trail().await;
    assert_eq!(trail[0], EventKind::NodeOpened);
    assert_eq!(trail[1..], [EventKind::NodeMoved; 6]);
}

async fn a_node_goes_only_forward(world: World) {
    let guard = lead(&world, "one").await;
    let node = ready_node(&world, &guard, engine("1")).await;
    let before = world.dump().await;
    let none = NodeChange::default();
    let refused =
        world.store.move_node(world.now(), &guard, node.id, NodePhase::Warming, &none).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Refused(Refusal::WrongState { what: "node", .. })), "{refused}");
    assert_eq!(world.dump().await, before);
    let sick = NodeChange { failed_probes: Some(2), error: Some("503".to_owned()), ..NodeChange::default() };
    world.pass_ms(5);
    let noted = world.store.move_node(world.now(), &guard, node.id, NodePhase::Ready, &sick).await.unwrap();
    assert_eq!((noted.failed_probes, noted.error.as_deref()), (2, Some("503")));
    assert_eq!(noted.phase_at_ms, node.phase_at_ms, "it stays where it is");
    let unknown = NodeId(world.next_id());
    let missing = world.store.note_destroy_attempt(world.now(), &guard, unknown, None).await.unwrap_err();
    assert!(matches!(missing, StoreError::Refused(Refusal::NotFound { what: "node", .. })), "{missing}");
}

async fn a_node_that_drains_may_serve_again(world: World) {
    let guard = lead(&world, "one").await;
    let ready = ready_node(&world, &guard, engine("1")).await;
    world.pass_ms(1_000);
    let drained = go(&world, &guard, ready.id, NodePhase::Draining).await;
    assert_eq!(drained.draining_at_ms, Some(world.now()));
    let again_at = world.pass_ms(1_000);
    let again = go(&world, &guard, ready.id, NodePhase::Ready).await;
    assert_eq!((again.phase, again.phase_at_ms, again.draining_at_ms), (NodePhase::Ready, again_at, None));
    assert_eq!(again.ready_at_ms, ready.ready_at_ms, "when it came up");
    assert_eq!(world.store.node(ready.id).await.unwrap(), Some(again));
    let drains_at = world.pass_ms(1_000);
    let drained = go(&world, &guard, ready.id, NodePhase::Draining).await;
    assert_eq!(drained.draining_at_ms, Some(drains_at));
    assert_eq!(world.trail().await.last(), Some(&EventKind::NodeMoved));
}

/// Everything a leader can command, with a machine that serves.
async fn command_everything(
    store: &Store,
    now: UnixMs,
    guard: &LeaderGuard,
    node: &Node,
    new: &NewNode,
    found: &FoundMachine,
) -> Vec<bool> {
    let change = NodeChange::default();
    let breaker =
        Breaker { name: "a".to_owned(), blocked_until_ms: now, failures: 1, words: "no capacity".to_owned() };
    vec![
        stale(&store.open_node(now, guard, new).await),
        stale(&store.record_machine(now, guard, node.id, "4711", now).await),
        stale(&store.move_node(now, guard, node.id, NodePhase::Draining, &change).await),
        stale(&store.note_destroy_attempt(now, guard, node.id, None).await),
        stale(&store.adopt_node(now, guard, found).await),
        stale(&store.set_breaker(now, guard, &breaker).await),
    ]
}

async fn a_leader_that_was_replaced_is_refused(world: World) {
    let first = lead(&world, "one").await;
    let node = ready_node(&world, &first, engine("1")).await;
    world.pass_ms(LEADER_MS + 1);
    // Nobody took over yet: until somebody does, it is still the only one.
    go(&world, &first, node.id, NodePhase::Ready).await;
    let second = lead(&world, "two").await;
    assert_eq!(second.epoch, first.epoch + 1);
    let before = world.dump().await;
    let (new, found) = (new_node(&world, engine("1")), found(&world, NodeId(world.next_id())));
    let refused = command_everything(&world.store, world.now(), &first, &node, &new, &found).await;
    assert!(refused.iter().all(|refused| *refused), "{refused:?}");
    let impostor = LeaderGuard { owner: "three".to_owned(), ..second.clone() };
    let refused = command_everything(&world.store, world.now(), &impostor, &node, &new, &found).await;
    assert!(refused.iter().all(|refused| *refused), "{refused:?}");
    assert_eq!(world.dump().await, before);
    let moved = go(&world, &second, node.id, NodePhase::Draining).await;
    assert_eq!(moved.epoch, second.epoch);
}

async fn of_two_leaders_only_one_writes(world: World) {
    let first = lead(&world, "one").await;
    let world = std::sync::Arc::new(world);
    let seen = together(12, |number| {
        let (world, first) = (world.clone(), first.clone());
        async move {
            if number == 6 {
                world.pass_ms(LEADER_MS + 1);
                lead(&world, "two").await;
                return Some(world.store.nodes(100).await.unwrap().len());
            }
            let opened = world.store.open_node(world.now(), &first, &new_node(&world, engine("1"))).await;
            assert!(opened.is_ok() || stale(&opened), "{opened:?}");
            None
        }
    })
    .await;
    let when_taken_over = seen.into_iter().flatten().next().unwrap();
    let written = world.store.nodes(100).await.unwrap();
    assert_eq!(written.len(), when_taken_over, "nothing is written once another leads");
    let late = world.store.open_node(world.now(), &first, &new_node(&world, engine("1"))).await;
    assert!(stale(&late), "{late:?}");
}

async fn opening_a_node_twice_changes_nothing(world: World) {
    let guard = lead(&world, "one").await;
    let new = new_node(&world, engine("1"));
    let first = world.store.open_node(world.now(), &guard, &new).await.unwrap();
    let before = world.dump().await;
    world.pass_ms(5);
    let again = world.store.open_node(world.now(), &guard, &new).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(world.dump().await, before);
}

async fn a_machine_is_recorded_once(world: World) {
    let guard = lead(&world, "one").await;
    let new = new_node(&world, engine("1"));
    world.store.open_node(world.now(), &guard, &new).await.unwrap();
    let created_at = world.now();
    go(&world, &guard, new.id, NodePhase::Destroying).await;
    let late =
        world.store.record_machine(world.pass_ms(9), &guard, new.id, "4711", created_at).await.unwrap();
    assert_eq!(late.phase, NodePhase::Destroying, "it was given up before it was known to exist");
    assert_eq!((late.machine_ref.as_deref(), late.billed_from_ms), (Some("4711"), Some(created_at)));
    let again = world.store.record_machine(world.now(), &guard, new.id, "4711", world.now()).await.unwrap();
    assert_eq!(again.billed_from_ms, Some(created_at));
    let other =
        world.store.record_machine(world.now(), &guard, new.id, "4712", world.now()).await.unwrap_err();
    assert!(matches!(other, StoreError::Refused(Refusal::Reused { what: "node", .. })), "{other}");
}

pub(crate) fn found(world: &World, id: NodeId) -> FoundMachine {
    FoundMachine {
        id,
        name: format!("prospector-{id}"),
        engine: engine("1"),
        provider: "digitalocean".to_owned(),
        region: "nyc2".to_owned(),
        size: String::new(),
        machine_ref: "4711".to_owned(),
        billed_from_ms: world.now().plus_ms(-60_000),
        price_microusd_per_hour: 1_570_000,
        granularity_ms: 1_000,
        minimum_ms: 60_000,
        reason: "found at the provider without a row".to_owned(),
    }
}

async fn an_orphan_gets_a_row_and_a_revenant_gets_it_back(world: World) {
    let guard = lead(&world, "one").await;
    let orphan = found(&world, NodeId(world.next_id()));
    let adopted = world.store.adopt_node(world.now(), &guard, &orphan).await.unwrap();
    assert_eq!((adopted.phase, adopted.boot_deadline_ms), (NodePhase::Destroying, None));
    assert_eq!(adopted.billed_from_ms, Some(orphan.billed_from_ms));
    assert_eq!(adopted.destroying_at_ms, Some(world.now()));
    let before = world.dump().await;
    assert_eq!(world.store.adopt_node(world.now(), &guard, &orphan).await.unwrap(), adopted);
    assert_eq!(world.dump().await, before, "finding it again changes nothing");
    world.pass_ms(1_000);
    go(&world, &guard, orphan.id, NodePhase::Gone).await;
    world.pass_ms(1_000);
    let again = world.store.adopt_node(world.now(), &guard, &orphan).await.unwrap();
    assert_eq!((again.phase, again.gone_at_ms, again.settled), (NodePhase::Destroying, None, false));
    assert_eq!(again.destroying_at_ms, adopted.destroying_at_ms);
    let ready = ready_node(&world, &guard, engine("1")).await;
    let known = world.store.adopt_node(world.now(), &guard, &found(&world, ready.id)).await.unwrap();
    assert_eq!(known, ready, "a machine that is wanted stays so");
    let adoptions = world.trail().await.into_iter().filter(|kind| *kind == EventKind::NodeAdopted).count();
    assert_eq!(adoptions, 2);
}

async fn serving_nodes_are_those_that_are_ready_and_known_by_name(world: World) {
    let guard = lead(&world, "one").await;
    let (one, two) = (engine("1"), engine("2"));
    let ready = ready_node(&world, &guard, one.clone()).await;
    assert_eq!(world.store.serving_nodes(&one).await.unwrap(), [], "its model has no name yet");
    for (engine, name) in [(&one, "small"), (&two, "large")] {
        let build = new_build(engine.clone(), name, "sha256:1");
        world.store.register_engine_build(world.now(), "Quinn", &build).await.unwrap();
    }
    world.store.open_node(world.now(), &guard, &new_node(&world, one.clone())).await.unwrap();
    ready_node(&world, &guard, two).await;
    let serving = world.store.serving_nodes(&one).await.unwrap();
    assert_eq!(serving.len(), 1);
    assert_eq!((serving[0].id, serving[0].served_model_name.as_str()), (ready.id, "small"));
    assert_eq!(serving[0].base_url, "http://10.0.0.7:8000");
    assert_eq!(serving[0].api_key, Some(NodeKey::new("s3cret")));
    assert!(!format!("{serving:?}").contains("s3cret"));
    go(&world, &guard, ready.id, NodePhase::Draining).await;
    assert_eq!(world.store.serving_nodes(&one).await.unwrap(), []);
}

async fn boots_and_provisions_are_remembered(world: World) {
    let guard = lead(&world, "one").await;
    let began = world.now();
    let open = async |error: Option<&str>, ends: bool| {
        let new = new_node(&world, engine("1"));
        let asked_at = world.now();
        world.store.open_node(asked_at, &guard, &new).await.unwrap();
        let machine = new.id.to_string();
        world.store.record_machine(world.pass_ms(1), &guard, new.id, &machine, asked_at).await.unwrap();
        world.pass_ms(90_000);
        if ends {
            let change = NodeChange { error: error.map(str::to_owned), ..NodeChange::default() };
            let to = NodePhase::Destroying;
            world.store.move_node(world.now(), &guard, new.id, to, &change).await.unwrap();
        } else {
            go(&world, &guard, new.id, NodePhase::Warming).await;
            go(&world, &guard, new.id, NodePhase::Ready).await;
        }
        new.id
    };
    let served = open(None, false).await;
    let failed = open(Some("the boot deadline passed"), true).await;
    open(None, true).await;
    world.store.adopt_node(world.now(), &guard, &found(&world, NodeId(world.next_id()))).await.unwrap();
    let last_asked = world.now();
    world.store.open_node(last_asked, &guard, &new_node(&world, engine("1"))).await.unwrap();
    let boots = world.store.recent_boots("digitalocean", &engine("1"), 10).await.unwrap();
    let boot = |served| Boot { took_ms: 90_001, served };
    assert_eq!(boots, [boot(false), boot(true)], "called off says nothing");
    for phase in [NodePhase::Draining, NodePhase::Destroying, NodePhase::Gone] {
        world.pass_ms(1_000);
        go(&world, &guard, served, phase).await;
    }
    go(&world, &guard, failed, NodePhase::Gone).await;
    let later = world.store.recent_boots("digitalocean", &engine("1"), 10).await.unwrap();
    assert_eq!(later, boots, "what becomes of it later says nothing of how it came up");
    assert_eq!(world.store.recent_boots("digitalocean", &engine("1"), 1).await.unwrap().len(), 1);
    assert_eq!(world.store.recent_boots("script", &engine("1"), 10).await.unwrap(), []);
    assert_eq!(world.store.provisions_since(began).await.unwrap(), 4, "nobody asked for the orphan");
    assert_eq!(world.store.provisions_since(last_asked).await.unwrap(), 1);
    assert_eq!(world.store.provisions_since(world.now()).await.unwrap(), 0);
}

async fn a_breaker_is_remembered(world: World) {
    let guard = lead(&world, "one").await;
    assert_eq!(world.store.breakers().await.unwrap(), []);
    let mut breaker = Breaker {
        name: "digitalocean/nyc2/gpu-l40sx1-48gb".to_owned(),
        blocked_until_ms: world.now().plus_ms(60_000),
        failures: 1,
        words: "422: no capacity".to_owned(),
    };
    world.store.set_breaker(world.now(), &guard, &breaker).await.unwrap();
    breaker.failures = 2;
    world.store.set_breaker(world.now(), &guard, &breaker).await.unwrap();
    assert_eq!(world.store.breakers().await.unwrap(), [breaker]);
}
