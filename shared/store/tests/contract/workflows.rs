//! Workflows: versions that never change, labels that say which of them write, and never two that tie.

use std::sync::Arc;

use prospector_domain::{
    engine::EngineId,
    event::EventKind,
    example,
    id::ThreadId,
    situation::{Archetype, ThreadState},
    template::{CanonKind, TemplateKey},
    workflow::{Arm, Challenger, Workflow, WorkflowId},
};
use prospector_store::{PublishedWorkflow, Refusal, StoreError, WorkflowsInForce};
use uuid::Uuid;

use crate::{concurrency::together, contract, waiting::engine, world::World};

contract![
    the_same_content_is_one_version,
    a_workflow_is_refused_with_the_field,
    a_tie_is_refused_whichever_way_it_would_come,
    publishers_and_movers_at_once_make_no_tie,
    the_first_version_is_live_and_later_ones_when_they_are_made_so,
    what_the_canon_lost_does_not_become_live,
    a_challenger_gets_its_share_and_ends_when_it_wins,
    a_trial_without_sense_is_refused,
    a_challenger_writes_only_where_it_is_for,
    every_change_has_a_revision_of_its_own,
    workflows_in_force_follow_every_change,
    rows_that_tie_are_reported,
];

/// Workflows need a canon, and a canon needs facts.
async fn open(world: &World) {
    world.store.publish_facts(world.now(), "Quinn", example::FACTS_TOML).await.unwrap();
    world.store.publish_canon(world.now(), "Quinn", example::CANON_TOML).await.unwrap();
}

/// A workflow for prices that drafts as told, for those who are named.
fn text(id: &str, draft: &str, named: &str) -> String {
    format!(
        "id = \"{id}\"\nname = \"Prices\"\nsteps = [{{ draft = \"{draft}\", max_chars = 320 }}]\n\
         [applies_to]\ntemplate_keys = [\"②\"]\n{named}"
    )
}

fn id(text: &str) -> WorkflowId {
    text.parse().unwrap()
}

async fn try_publish(world: &World, text: &str) -> Result<PublishedWorkflow, StoreError> {
    world.store.publish_workflow(world.now(), "Quinn", text).await
}

async fn publish(world: &World, text: &str) -> i64 {
    try_publish(world, text).await.unwrap().version
}

async fn try_live(world: &World, workflow: &str, version: i64) -> Result<(), StoreError> {
    world.store.make_workflow_live(world.now(), "Quinn", &id(workflow), version).await
}

fn trial(version: i64, share_permille: u16) -> Challenger {
    Challenger { version, share_permille, engine: engine("1") }
}

async fn try_challenge(world: &World, challenger: Option<Challenger>) -> Result<(), StoreError> {
    world.store.challenge_workflow(world.now(), "Quinn", &id("price"), challenger).await
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> (String, String) {
    match result {
        Err(StoreError::Refused(Refusal::Invalid { field, why })) => (field, why),
        other => panic!("not refused: {other:?}"),
    }
}

fn missing<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Refused(Refusal::NotFound { what: "workflow", id })) => id,
        other => panic!("it was there: {other:?}"),
    }
}

async fn in_force(world: &World) -> WorkflowsInForce {
    // Whatever was published meanwhile stays.
    world.store.seed_example(world.now()).await.unwrap();
    world.store.documents().await.unwrap().workflows
}

/// Who writes a price to a bargainer, and with which arm.
fn chosen(
    workflows: &WorkflowsInForce,
    engine: &EngineId,
    thread: Option<ThreadId>,
) -> Option<(String, i64, Arm)> {
    let chosen =
        workflows.choose(Archetype::Bargainer, ThreadState::New, TemplateKey::PRICE_QUOTE, engine, thread)?;
    Some((chosen.workflow.id.to_string(), chosen.workflow.version, chosen.arm))
}

async fn live_versions(world: &World) -> Vec<(String, i64)> {
    let labels = world.store.workflow_labels().await.unwrap();
    let live = labels.into_iter().filter(|one| one.label == Arm::Live);
    live.map(|one| (one.id.to_string(), one.version)).collect()
}

async fn the_same_content_is_one_version(world: World) {
    open(&world).await;
    let (one, two) = (text("price", "Say the price.", ""), text("price", "Name the price.", ""));
    let published = try_publish(&world, &one).await.unwrap();
    assert_eq!(published, PublishedWorkflow { id: id("price"), version: 1 });
    assert_eq!(publish(&world, &two).await, 2);
    let before = world.dump().await;
    assert_eq!(publish(&world, &one).await, 1, "it was said before");
    assert_eq!(publish(&world, &format!("# A comment.\nversion = 7\n{one}")).await, 1, "layout says nothing");
    assert_eq!(publish(&world, &Workflow::parse_toml(&two).unwrap().to_json()).await, 2, "nor the notation");
    assert_eq!(world.dump().await, before);
    assert_eq!(publish(&world, &text("care", "Say the price.", "states = [\"quoted\"]")).await, 1);
    let second = world.store.workflow(&id("price"), 2).await.unwrap().unwrap();
    assert_eq!(second, Workflow { version: 2, ..Workflow::parse_toml(&two).unwrap() });
    assert_eq!(world.store.workflow(&id("price"), 3).await.unwrap(), None);
    let listed = world.store.workflow_versions(None, 10).await.unwrap();
    let seen: Vec<_> = listed.iter().map(|one| (one.id.as_str(), one.version)).collect();
    assert_eq!(seen, [("care", 1), ("price", 2), ("price", 1)]);
    assert_eq!((listed[1].content_hash, listed[1].created_by.as_str()), (second.content_hash(), "Quinn"));
    assert_eq!(world.store.workflow_versions(Some(&id("price")), 1).await.unwrap(), listed[1..2]);
}

async fn a_workflow_is_refused_with_the_field(world: World) {
    let good = text("price", "Say the price.", "");
    let early = try_publish(&world, &good).await;
    assert!(
        matches!(early, Err(StoreError::Refused(Refusal::NothingPublished { what: "canon" }))),
        "{early:?}"
    );
    open(&world).await;
    let before = world.dump().await;
    let said = async |text: &str| refused(try_publish(&world, text).await);
    assert_eq!(said("id = ").await.0, "workflow");
    let (field, why) = said(&good.replace("max_chars = 320", "max_chars = 1")).await;
    assert_eq!(field, "steps[0].max_chars");
    assert!(why.contains("must be from 20"), "{why}");
    let (field, why) = said(&format!("context = [\"voice\", \"line:sea_view\"]\n{good}")).await;
    assert_eq!((field.as_str(), why.as_str()), ("context[1]", "the canon has no `line:sea_view`"));
    assert_eq!(world.dump().await, before);
}

async fn a_tie_is_refused_whichever_way_it_would_come(world: World) {
    open(&world).await;
    publish(&world, &text("price", "Say the price.", "")).await;
    publish(&world, &text("bargain", "Stay firm.", "archetypes = [\"bargainer\"]")).await;
    let before = world.dump().await;
    let (field, why) = refused(try_publish(&world, &text("prices", "Say it.", "")).await);
    assert_eq!(field, "workflow");
    assert!(why.starts_with("workflow prices ties with workflow price for template key ②"), "{why}");
    let (_, why) = refused(try_publish(&world, &text("bargain", "Stay firm.", "")).await);
    assert!(why.contains("ties with workflow price"), "a later version is checked as if it were live: {why}");
    assert_eq!(world.dump().await, before);
    // Each stands beside what is live; both do not stand beside each other.
    publish(&world, &text("price", "Say the price.", "archetypes = [\"unknown\"]")).await;
    try_live(&world, "price", 2).await.unwrap();
    publish(&world, &text("bargain", "Stay firm.", "")).await;
    try_live(&world, "bargain", 2).await.unwrap();
    let (_, why) = refused(try_live(&world, "price", 1).await);
    assert!(why.contains("workflow price ties with workflow bargain"), "a rollback is checked too: {why}");
    assert_eq!(live_versions(&world).await, [("bargain".to_owned(), 2), ("price".to_owned(), 2)]);
}

async fn publishers_and_movers_at_once_make_no_tie(world: World) {
    open(&world).await;
    let world = Arc::new(world);
    let published = together(6, |number| {
        let world = Arc::clone(&world);
        async move { try_publish(&world, &text(&format!("w{number}"), "Say the price.", "")).await.is_ok() }
    })
    .await;
    assert_eq!(published.iter().filter(|published| **published).count(), 1, "all of them tie");
    let first = world.store.workflow_labels().await.unwrap().remove(0).id;
    // Two that will be for everybody once both of their second versions are live.
    publish(&world, &text(first.as_str(), "Stay firm.", "states = [\"new\"]")).await;
    try_live(&world, first.as_str(), 2).await.unwrap();
    publish(&world, &text("bargain", "Stay firm.", "archetypes = [\"bargainer\"]\nstates = [\"new\"]")).await;
    publish(&world, &text("bargain", "Stay firm.", "")).await;
    let moved = together(2, |number| {
        let (world, first) = (Arc::clone(&world), first.clone());
        async move {
            let (workflow, version) = if number == 0 { (first.as_str(), 1) } else { ("bargain", 2) };
            try_live(&world, workflow, version).await.is_ok()
        }
    })
    .await;
    assert_eq!(moved.iter().filter(|moved| **moved).count(), 1, "only one of them can be");
    assert!(chosen(&in_force(&world).await, &engine("1"), None).is_some());
    let same = together(4, |number| {
        let world = Arc::clone(&world);
        async move {
            publish(&world, &text("late", &format!("Body {}.", number / 2), "states = [\"quoted\"]")).await
        }
    })
    .await;
    let mut versions = same;
    versions.sort_unstable();
    assert_eq!(versions, [1, 1, 2, 2], "the same content is one version");
    world.assert_no_deadlock().await;
}

async fn the_first_version_is_live_and_later_ones_when_they_are_made_so(world: World) {
    open(&world).await;
    let began = world.trail().await.len();
    for draft in ["One.", "Two.", "Three."] {
        publish(&world, &text("price", draft, "")).await;
    }
    let labels = world.store.workflow_labels().await.unwrap();
    assert_eq!(labels.len(), 1);
    assert_eq!((&labels[0].id, labels[0].label, labels[0].version), (&id("price"), Arm::Live, 1));
    assert_eq!((&labels[0].share_permille, &labels[0].engine), (&None, &None));
    let moved_at = world.pass_ms(1_000);
    world.store.make_workflow_live(moved_at, "Robin", &id("price"), 3).await.unwrap();
    let labels = world.store.workflow_labels().await.unwrap();
    assert_eq!((labels[0].version, labels[0].changed_by.as_str()), (3, "Robin"));
    assert_eq!(labels[0].changed_at_ms, moved_at);
    let before = world.dump().await;
    try_live(&world, "price", 3).await.unwrap();
    assert_eq!(world.dump().await, before, "it is live");
    assert_eq!(missing(try_live(&world, "price", 4).await), "price@4");
    assert_eq!(missing(try_live(&world, "prices", 1).await), "prices@1");
    assert_eq!(world.dump().await, before);
    try_live(&world, "price", 1).await.unwrap();
    assert_eq!(live_versions(&world).await, [("price".to_owned(), 1)], "rolled back");
    use EventKind as E;
    let trail = world.trail().await;
    assert_eq!(
        trail[began..],
        [
            E::WorkflowPublished,
            E::WorkflowLabelled,
            E::WorkflowPublished,
            E::WorkflowPublished,
            E::WorkflowLabelled,
            E::WorkflowLabelled,
        ]
    );
}

async fn what_the_canon_lost_does_not_become_live(world: World) {
    open(&world).await;
    let line = "context = [\"line:same_for_everyone\"]\n";
    publish(&world, &format!("{line}{}", text("price", "One.", ""))).await;
    publish(&world, &text("price", "Two.", "")).await;
    try_live(&world, "price", 2).await.unwrap();
    let store = &world.store;
    store.remove_canon_entry(world.now(), "Quinn", CanonKind::Line, "same_for_everyone").await.unwrap();
    assert_eq!(refused(try_live(&world, "price", 1).await).0, "context[0]");
}

async fn a_challenger_gets_its_share_and_ends_when_it_wins(world: World) {
    open(&world).await;
    for draft in ["One.", "Two.", "Three."] {
        publish(&world, &text("price", draft, "")).await;
    }
    try_challenge(&world, Some(trial(2, 500))).await.unwrap();
    let workflows = in_force(&world).await;
    assert_eq!(workflows.labels(&id("price")).unwrap().challenger(), Some(&trial(2, 500)));
    let (mut on_trial, count) = (0, 400_u128);
    for number in 0..count {
        let thread = Some(ThreadId(Uuid::from_u128(number)));
        let (_, version, arm) = chosen(&workflows, &engine("1"), thread).unwrap();
        assert_eq!(version, if arm == Arm::Challenger { 2 } else { 1 });
        assert_eq!(chosen(&workflows, &engine("1"), thread).unwrap().2, arm, "a thread keeps its arm");
        assert_eq!(chosen(&workflows, &engine("2"), thread).unwrap().2, Arm::Live, "another build");
        on_trial += u128::from(arm == Arm::Challenger);
    }
    assert!((count / 3..count * 2 / 3).contains(&on_trial), "{on_trial} of {count}");
    assert_eq!(chosen(&workflows, &engine("1"), None).unwrap().2, Arm::Live, "without a thread");
    let before = world.dump().await;
    try_challenge(&world, Some(trial(2, 500))).await.unwrap();
    assert_eq!(world.dump().await, before, "it is on trial");
    try_live(&world, "price", 3).await.unwrap();
    let labels = world.store.workflow_labels().await.unwrap();
    let seen: Vec<_> = labels
        .iter()
        .filter(|one| one.id == id("price"))
        .map(|one| (one.label, one.version, one.share_permille))
        .collect();
    assert_eq!(seen, [(Arm::Live, 3, None), (Arm::Challenger, 2, Some(500))], "another one does not end it");
    try_live(&world, "price", 2).await.unwrap();
    let workflows = in_force(&world).await;
    let labels = workflows.labels(&id("price")).unwrap();
    assert_eq!((labels.live(), labels.challenger()), (2, None), "it won");
    try_challenge(&world, Some(trial(3, 1_000))).await.unwrap();
    let thread = Some(ThreadId(Uuid::from_u128(1)));
    assert_eq!(chosen(&in_force(&world).await, &engine("1"), thread).unwrap().1, 3);
    try_challenge(&world, None).await.unwrap();
    assert_eq!(chosen(&in_force(&world).await, &engine("1"), thread).unwrap().1, 2);
    let before = world.dump().await;
    try_challenge(&world, None).await.unwrap();
    assert_eq!(world.dump().await, before, "nothing is on trial");
}

async fn a_trial_without_sense_is_refused(world: World) {
    open(&world).await;
    publish(&world, &text("price", "One.", "")).await;
    publish(&world, &format!("engine = \"{}\"\n{}", engine("2"), text("price", "Two.", ""))).await;
    publish(&world, &text("price", "Three.", "")).await;
    let before = world.dump().await;
    for (challenger, expected) in [
        (trial(1, 500), "version"),
        (trial(0, 500), "version"),
        (trial(3, 0), "share_permille"),
        (trial(3, 1_001), "share_permille"),
        (Challenger { engine: EngineId::Template, ..trial(3, 500) }, "engine"),
        (trial(2, 500), "engine"),
    ] {
        assert_eq!(refused(try_challenge(&world, Some(challenger)).await).0, expected);
    }
    assert_eq!(missing(try_challenge(&world, Some(trial(4, 500))).await), "price@4");
    let unknown =
        world.store.challenge_workflow(world.now(), "Quinn", &id("prices"), Some(trial(2, 1))).await;
    assert_eq!(missing(unknown), "prices");
    assert_eq!(world.dump().await, before);
}

async fn a_challenger_writes_only_where_it_is_for(world: World) {
    open(&world).await;
    publish(&world, &text("price", "One.", "")).await;
    publish(&world, &text("price", "Two.", "states = [\"quoted\"]")).await;
    try_challenge(&world, Some(trial(2, 1_000))).await.unwrap();
    let workflows = in_force(&world).await;
    let thread = Some(ThreadId(Uuid::from_u128(1)));
    let pick = |state, key| {
        let chosen = workflows.choose(Archetype::Bargainer, state, key, &engine("1"), thread);
        chosen.map(|chosen| (chosen.workflow.version, chosen.arm))
    };
    let price = TemplateKey::PRICE_QUOTE;
    assert_eq!(pick(ThreadState::New, price), Some((1, Arm::Live)));
    assert_eq!(pick(ThreadState::Quoted, price), Some((2, Arm::Challenger)));
    assert_eq!(pick(ThreadState::New, TemplateKey::GREETING), None);
    assert_eq!(chosen(&workflows, &EngineId::Template, thread), None, "fixed texts need none");
}

async fn every_change_has_a_revision_of_its_own(world: World) {
    open(&world).await;
    let mut revisions = Vec::new();
    let change = async |number: usize| match number {
        0..3 => {
            publish(&world, &text("price", ["One.", "Two.", "Three."][number], "")).await;
        }
        3 | 5 => try_challenge(&world, Some(trial(2, 500))).await.unwrap(),
        4 | 6 => try_challenge(&world, None).await.unwrap(),
        7 => try_live(&world, "price", 3).await.unwrap(),
        _ => try_live(&world, "price", 1).await.unwrap(),
    };
    for number in 0..9 {
        change(number).await;
        revisions.push(in_force(&world).await.revision);
    }
    assert!(revisions.is_sorted_by(|one, next| one < next), "{revisions:?}");
    publish(&world, &text("price", "Two.", "")).await;
    assert_eq!(in_force(&world).await.revision, revisions[8], "nothing changed");
}

async fn workflows_in_force_follow_every_change(world: World) {
    open(&world).await;
    let playbook = world.store.publish_playbook(world.now(), "Quinn", example::PLAYBOOK_TOML).await;
    playbook.unwrap();
    let empty = world.store.documents().await.unwrap().workflows;
    assert_eq!((empty.set().workflows().len(), chosen(&empty, &engine("1"), None)), (0, None));
    assert_eq!(empty.labels(&id("price")), None);
    let other = world.backend.open(&world.url, crate::world::options()).await;
    publish(&world, &text("price", "One.", "")).await;
    publish(&world, &text("price", "Two.", "")).await;
    let first = world.store.documents().await.unwrap().workflows;
    let same = world.store.documents().await.unwrap().workflows;
    assert!(std::ptr::eq(first.set(), same.set()), "parsed once");
    assert_eq!(first.set().get(&id("price")).map(|live| live.version), Some(1));
    assert_eq!(other.documents().await.unwrap().workflows.set(), first.set());
    try_live(&world, "price", 2).await.unwrap();
    for store in [&*world.store, &other] {
        let workflows = store.documents().await.unwrap().workflows;
        assert_eq!(workflows.set().get(&id("price")).map(|live| live.version), Some(2));
    }
    other.close().await;
}

/// What no publisher can do, a hand in the database can.
async fn rows_that_tie_are_reported(world: World) {
    open(&world).await;
    publish(&world, &text("price", "One.", "states = [\"new\"]")).await;
    publish(&world, &text("bargain", "One.", "archetypes = [\"bargainer\"]\nstates = [\"new\"]")).await;
    publish(&world, &text("bargain", "Two.", "")).await;
    publish(&world, &text("price", "Two.", "")).await;
    world.store.publish_playbook(world.now(), "Quinn", example::PLAYBOOK_TOML).await.unwrap();
    world.raw().await.execute("UPDATE workflow_labels SET version = 2").await;
    let broken = world.store.documents().await.unwrap_err();
    assert!(
        matches!(&broken, StoreError::BadRow { table: "workflows", id, .. } if id == "price"),
        "{broken}"
    );
    world.raw().await.execute("UPDATE workflow_labels SET version = 1").await;
    world
        .raw()
        .await
        .execute("UPDATE workflows SET body = 'id = 1' WHERE id = 'bargain' AND version = 1")
        .await;
    let broken = world.store.documents().await.unwrap_err();
    assert!(
        matches!(&broken, StoreError::BadRow { table: "workflows", id, .. } if id == "bargain"),
        "{broken}"
    );
}
