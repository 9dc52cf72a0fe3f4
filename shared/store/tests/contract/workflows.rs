//! Workflows: versions that never change, and the labels that say which of them count.

use prospector_domain::{content_hash::ContentHash, event::EventKind};
use prospector_store::{NewLabel, Refusal, StoreError};

use crate::{concurrency::together, contract, waiting::engine, world::World};

contract![
    the_same_content_is_one_version,
    a_label_points_to_a_version_that_exists,
    every_change_has_a_revision_of_its_own,
    publishers_at_once_get_a_version_each,
];

async fn publish(world: &World, id: &str, body: &str) -> i64 {
    let hash = ContentHash::of(body.as_bytes());
    world.store.publish_workflow(world.now(), "Quinn", id, body, hash).await.unwrap()
}

fn label(label: &str, version: i64) -> NewLabel {
    NewLabel {
        workflow_id: "availability".to_owned(),
        label: label.to_owned(),
        version,
        share_permille: None,
        engine: None,
    }
}

async fn set(world: &World, label: &NewLabel) {
    world.store.label_workflow(world.now(), "Quinn", label).await.unwrap();
}

async fn the_same_content_is_one_version(world: World) {
    assert_eq!(publish(&world, "availability", r#"{"steps":[1]}"#).await, 1);
    assert_eq!(publish(&world, "availability", r#"{"steps":[2]}"#).await, 2);
    assert_eq!(publish(&world, "availability", r#"{"steps":[1]}"#).await, 1, "it was said before");
    assert_eq!(publish(&world, "price", r#"{"steps":[1]}"#).await, 1, "each has numbers of its own");
    let first = world.store.workflow("availability", 1).await.unwrap().unwrap();
    assert_eq!((first.version, first.body.as_str()), (1, r#"{"steps":[1]}"#));
    assert_eq!(first.content_hash, ContentHash::of(first.body.as_bytes()));
    assert_eq!((first.created_by.as_str(), first.created_at_ms), ("Quinn", world.now()));
    assert_eq!(world.store.workflow("availability", 3).await.unwrap(), None);
    let listed = world.store.workflow_versions(None, 10).await.unwrap();
    let seen: Vec<_> = listed.iter().map(|one| (one.id.as_str(), one.version)).collect();
    assert_eq!(seen, [("availability", 2), ("availability", 1), ("price", 1)]);
    assert_eq!(world.store.workflow_versions(Some("price"), 10).await.unwrap().len(), 1);
    assert_eq!(world.trail().await, [EventKind::WorkflowPublished; 3]);
    let hash = ContentHash::of(b"x");
    let refused = world.store.publish_workflow(world.now(), "Quinn", " ", "x", hash).await.unwrap_err();
    assert!(refused.to_string().starts_with("id is not acceptable"), "{refused}");
}

async fn a_label_points_to_a_version_that_exists(world: World) {
    publish(&world, "availability", "one").await;
    publish(&world, "availability", "two").await;
    publish(&world, "availability", "three").await;
    assert_eq!(world.store.labelled_workflows().await.unwrap(), [], "nothing counts without a label");
    set(&world, &label("production", 1)).await;
    let arm = NewLabel { share_permille: Some(250), engine: Some(engine("1")), ..label("b", 3) };
    set(&world, &arm).await;
    set(&world, &label("production", 2)).await;
    let labels = world.store.workflow_labels().await.unwrap();
    let seen: Vec<_> =
        labels.iter().map(|one| (one.label.as_str(), one.version, one.share_permille)).collect();
    assert_eq!(seen, [("b", 3, Some(250)), ("production", 2, None)]);
    assert_eq!((&labels[0].engine, labels[0].changed_by.as_str()), (&Some(engine("1")), "Quinn"));
    set(&world, &label("champion", 2)).await;
    let counted = world.store.labelled_workflows().await.unwrap();
    assert_eq!(counted.iter().map(|one| one.body.as_str()).collect::<Vec<_>>(), ["two", "three"]);
    let before = world.dump().await;
    let missing =
        world.store.label_workflow(world.now(), "Quinn", &label("production", 4)).await.unwrap_err();
    assert!(matches!(missing, StoreError::Refused(Refusal::NotFound { what: "workflow", .. })), "{missing}");
    let odd = NewLabel { share_permille: Some(1_001), ..label("production", 1) };
    let refused = world.store.label_workflow(world.now(), "Quinn", &odd).await.unwrap_err();
    assert!(refused.to_string().starts_with("share_permille is not acceptable"), "{refused}");
    world.store.label_workflow(world.now(), "Quinn", &label("", 1)).await.unwrap_err();
    assert_eq!(world.dump().await, before);
}

async fn every_change_has_a_revision_of_its_own(world: World) {
    let mut revisions = vec![world.store.workflow_revision().await.unwrap()];
    let revision = async || world.store.workflow_revision().await.unwrap();
    publish(&world, "availability", "one").await;
    revisions.push(revision().await);
    publish(&world, "availability", "two").await;
    revisions.push(revision().await);
    for version in [1, 2, 1, 1] {
        set(&world, &label("production", version)).await;
        revisions.push(revision().await);
    }
    assert!(revisions.is_sorted_by(|one, next| one < next), "{revisions:?}");
    publish(&world, "availability", "two").await;
    assert_eq!(revision().await, revisions[6], "nothing changed");
    world.store.seed_example(world.now()).await.unwrap();
    assert_eq!(world.store.documents().await.unwrap().workflow_revision, revisions[6]);
}

async fn publishers_at_once_get_a_version_each(world: World) {
    let world = std::sync::Arc::new(world);
    let mut versions = together(6, |number| {
        let world = world.clone();
        async move {
            let version = publish(&world, "availability", &format!("body {}", number / 2)).await;
            set(&world, &label(&format!("arm-{number}"), version)).await;
            version
        }
    })
    .await;
    versions.sort_unstable();
    assert_eq!(versions, [1, 1, 2, 2, 3, 3], "the same content is one version");
    assert_eq!(world.store.workflow_labels().await.unwrap().len(), 6);
    assert_eq!(world.store.workflow_revision().await.unwrap(), 3 + 6);
}
