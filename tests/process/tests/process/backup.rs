//! Copies of the database: made while everything runs, and put in its place.

use std::{path::Path, process::Output, sync::Arc};

use prospector_domain::{candidate::CandidateState, id::CandidateId};
use prospector_runtime::clock::SystemIds;
use prospector_store::{SqliteFile, Store, StoreOptions};
use prospector_testkit::wait_until;

use crate::{
    house::{House, LONG, said},
    load::{mixed, questions},
};

/// What a command said that was refused.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

async fn open(url: &str) -> Store {
    Store::open(url, StoreOptions::default(), Arc::new(SystemIds::default())).await.unwrap()
}

/// Waits until every one of these is at rest in another copy of the database.
async fn all_come_to_rest(store: &Store, candidates: &[CandidateId]) {
    wait_until("everything in the copy is at rest", LONG, async || {
        for id in candidates {
            let view = store.candidate(*id).await.unwrap();
            let state = view.unwrap_or_else(|| panic!("{id} was accepted before the copy and is not in it"));
            if !state.candidate.state.is_settled() {
                return None;
            }
        }
        Some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_under_load_holds_all_that_was_accepted_and_can_be_worked_on() {
    let house = House::embedded().await;
    let mut up = house.start("up").await;
    let feeding = house.feed(mixed("load", 150));
    wait_until("some of the load is accepted", LONG, async || (house.accepted().len() >= 25).then_some(()))
        .await;
    let before = house.accepted();
    let copy = house.path("copy.db");
    let printed = house.ask(&["backup", &text(&copy)]);
    assert!(printed.contains("copy.db holds the database at schema"), "{printed}");
    assert!(!feeding.is_finished(), "the load went on while the copy was made");
    assert!(refused(&house.run(&["backup", &text(&copy)])).contains("is there already"));
    feeding.await.unwrap();
    house.account().await;

    // In place of a database that is at work nothing is put, not even by force.
    let said = refused(&house.run(&["restore", &text(&copy)]));
    assert!(said.contains("--force"), "{said}");
    let said = refused(&house.run(&["restore", &text(&copy), "--force"]));
    assert!(said.contains("in use by") && said.contains("stop every prospector"), "{said}");
    up.sigterm();
    assert!(up.wait_exit(LONG).await.success());
    house.account().await;

    // Into a new folder, where it is worked on to the end.
    let new = house.path("elsewhere/prospector.db");
    let url = format!("sqlite:{}", new.display());
    let printed = house.ask(&["restore", &text(&copy), "--database", &url]);
    assert!(printed.contains("is restored, at schema"), "{printed}");
    assert_eq!(SqliteFile::look(&new).await.unwrap().faults, Vec::<String>::new());
    let mut up = house.start_with("up", &[("PROSPECTOR_DATABASE__URL", &url)]).await;
    let store = open(&url).await;
    all_come_to_rest(&store, &before).await;
    up.sigterm();
    assert!(up.wait_exit(LONG).await.success());
    store.close().await;
    assert_eq!(SqliteFile::look(&new).await.unwrap().faults, Vec::<String>::new());
    let left: Vec<String> = std::fs::read_dir(house.path("elsewhere"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("partial"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_nobody_uses_is_replaced_by_force_and_kept_beside() {
    let house = House::embedded().await;
    let copy = house.path("copy.db");
    let _ = house.ask(&["backup", &text(&copy)]);
    let _ = house.ask(&["enqueue", "How much is a double room?"]);
    assert_eq!(house.ask(&["jobs", "list", "--json"]).lines().count(), 1);

    // The test's own store has the file open.
    let said = refused(&house.run(&["restore", &text(&copy), "--force"]));
    assert!(said.contains("has") && said.contains("open"), "{said}");
    house.store.close().await;
    let printed = house.ask(&["restore", &text(&copy), "--force"]);
    let kept = printed
        .lines()
        .find_map(|line| line.strip_prefix("the database that was there is kept as "))
        .unwrap();
    assert_eq!(house.ask(&["jobs", "list", "--json"]).lines().count(), 0);
    let old = format!("sqlite:{kept}");
    assert_eq!(house.ask(&["jobs", "list", "--json", "--database", &old]).lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_sound_copy_is_refused_and_nothing_changes() {
    let house = House::embedded().await;
    let copy = house.path("copy.db");
    let new = format!("sqlite:{}", house.path("new.db").display());
    let restore = || refused(&house.run(&["restore", &text(&copy), "--database", &new]));

    let _ = house.ask(&["backup", &text(&copy)]);
    std::fs::write(house.path("copy.db-wal"), b"log").unwrap();
    assert!(restore().contains("copy.db-wal is there"));
    std::fs::remove_file(house.path("copy.db-wal")).unwrap();

    let mut torn = std::fs::read(&copy).unwrap();
    torn[4_096 * 3..4_096 * 6].fill(0);
    std::fs::write(&copy, torn).unwrap();
    let said = restore();
    assert!(said.contains("is not sound") || said.contains("cannot be read"), "{said}");
    std::fs::write(&copy, b"guests, mostly").unwrap();
    assert!(restore().contains("cannot be read"));
    std::fs::write(&copy, b"").unwrap();
    assert!(restore().contains("holds no database of Prospector"));
    assert!(!house.path("new.db").exists());

    let missing = format!("sqlite:{}", house.path("missing.db").display());
    let _ = refused(&house.run(&["backup", &text(&house.path("b.db")), "--database", &missing]));
    assert!(!house.path("missing.db").exists() && !house.path("b.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_copied_by_its_own_programs_and_no_line_holds_the_password_redis() {
    let mut house = House::of_servers().await;
    let _others = (house.start("api").await, house.start("scheduler").await, house.start("worker").await);
    house.hand_in(questions("kept", 3)).await;
    house.account().await;

    let url = house.database_url().replace("postgres@", "postgres:hidden@");
    let copy = house.path("copy.dump");
    let printed = house.run(&["backup", &text(&copy), "--database", &url]);
    assert!(!format!("{printed:?}").contains("hidden"), "{printed:?}");
    let line = said(&printed);
    assert!(line.starts_with("pg_dump --format=custom") && line.contains("copy.dump"), "{line}");
    assert!(String::from_utf8(printed.stderr).unwrap().contains("PGPASSWORD"));

    let programs = house.servers().postgres.programs().to_owned();
    let path = std::env::join_paths(
        std::iter::once(programs).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .unwrap();
    let run = |words: &[&str]| house.command(words).env("PATH", &path).output().unwrap();
    let printed = run(&["backup", &text(&copy), "--run", "--database", &url]);
    assert!(said(&printed).contains("copy.dump holds the database"), "{printed:?}");

    let said_no = refused(&run(&["restore", &text(&copy), "--run"]));
    assert!(said_no.contains("--force"), "{said_no}");
    let said_no = refused(&run(&["restore", &text(&copy), "--run", "--force"]));
    assert!(said_no.contains("in use by scheduler"), "{said_no}");
    let new = house.new_database();
    let printed = run(&["restore", &text(&copy), "--run", "--database", &new]);
    assert!(said(&printed).contains("is restored"), "{printed:?}");
    let store = open(&new).await;
    for id in house.accepted() {
        assert_eq!(store.candidate(id).await.unwrap().unwrap().candidate.state, CandidateState::Sent);
    }
}
