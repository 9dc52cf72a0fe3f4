//! The schema: equal on both databases, and what every statement expects.

use std::sync::Arc;

use prospector_store::{Store, StoreError, StoreOptions, statement};
use sqlx::Executor as _;
use tokio::task::JoinSet;

use crate::{
    backend::{Backend, runtime},
    contract,
    dump::Raw,
    world::World,
};

contract![
    every_statement_can_be_prepared,
    migrating_again_changes_nothing,
    several_programs_may_migrate_at_once,
    a_database_without_tables_is_older,
    a_newer_schema_that_only_adds_is_worked_on_and_one_that_takes_away_is_not,
    a_database_that_is_away_is_unavailable,
    a_url_that_names_no_file_is_refused,
];

#[test]
fn sqlite_and_postgres_have_the_same_tables_columns_and_indexes() {
    let (sqlite, postgres) = (Backend::sqlite(), Backend::postgres());
    runtime().block_on(async {
        let mut sqlite = Raw::connect(&sqlite.migrated_url()).await;
        let mut postgres = Raw::connect(&postgres.migrated_url()).await;
        let columns = sqlite.columns().await;
        assert!(columns.len() > 100, "the columns were read");
        assert_eq!(columns, postgres.columns().await);
        let indexes = sqlite.indexes().await;
        assert!(indexes.len() > 10, "the indexes were read");
        assert_eq!(indexes, postgres.indexes().await);
    });
}

async fn every_statement_can_be_prepared(world: World) {
    let mut raw = world.raw().await;
    for statement in statement::ALL {
        let prepared = match &mut raw {
            Raw::Postgres(connection) => {
                connection.prepare(sqlx::SqlStr::from_static(statement.postgres)).await.map(drop)
            }
            Raw::Sqlite(connection) => {
                connection.prepare(sqlx::SqlStr::from_static(statement.sqlite)).await.map(drop)
            }
        };
        prepared.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    }
}

async fn migrating_again_changes_nothing(world: World) {
    world.say("room-7", "Do you have a room?").await;
    let before = world.dump().await;
    world.store.migrate().await.unwrap();
    world.store.check_schema().await.unwrap();
    assert_eq!(world.dump().await, before);
}

async fn several_programs_may_migrate_at_once(world: World) {
    let url = world.backend.empty_url("fresh_for_many");
    let mut programs = JoinSet::new();
    for _ in 0..6 {
        let (backend, url) = (Arc::clone(&world.backend), url.clone());
        programs.spawn(async move {
            let store = backend.open(&url, StoreOptions::default()).await;
            store.migrate().await?;
            store.check_schema().await
        });
    }
    for outcome in programs.join_all().await {
        outcome.unwrap();
    }
}

async fn a_database_without_tables_is_older(world: World) {
    let url = world.backend.empty_url("fresh_and_empty");
    let store = world.backend.open(&url, StoreOptions::default()).await;
    let refused = store.check_schema().await.unwrap_err();
    assert!(matches!(refused, StoreError::OlderSchema { found: 0, needed: 1.. }), "{refused}");
    assert!(refused.to_string().contains("run `prospector migrate`"), "{refused}");
}

async fn a_newer_schema_that_only_adds_is_worked_on_and_one_that_takes_away_is_not(world: World) {
    let migrated = async |version: i64, name: &str| {
        let row = format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT {version}, '{name}', success, checksum, 1 FROM _sqlx_migrations LIMIT 1"
        );
        world.raw().await.execute(&row).await;
    };
    migrated(9998, "from the future").await;
    world.store.check_schema().await.unwrap();
    world.store.migrate().await.unwrap();

    migrated(9999, "contract what the future has no use for").await;
    for refused in [world.store.check_schema().await, world.store.migrate().await] {
        let refused = refused.unwrap_err();
        assert!(matches!(refused, StoreError::NewerSchema { found: 9999, known: 1.. }), "{refused}");
    }
}

/// The first three are older than the rule.
#[test]
fn a_migration_that_takes_something_away_says_so_in_its_name() {
    for folder in ["postgres", "sqlite"] {
        let folder = format!("{}/../../migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let (version, description) = name.split_once('_').unwrap();
            if version.parse::<i64>().unwrap() <= 3 || description.starts_with("contract") {
                continue;
            }
            let statements = std::fs::read_to_string(&path).unwrap().to_uppercase();
            for word in ["DROP ", "RENAME ", "SET NOT NULL"] {
                assert!(!statements.contains(word), "{name} says {word}: name it {version}_contract_…");
            }
        }
    }
}

async fn a_database_that_is_away_is_unavailable(world: World) {
    let url = if world.backend.is_postgres() {
        format!("postgres://postgres@127.0.0.1:{}/nowhere", prospector_testkit::free_port())
    } else {
        // A folder stands where the file should be.
        format!("sqlite:{}", std::env::temp_dir().display())
    };
    let refused = open(&url).await.unwrap_err();
    assert!(refused.is_unavailable(), "{refused}");
}

async fn a_url_that_names_no_file_is_refused(_: World) {
    for (url, expected) in [
        ("mysql://localhost", "must start with postgres:// or sqlite:"),
        ("sqlite::memory:", "must name a file"),
        ("sqlite:", "must name a file"),
        ("sqlite:a.db?mode=ro", "without parameters"),
        ("postgres://:99999999/x", "is not a valid postgres:// URL"),
    ] {
        let refused = open(url).await.unwrap_err();
        assert!(
            matches!(refused, StoreError::BadUrl(_)) && refused.to_string().contains(expected),
            "{refused}"
        );
    }
}

async fn open(url: &str) -> Result<Store, StoreError> {
    let ids = Arc::new(prospector_testkit::SequentialIds::default());
    let options = StoreOptions { acquire_timeout_ms: 500, ..StoreOptions::default() };
    Store::open(url, options, ids).await
}
