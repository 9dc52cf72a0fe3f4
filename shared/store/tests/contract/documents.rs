//! Facts, playbook and canon: published in versions, each fitting the others.

use std::collections::BTreeSet;

use prospector_domain::{
    event::EventKind,
    example,
    mode::Mode,
    template::{CanonEntry, CanonKind, TemplateKey},
    workflow::Workflow,
};
use prospector_store::{Refusal, Store, StoreError};

use crate::{contract, world::World};

contract![
    the_example_is_seeded_once,
    a_canon_of_its_own_gets_the_workflows_that_fit,
    nothing_published_is_said_so,
    the_same_facts_again_are_the_same_version,
    facts_are_refused_with_the_field,
    facts_that_a_template_contradicts_are_refused_with_the_template,
    versions_stay_and_are_listed,
    facts_may_be_json,
    a_template_is_refused_when_it_does_not_pass,
    one_entry_changes_one_version,
    a_rule_of_voice_comes_and_goes,
    a_playbook_is_refused_with_the_line,
    documents_in_force_follow_every_change,
    another_process_sees_the_change,
];

fn refused(result: Result<i64, StoreError>) -> (String, String) {
    match result {
        Err(StoreError::Refused(Refusal::Invalid { field, why })) => (field, why),
        other => panic!("not refused: {other:?}"),
    }
}

async fn seeded(world: &World) -> &Store {
    world.store.seed_example(world.now()).await.unwrap();
    &world.store
}

fn entry(kind: CanonKind, name: &str, body: &str) -> CanonEntry {
    CanonEntry { kind, name: name.to_owned(), body: body.to_owned() }
}

async fn the_example_is_seeded_once(world: World) {
    assert!(world.store.seed_example(world.now()).await.unwrap());
    let before = world.dump().await;
    assert!(!world.store.seed_example(world.now()).await.unwrap());
    assert_eq!(world.dump().await, before);
    let documents = world.store.documents().await.unwrap();
    assert_eq!((documents.facts.version, documents.playbook.version), (1, 1));
    assert_eq!(*documents.facts.facts, example::facts());
    assert_eq!(*documents.canon.canon, example::canon());
    assert_eq!(documents.canon.template_version(TemplateKey::PRICE_QUOTE), 1);
    let workflows = documents.workflows.set().workflows();
    let ids = |all: &[Workflow]| all.iter().map(|one| one.id.clone()).collect::<BTreeSet<_>>();
    assert_eq!(ids(workflows), ids(example::workflows().workflows()));
    // What an owner published is not replaced.
    let dearer = example::FACTS_TOML.replace("amount = 90", "amount = 95");
    world.store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap();
    assert!(!world.store.seed_example(world.now()).await.unwrap());
    assert_eq!(world.store.facts().await.unwrap().version, 2);
}

async fn a_canon_of_its_own_gets_the_workflows_that_fit(world: World) {
    let store = &world.store;
    store.publish_facts(world.now(), "Quinn", example::FACTS_TOML).await.unwrap();
    store.publish_canon(world.now(), "Quinn", example::CANON_TOML).await.unwrap();
    store.remove_canon_entry(world.now(), "Quinn", CanonKind::Line, "same_for_everyone").await.unwrap();
    assert!(store.seed_example(world.now()).await.unwrap());
    let workflows = store.documents().await.unwrap().workflows;
    assert!(workflows.set().get(&"stay".parse().unwrap()).is_some());
    assert!(workflows.set().get(&"price".parse().unwrap()).is_none(), "it takes that line");
}

async fn nothing_published_is_said_so(world: World) {
    let said = world.store.documents().await.unwrap_err().to_string();
    assert_eq!(said, "nothing was published yet as facts: publish it first");
    assert!(world.store.facts().await.is_err());
    world.store.publish_facts(world.now(), "Quinn", example::FACTS_TOML).await.unwrap();
    let said = world.store.documents().await.unwrap_err().to_string();
    assert!(said.starts_with("nothing was published yet as playbook"), "{said}");
}

async fn the_same_facts_again_are_the_same_version(world: World) {
    let store = seeded(&world).await;
    let before = world.dump().await;
    let reordered = format!("# The same, with another comment.\n{}", example::FACTS_TOML);
    assert_eq!(store.publish_facts(world.now(), "Quinn", &reordered).await.unwrap(), 1);
    assert_eq!(world.dump().await, before);
    let dearer = example::FACTS_TOML.replace("amount = 90", "amount = 95");
    assert_eq!(store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap(), 2);
    assert_eq!(world.trail().await.last(), Some(&EventKind::FactsPublished));
    // Back to what was is a new version: only the one in force counts as the same.
    assert_eq!(store.publish_facts(world.now(), "Quinn", example::FACTS_TOML).await.unwrap(), 3);
}

async fn facts_are_refused_with_the_field(world: World) {
    let store = seeded(&world).await;
    let before = world.dump().await;
    let wrong = example::FACTS_TOML.replace("currency = \"EUR\"", "currency = \"EURO\"");
    let (field, why) = refused(store.publish_facts(world.now(), "Quinn", &wrong).await);
    assert_eq!(field, "facts");
    assert!(why.contains("currency"), "{why}");
    refused(store.publish_facts(world.now(), "Quinn", "{").await);
    refused(store.publish_facts(world.now(), "Quinn", "").await);
    assert_eq!(world.dump().await, before);
}

async fn facts_that_a_template_contradicts_are_refused_with_the_template(world: World) {
    let store = seeded(&world).await;
    let secretive =
        example::FACTS_TOML.replace("price_in_writing = \"allowed\"", "price_in_writing = \"never\"");
    assert_ne!(secretive, example::FACTS_TOML);
    let (_, why) = refused(store.publish_facts(world.now(), "Quinn", &secretive).await);
    assert!(why.contains("template ②") && why.contains("price_in_writing"), "{why}");
    let homeless = example::FACTS_TOML.replace("address = \"7 Lantern Quay\"\n", "");
    assert_ne!(homeless, example::FACTS_TOML);
    let (_, why) = refused(store.publish_facts(world.now(), "Quinn", &homeless).await);
    assert!(why.contains("template ⑨"), "{why}");
    assert_eq!(store.facts().await.unwrap().version, 1);
}

async fn versions_stay_and_are_listed(world: World) {
    let store = seeded(&world).await;
    for amount in [95, 100] {
        world.pass_ms(1_000);
        let dearer = example::FACTS_TOML.replace("amount = 90", &format!("amount = {amount}"));
        store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap();
    }
    let listed = store.list_facts(None, 2).await.unwrap();
    assert_eq!(listed.iter().map(|note| note.version).collect::<Vec<_>>(), [3, 2]);
    assert_eq!((listed[0].created_by.as_str(), listed[0].created_at_ms), ("Quinn", world.now()));
    let listed = store.list_facts(Some(2), 2).await.unwrap();
    assert_eq!(listed.iter().map(|note| note.version).collect::<Vec<_>>(), [1]);
    let first = store.facts_version(1).await.unwrap().unwrap();
    assert_eq!(first.body, example::FACTS_TOML, "as it was written, comments and all");
    assert_eq!(first.content_hash, example::facts().content_hash().to_string());
    assert_eq!(store.facts_version(9).await.unwrap(), None);
    assert_eq!(store.list_playbooks(None, 9).await.unwrap().len(), 1);
    assert_eq!(store.playbook_version(1).await.unwrap().unwrap().body, example::PLAYBOOK_TOML);
    assert_eq!(store.playbook_version(2).await.unwrap(), None);
}

async fn facts_may_be_json(world: World) {
    let json = example::facts().to_json();
    assert_eq!(world.store.publish_facts(world.now(), "Quinn", &json).await.unwrap(), 1);
    assert_eq!(*world.store.facts().await.unwrap().facts, example::facts());
    let again = world.store.publish_facts(world.now(), "Quinn", example::FACTS_TOML).await.unwrap();
    assert_eq!(again, 1, "the notation does not matter");
}

async fn a_template_is_refused_when_it_does_not_pass(world: World) {
    let refused_without_facts = world.store.publish_canon(world.now(), "Quinn", example::CANON_TOML).await;
    assert!(
        matches!(
            refused_without_facts,
            Err(StoreError::Refused(Refusal::NothingPublished { what: "facts" }))
        ),
        "{refused_without_facts:?}"
    );
    let store = seeded(&world).await;
    let before = world.dump().await;
    for (body, expected) in [
        ("A double room is {{ rates[1].price }}, so come for €12!", "€12"),
        ("Dear {{ guest }}", "guest"),
        ("Hello [NAME]", "placeholder"),
        ("{{ rates", "syntax error"),
        (" ", "empty"),
    ] {
        let bad = entry(CanonKind::Template, "②", body);
        let (field, why) = refused(store.publish_canon_entry(world.now(), "Quinn", &bad).await);
        assert_eq!(field, "canon");
        assert!(why.contains("②") && why.contains(expected), "{body:?}: {why}");
    }
    let nowhere = entry(CanonKind::Template, "18", "Hello");
    let (_, why) = refused(store.publish_canon_entry(world.now(), "Quinn", &nowhere).await);
    assert!(why.contains("①"), "{why}");
    assert_eq!(world.dump().await, before);
}

async fn one_entry_changes_one_version(world: World) {
    let store = seeded(&world).await;
    let all = store.canon_entries().await.unwrap();
    let revision = store.documents().await.unwrap().canon.revision;
    let greeting = entry(CanonKind::Template, "①", "Hello from {{ business.name }}!");
    world.pass_ms(1_000);
    let after = store.publish_canon_entry(world.now(), "Quinn", &greeting).await.unwrap();
    assert_eq!(after, revision + 1);
    assert_eq!(store.publish_canon_entry(world.now(), "Quinn", &greeting).await.unwrap(), after);
    let canon = store.documents().await.unwrap().canon;
    assert_eq!(canon.canon.template(TemplateKey::GREETING).body(), greeting.body);
    assert_eq!(canon.template_version(TemplateKey::GREETING), 2);
    assert_eq!(canon.template_version(TemplateKey::PRICE_QUOTE), 1);
    let now = store.canon_entries().await.unwrap();
    assert_eq!(now[1..], all[1..]);
    let versions = store.canon_entry_versions(CanonKind::Template, "①", None, 10).await.unwrap();
    assert_eq!(versions.iter().map(|one| one.version).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((versions[0].created_by.as_str(), versions[0].created_at_ms), ("Quinn", world.now()));
    let older = store.canon_entry_versions(CanonKind::Template, "①", Some(2), 10).await.unwrap();
    assert_eq!(older, versions[1..]);
    // The whole file again puts the old text back, as a third version, and touches nothing else.
    let back = store.publish_canon(world.now(), "Quinn", example::CANON_TOML).await.unwrap();
    assert_eq!(back, after + 1);
    assert_eq!(*store.documents().await.unwrap().canon.canon, example::canon());
}

async fn a_rule_of_voice_comes_and_goes(world: World) {
    let store = seeded(&world).await;
    let revision = store.documents().await.unwrap().canon.revision;
    let rule = entry(CanonKind::Line, "sea_view", "Every room looks at the harbour.");
    store.publish_canon_entry(world.now(), "Quinn", &rule).await.unwrap();
    let has_rule = |canon: &prospector_domain::template::Canon| canon.entries().any(|entry| entry == rule);
    assert!(has_rule(&store.documents().await.unwrap().canon.canon));
    let removed = store.remove_canon_entry(world.now(), "Quinn", CanonKind::Line, "sea_view").await.unwrap();
    assert_eq!(removed, revision + 2);
    assert!(!has_rule(&store.documents().await.unwrap().canon.canon));
    let versions = store.canon_entry_versions(CanonKind::Line, "sea_view", None, 10).await.unwrap();
    assert_eq!(
        versions.iter().map(|one| (one.version, one.removed)).collect::<Vec<_>>(),
        [(2, true), (1, false)]
    );
    assert!(store.canon_entries().await.unwrap().iter().all(|one| one.entry.name != "sea_view"));
    let again =
        store.remove_canon_entry(world.now(), "Quinn", CanonKind::Line, "sea_view").await.unwrap_err();
    assert!(again.to_string().starts_with("no canon entry with id line sea_view"), "{again}");
    let template = store.remove_canon_entry(world.now(), "Quinn", CanonKind::Template, "①").await;
    assert!(refused(template).1.contains("no template for ①"));
    // It may come back, with a higher version.
    store.publish_canon_entry(world.now(), "Quinn", &rule).await.unwrap();
    let versions = store.canon_entry_versions(CanonKind::Line, "sea_view", None, 1).await.unwrap();
    assert_eq!((versions[0].version, versions[0].removed), (3, false));
}

async fn a_playbook_is_refused_with_the_line(world: World) {
    let store = seeded(&world).await;
    let before = world.dump().await;
    let (field, why) =
        refused(store.publish_playbook(world.now(), "Quinn", "[[rule]]\nname = \"x\"\nreply = \"99\"").await);
    assert_eq!(field, "playbook");
    assert!(why.contains("line 3"), "{why}");
    let commented = format!("# A comment.\n{}", example::PLAYBOOK_TOML);
    assert_eq!(store.publish_playbook(world.now(), "Quinn", &commented).await.unwrap(), 1);
    assert_eq!(world.dump().await, before);
}

async fn documents_in_force_follow_every_change(world: World) {
    let store = seeded(&world).await;
    let first = store.documents().await.unwrap();
    let same = store.documents().await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&first.facts.facts, &same.facts.facts), "parsed once");
    assert!(std::sync::Arc::ptr_eq(&first.canon.canon, &same.canon.canon), "parsed once");
    assert!(std::sync::Arc::ptr_eq(&first.playbook.playbook, &same.playbook.playbook), "parsed once");
    let dearer = example::FACTS_TOML.replace("amount = 90", "amount = 95");
    store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap();
    let second = store.documents().await.unwrap();
    assert_eq!(second.facts.version, 2);
    assert_ne!(second.facts.facts, first.facts.facts);
    assert!(
        std::sync::Arc::ptr_eq(&first.canon.canon, &second.canon.canon),
        "only what changed is read again"
    );
}

async fn another_process_sees_the_change(world: World) {
    let store = seeded(&world).await;
    let other = world.backend.open(&world.url, crate::world::options()).await;
    assert_eq!(other.documents().await.unwrap().facts.version, 1);
    let dearer = example::FACTS_TOML.replace("amount = 90", "amount = 95");
    store.publish_facts(world.now(), "Quinn", &dearer).await.unwrap();
    world.set_mode(Mode::Go).await;
    assert_eq!(other.documents().await.unwrap().facts.version, 2);
    assert_eq!(other.settings().await.unwrap().mode, Mode::Go);
    other.close().await;
}
