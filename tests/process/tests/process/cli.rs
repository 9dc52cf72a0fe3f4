//! The command line: what an operator does, and what is refused with a reason.

use std::{process::Output, sync::Arc};

use prospector_domain::{
    example,
    id::JobId,
    job::{JobKind, JobState},
    source::{Clock as _, IdSource as _},
};
use prospector_runtime::clock::{SystemClock, SystemIds};
use prospector_store::{JobFilter, NewJob};
use prospector_testkit::Program;
use serde_json::{Value, json};

use crate::{
    house::{House, LONG, command, run, said},
    load::questions,
};

/// What a command said that was refused: exit code 2, a reason, and no result.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(said.starts_with("error: "), "{said}");
    said
}

#[test]
fn a_bad_setting_is_named_with_its_origin_and_stops_every_command() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("prospector.toml"), "[scheduler]\ntick_ms = 1\n").unwrap();
    for words in [&["up"][..], &["worker"], &["jobs", "list"], &["migrate"]] {
        let said = refused(&run(&folder, words, &[]));
        assert!(said.contains("scheduler.tick_ms") && said.contains("prospector.toml"), "{said}");
    }
    std::fs::write(folder.path().join("prospector.toml"), "[worker.classify]\nlease = 5\n").unwrap();
    let said = refused(&run(&folder, &["jobs", "list"], &[]));
    assert!(said.contains("lease"), "{said}");
    std::fs::remove_file(folder.path().join("prospector.toml")).unwrap();
    let said = refused(&run(&folder, &["jobs", "list"], &[("PROSPECTOR_API__LISTEN", "here")]));
    assert!(said.contains("PROSPECTOR_API__LISTEN"), "{said}");
}

#[test]
fn a_role_of_its_own_refuses_a_queue_that_reaches_nobody() {
    let folder = tempfile::tempdir().unwrap();
    said(&run(&folder, &["migrate", "--database", "sqlite:here.db"], &[]));
    let said = refused(&run(&folder, &["worker", "--database", "sqlite:here.db"], &[]));
    assert!(said.contains("queue.url") && said.contains("prospector up"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_is_checked_whole_and_a_refusal_changes_nothing() {
    let house = House::embedded().await;
    let publish = |what: &str, text: String| {
        let file = house.path(what);
        std::fs::write(&file, text).unwrap();
        house.run(&["publish", what, file.to_str().unwrap()])
    };
    let tie = "\n[[rule]]\nname = \"second_greeting\"\nintent = \"greeting\"\nreply = \"②\"\n";
    let why = refused(&publish("playbook", format!("{}{tie}", example::PLAYBOOK_TOML)));
    assert!(why.contains("second_greeting") && why.contains("greeting"), "{why}");
    let unknown = example::PLAYBOOK_TOML.replacen("reply = \"①\"", "reply = \"⑲\"", 1);
    let why = refused(&publish("playbook", unknown));
    assert!(why.contains('⑲'), "{why}");
    let why = refused(&publish("canon", "[[template]]\nkey = \"⑳\"\nbody = \"Hello\"\n".to_owned()));
    assert!(why.contains('⑳'), "{why}");
    let why = refused(&publish("facts", "[business]\nname = 4\n".to_owned()));
    assert!(why.contains("name"), "{why}");

    let documents = house.store.documents().await.unwrap();
    assert_eq!((documents.playbook.version, documents.facts.version), (1, 1));
    let renamed = example::PLAYBOOK_TOML.replacen("name = \"greeting\"", "name = \"first_hello\"", 1);
    let printed = said(&publish("playbook", renamed));
    assert!(printed.contains("playbook version 2 is in force"), "{printed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_worked_on_until_it_takes_something_away_postgres_redis() {
    let house = House::of_servers().await;
    let migrated = |version: i64, name: &str| {
        let _ = house.sql(&format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ({version}, '{name}', true, '\\x00', 1)"
        ));
    };
    migrated(9998, "from the future");
    for words in [&["migrate"][..], &["jobs", "list"]] {
        said(&house.run(words));
    }
    migrated(9999, "contract what the future has no use for");
    for words in [&["worker"][..], &["scheduler"], &["api"], &["up"], &["migrate"], &["jobs", "list"]] {
        let said = refused_by_anything(&house, words);
        assert!(said.contains("9999"), "{words:?}: {said}");
    }
    let doctor = house.run(&["doctor"]);
    assert_eq!(doctor.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("use a program as new as the database"));
}

/// A role says more than the error: where it serves, and that it starts.
fn refused_by_anything(house: &House, words: &[&str]) -> String {
    let output = house.run(words);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_is_paused_and_resumed_and_a_job_shown_cancelled_and_retried() {
    let house = House::embedded().await;
    said(&house.run(&["jobs", "pause", "classify"]));
    let accepted = house.ask(&["enqueue", "How much is a double room?"]);
    assert!(accepted.starts_with("accepted: thread "), "{accepted}");
    assert!(house.ask(&["jobs", "depth"]).contains("paused"));

    let listed = house.ask(&["jobs", "list", "--json"]);
    let job: Value = serde_json::from_str(listed.trim()).unwrap();
    let id = job["id"].as_str().unwrap();
    let shown: Value = serde_json::from_str(&house.ask(&["jobs", "show", id])).unwrap();
    assert_eq!((&shown["kind"], &shown["state"]), (&json!("classify"), &json!("queued")));
    let why = refused(&house.run(&["jobs", "retry", id]));
    assert!(why.contains("only a job that is dead or cancelled can be replayed"), "{why}");
    let why = refused(&house.run(&["jobs", "cancel", id]));
    assert!(why.contains("reject that instead"), "{why}");

    // While its kind is paused the message waits; a probe, which is not, does not.
    let mut up = house.start("up").await;
    let probe = insert_probe(&house).await;
    prospector_testkit::wait_until("the probe is done", LONG, async || {
        (house.store.job(probe).await.unwrap().unwrap().state == JobState::Succeeded).then_some(())
    })
    .await;
    assert_eq!(house.store.job(id.parse().unwrap()).await.unwrap().unwrap().state, JobState::Queued);
    said(&house.run(&["jobs", "resume", "classify"]));
    house.called(1).await;
    up.sigterm();
    assert!(up.wait_exit(LONG).await.success());

    let probe = insert_probe(&house).await.to_string();
    said(&house.run(&["jobs", "cancel", &probe]));
    assert_eq!(house.store.job(probe.parse().unwrap()).await.unwrap().unwrap().state, JobState::Cancelled);
    said(&house.run(&["jobs", "retry", &probe]));
    let queued = JobFilter { state: Some(JobState::Queued), ..JobFilter::default() };
    assert_eq!(house.store.jobs(&queued, 10).await.unwrap().len(), 1);
    let why = refused(&house.run(&["jobs", "show", "01920000-0000-7000-8000-000000000000"]));
    assert!(why.contains("no job has the id"), "{why}");
}

async fn insert_probe(house: &House) -> JobId {
    let now = SystemClock.now();
    let id = JobId(Arc::new(SystemIds::default()).next(now));
    house.store.insert_jobs(&[NewJob::single(id, JobKind::Probe, 3, now)]).await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_finds_what_is_wrong_and_nothing_where_nothing_is() {
    let house = House::embedded().await;
    let healthy: Value = serde_json::from_str(&house.ask(&["doctor", "--json"])).unwrap();
    assert_eq!(healthy["outcome"], "ok", "{healthy}");

    let broken = house.run(&["doctor", "--json", "--queue", "redis://127.0.0.1:1"]);
    assert_eq!(broken.status.code(), Some(1), "{broken:?}");
    let report: Value = serde_json::from_slice(&broken.stdout).unwrap();
    let check = |name: &str| {
        let checks = report["checks"].as_array().unwrap();
        checks
            .iter()
            .find(|check| check["name"] == name)
            .unwrap_or_else(|| panic!("{name}: {report}"))
            .clone()
    };
    assert_eq!((&report["outcome"], &check("queue")["outcome"]), (&json!("fail"), &json!("fail")));
    assert!(check("queue")["mend"].as_str().unwrap().contains("queue.url"));
    assert_eq!(check("database")["outcome"], "ok");

    let folder = tempfile::tempdir().unwrap();
    let bare = run(&folder, &["doctor", "--database", "sqlite:new.db"], &[]);
    assert_eq!(bare.status.code(), Some(1));
    let text = String::from_utf8(bare.stdout).unwrap();
    assert!(text.contains("FAIL  schema") && text.contains("prospector migrate"), "{text}");
    assert!(text.contains("warn  dispatch") && text.contains("prospector sink"), "{text}");

    std::fs::write(folder.path().join("prospector.toml"), "[api]\nlisten = 'nowhere'\n").unwrap();
    let text = String::from_utf8(run(&folder, &["doctor"], &[]).stdout).unwrap();
    assert!(text.contains("FAIL  configuration") && text.contains("api.listen"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sink_prints_what_is_signed_and_refuses_the_rest() {
    let house = House::embedded().await;
    let folder = tempfile::tempdir().unwrap();
    let words = ["sink", "--listen", "127.0.0.1:0", "--json"];
    let sink = Program::start(command(&folder, &words, &[("PROSPECTOR_SINK_SECRET", house.sink.secret())]));
    let said = sink.wait_for_line("receiving on ", LONG).await;
    let url = said.strip_prefix("receiving on ").unwrap();

    let unsigned = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = unsigned.post(url).body("{\"text\": \"not from the guesthouse\"}").send().await.unwrap();
    assert_eq!(answer.status(), 401);

    let _up = house.start_with("up", &[("PROSPECTOR_SINKS__BRIDGE__URL", url)]).await;
    house.hand_in(questions("guests", 1)).await;
    let line = sink.wait_for_line("\"first\"", LONG).await;
    let delivery: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&delivery["first"], &delivery["body"]["in_reply_to"]), (&json!(true), &json!("guests-0-0")));
    assert!(delivery["body"]["text"].as_str().unwrap().contains("per night"), "{delivery}");
    assert!(!sink.lines().iter().any(|line| line.contains("not from the guesthouse")));
}
