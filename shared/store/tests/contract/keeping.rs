//! Keys, idempotency, leases and the ledger: what is kept beside the pipeline.

use prospector_domain::{
    access::{Scope, Scopes},
    id::ApiKeyId,
    source::IdSource as _,
    time::UnixMs,
};
use prospector_store::{Idempotency, IdempotencyTicket, NewApiKey, StoreError};
use prospector_testkit::SequentialIds;

use crate::{contract, world::World};

contract![
    a_key_is_found_by_its_hash_until_it_is_revoked,
    a_hash_is_taken_once,
    an_expired_key_does_not_work,
    the_same_request_is_carried_out_once_and_replayed,
    another_request_under_the_same_key_is_a_mismatch,
    a_key_belongs_to_its_scope,
    an_abandoned_request_may_be_tried_again,
    a_request_of_a_crashed_server_is_taken_over,
    a_lease_has_one_holder_and_rising_epochs,
    a_released_lease_is_free_at_once,
    the_ledger_keeps_every_word,
];

fn key(number: u64, hash: &str) -> NewApiKey {
    NewApiKey {
        id: ApiKeyId(SequentialIds::from(number).next(UnixMs(0))),
        name: format!("bridge-{number}"),
        secret_hash: hash.to_owned(),
        scopes: [Scope::Enqueue, Scope::Read].into_iter().collect(),
        created_by: "cli".to_owned(),
        expires_at_ms: None,
    }
}

async fn a_key_is_found_by_its_hash_until_it_is_revoked(world: World) {
    let store = &world.store;
    let new = key(1, "hash-1");
    store.insert_api_key(world.now(), &new).await.unwrap();
    let found = store.api_key_by_hash("hash-1").await.unwrap().unwrap();
    assert_eq!((found.id, found.name.as_str(), &found.scopes), (new.id, "bridge-1", &new.scopes));
    assert_eq!(found.created_at_ms, world.now());
    assert!(found.works_at(world.now()));
    assert_eq!(store.api_key_by_hash("hash-2").await.unwrap(), None);
    let revoked_at = world.pass_ms(10);
    assert_eq!(store.revoke_api_key(world.now(), new.id).await.unwrap().revoked_at_ms, Some(revoked_at));
    world.pass_ms(10);
    let again = store.revoke_api_key(world.now(), new.id).await.unwrap();
    assert_eq!(again.revoked_at_ms, Some(revoked_at), "the first moment stays");
    assert!(!store.api_key_by_hash("hash-1").await.unwrap().unwrap().works_at(world.now()));
    assert_eq!(store.api_keys().await.unwrap(), [again]);
    let refused = store.revoke_api_key(world.now(), key(2, "").id).await.unwrap_err();
    assert!(refused.to_string().starts_with("no api key with id"), "{refused}");
}

async fn a_hash_is_taken_once(world: World) {
    world.store.insert_api_key(world.now(), &key(1, "hash-1")).await.unwrap();
    let refused = world.store.insert_api_key(world.now(), &key(2, "hash-1")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Taken { .. }), "{refused}");
}

async fn an_expired_key_does_not_work(world: World) {
    let expires_at = world.now().plus_ms(100);
    let new = NewApiKey { expires_at_ms: Some(expires_at), scopes: Scopes::default(), ..key(1, "hash-1") };
    world.store.insert_api_key(world.now(), &new).await.unwrap();
    let found = world.store.api_key_by_hash("hash-1").await.unwrap().unwrap();
    assert!(found.works_at(expires_at.plus_ms(-1)) && !found.works_at(expires_at));
}

async fn begin(world: &World, scope: &str, key: &str, hash: &str) -> Idempotency {
    world.store.begin_idempotent(world.now(), scope, key, hash).await.unwrap()
}

fn ticket(begun: Idempotency) -> IdempotencyTicket {
    match begun {
        Idempotency::New(ticket) => ticket,
        other => panic!("not new: {other:?}"),
    }
}

async fn the_same_request_is_carried_out_once_and_replayed(world: World) {
    let ticket = ticket(begin(&world, "bridge", "k", "h").await);
    assert_eq!(begin(&world, "bridge", "k", "h").await, Idempotency::InFlight);
    assert!(world.store.finish_idempotent(&ticket, 202, "{\"id\":1}").await.unwrap());
    let replay = Idempotency::Replay { status: 202, body: "{\"id\":1}".to_owned() };
    assert_eq!(begin(&world, "bridge", "k", "h").await, replay);
    world.pass_ms(3_600_000);
    assert_eq!(begin(&world, "bridge", "k", "h").await, replay);
    assert!(!world.store.finish_idempotent(&ticket, 500, "").await.unwrap(), "an answer never changes");
    assert_eq!(begin(&world, "bridge", "k", "h").await, replay);
}

async fn another_request_under_the_same_key_is_a_mismatch(world: World) {
    let ticket = ticket(begin(&world, "bridge", "k", "h").await);
    assert_eq!(begin(&world, "bridge", "k", "other").await, Idempotency::Mismatch);
    world.store.finish_idempotent(&ticket, 200, "").await.unwrap();
    assert_eq!(begin(&world, "bridge", "k", "other").await, Idempotency::Mismatch);
}

async fn a_key_belongs_to_its_scope(world: World) {
    ticket(begin(&world, "bridge", "k", "h").await);
    ticket(begin(&world, "panel", "k", "other").await);
}

async fn an_abandoned_request_may_be_tried_again(world: World) {
    let first = ticket(begin(&world, "bridge", "k", "h").await);
    world.store.abandon_idempotent(&first).await.unwrap();
    let second = ticket(begin(&world, "bridge", "k", "changed").await);
    world.store.finish_idempotent(&second, 200, "ok").await.unwrap();
    world.store.abandon_idempotent(&second).await.unwrap();
    let replay = Idempotency::Replay { status: 200, body: "ok".to_owned() };
    assert_eq!(begin(&world, "bridge", "k", "changed").await, replay, "an answer is not forgotten");
}

async fn a_request_of_a_crashed_server_is_taken_over(world: World) {
    let crashed = ticket(begin(&world, "bridge", "k", "h").await);
    world.pass_ms(59_999);
    assert_eq!(begin(&world, "bridge", "k", "h").await, Idempotency::InFlight);
    world.pass_ms(1);
    let taken = ticket(begin(&world, "bridge", "k", "h").await);
    assert_eq!(begin(&world, "bridge", "k", "h").await, Idempotency::InFlight, "by one only");
    assert_eq!(taken.subject(), crashed.subject(), "what the first one made must be found");
    assert!(!world.store.finish_idempotent(&crashed, 200, "late").await.unwrap());
    world.store.abandon_idempotent(&crashed).await.unwrap();
    assert!(world.store.finish_idempotent(&taken, 200, "ok").await.unwrap());
    let replay = Idempotency::Replay { status: 200, body: "ok".to_owned() };
    assert_eq!(begin(&world, "bridge", "k", "h").await, replay);
}

async fn a_lease_has_one_holder_and_rising_epochs(world: World) {
    let store = &world.store;
    assert_eq!(store.lease("scheduler").await.unwrap(), None);
    let first = store.acquire_lease(world.now(), "scheduler", "a", 1_000).await.unwrap().unwrap();
    assert_eq!((first.epoch, first.until_ms), (1, world.now().plus_ms(1_000)));
    assert_eq!(store.acquire_lease(world.now(), "scheduler", "b", 1_000).await.unwrap(), None);
    world.pass_ms(999);
    let renewed = store.acquire_lease(world.now(), "scheduler", "a", 1_000).await.unwrap().unwrap();
    assert_eq!(renewed.epoch, 1);
    world.pass_ms(999);
    assert_eq!(store.acquire_lease(world.now(), "scheduler", "b", 1_000).await.unwrap(), None);
    world.pass_ms(1);
    assert!(store.check_epoch("scheduler", 1).await.unwrap(), "run out, but nobody else holds it");
    let second = store.acquire_lease(world.now(), "scheduler", "b", 1_000).await.unwrap().unwrap();
    assert_eq!(second.epoch, 2);
    assert!(!store.check_epoch("scheduler", 1).await.unwrap());
    assert!(store.check_epoch("scheduler", 2).await.unwrap());
    assert!(!store.check_epoch("other", 1).await.unwrap());
    store.release_lease(&renewed).await.unwrap();
    assert_eq!(store.lease("scheduler").await.unwrap(), Some(second), "a lost lease is not given back");
    // Each lease by itself.
    let other = store.acquire_lease(world.now(), "meter", "a", 1_000).await.unwrap().unwrap();
    assert_eq!(other.epoch, 1);
}

async fn a_released_lease_is_free_at_once(world: World) {
    let store = &world.store;
    let lease = store.acquire_lease(world.now(), "scheduler", "a", 60_000).await.unwrap().unwrap();
    store.release_lease(&lease).await.unwrap();
    let next = store.acquire_lease(world.now(), "scheduler", "b", 60_000).await.unwrap().unwrap();
    assert_eq!((next.owner.as_str(), next.epoch), ("b", 2));
}

async fn the_ledger_keeps_every_word(world: World) {
    let store = &world.store;
    store.record_consent(world.now(), "a@example.com", "sms", true, "Quinn").await.unwrap();
    store.record_consent(world.now(), "b@example.com", "sms", true, "Quinn").await.unwrap();
    world.pass_ms(5);
    store.record_consent(world.now(), "a@example.com", "phone", false, "Quinn").await.unwrap();
    let of_a = store.consent_history("a@example.com", 10).await.unwrap();
    let said: Vec<_> = of_a.iter().map(|entry| (entry.channel.as_str(), entry.opted_out)).collect();
    assert_eq!(said, [("phone", false), ("sms", true)]);
    assert_eq!(store.consent_of("a@example.com").await.unwrap().as_ref(), Some(&of_a[0]));
    let page = store.consent_ledger(None, 2).await.unwrap();
    assert_eq!(
        page.iter().map(|entry| entry.contact.as_str()).collect::<Vec<_>>(),
        ["a@example.com", "b@example.com"]
    );
    let page = store.consent_ledger(Some(page[1].seq), 2).await.unwrap();
    assert_eq!(page, [of_a[1].clone()]);
    // The trail says that it happened, and not to whom.
    let events = store.events_after(0, None, 10, world.now().plus_ms(9_000)).await.unwrap();
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| !event.data.to_string().contains("example.com")));
}
