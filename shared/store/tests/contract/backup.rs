//! Copies of the database, and who is at work on it.

use prospector_domain::job::JobKind;
use prospector_store::{Holder, Refusal, SqliteFile, StoreError, StoreOptions, TakenSqlite};

use crate::{
    contract,
    world::{LEASE_MS, World},
};

contract![
    a_copy_is_the_same_database_and_postgres_has_its_own_program,
    a_file_is_taken_only_while_nobody_has_it_open,
    whoever_holds_a_lease_is_at_work_until_it_ends,
];

async fn a_copy_is_the_same_database_and_postgres_has_its_own_program(world: World) {
    world.say("room-7", "hello").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    let copied = world.store.copy_into(&file).await;
    if world.backend.is_postgres() {
        let refused = copied.unwrap_err();
        assert!(matches!(refused, StoreError::Refused(Refusal::Invalid { .. })), "{refused}");
        return;
    }
    copied.unwrap();
    let found = SqliteFile::look(&file).await.unwrap();
    assert_eq!((found.schema, found.faults), (found.known_schema, Vec::new()));
    let copy = crate::dump::Raw::connect(&format!("sqlite:{}", file.display())).await.dump().await;
    assert_eq!(copy, world.dump().await);
    world.store.copy_into(&file).await.unwrap_err();
}

async fn a_file_is_taken_only_while_nobody_has_it_open(world: World) {
    if world.backend.is_postgres() {
        return;
    }
    let file = std::path::PathBuf::from(world.url.strip_prefix("sqlite:").unwrap());
    assert!(TakenSqlite::take(&file).await.unwrap().is_none(), "the world has it open");
    world.store.close().await;
    let taken = TakenSqlite::take(&file).await.unwrap().expect("nobody has it open");
    assert!(TakenSqlite::take(&file).await.unwrap().is_none(), "it is taken");
    drop(taken);
    let again = world.backend.open(&world.url, StoreOptions::default()).await;
    again.ping().await.unwrap();
}

async fn whoever_holds_a_lease_is_at_work_until_it_ends(world: World) {
    let holders = async || world.store.holders(world.now(), "scheduler").await.unwrap();
    assert_eq!(holders().await, []);
    world.store.acquire_lease(world.now(), "scheduler", "one", 10_000).await.unwrap().unwrap();
    world.single(JobKind::Probe).await;
    world.take(JobKind::Probe).await;
    let holder =
        |name: &str, left_ms| Holder { name: name.to_owned(), until_ms: world.now().plus_ms(left_ms) };
    assert_eq!(holders().await, [holder("scheduler one", 10_000), holder("worker-1", LEASE_MS)]);
    world.pass_ms(10_000);
    assert_eq!(holders().await, [holder("worker-1", LEASE_MS - 10_000)]);
    world.pass_ms(LEASE_MS);
    assert_eq!(holders().await, []);
}
