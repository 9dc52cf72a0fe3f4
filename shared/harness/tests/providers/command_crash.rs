//! What a crash leaves behind of `command`: processes without a record, records without a process, numbers that were used
//! again.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use ai_harness::providers::{
    CommandProvider, CommandSettings, Installation, OfferSettings, Order, Provider as _,
};
use prospector_testkit::wait_until;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use uuid::Uuid;

use crate::{
    command::{Processes, ended, is_alive, only, shell, sleeper},
    support::{DEADLINE, order},
};

#[tokio::test]
async fn a_server_that_died_is_gone_and_can_be_made_again() {
    let processes = Processes::new();
    let provider = processes.provider(&sleeper());
    let order = processes.order(1);
    provider.create(&order).await.unwrap();
    let pid = processes.recorded_pid(&order);
    kill_process_group(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    ended(pid).await;
    wait_until("nothing is listed", DEADLINE, async || {
        provider.list().await.unwrap().is_empty().then_some(())
    })
    .await;
    assert_eq!(processes.files(".json"), Vec::<PathBuf>::new());

    let machine = provider.create(&order).await.unwrap();
    assert_ne!(processes.recorded_pid(&order), pid);
    provider.destroy(&machine).await.unwrap();
}

#[tokio::test]
async fn a_server_that_nobody_wrote_down_is_found_by_its_environment() {
    let processes = Processes::new();
    let provider = processes.provider(&sleeper());
    let order = processes.order(1);
    let machine = provider.create(&order).await.unwrap();
    let (url, pid) = (only(&provider).await.base_url, processes.recorded_pid(&order));

    // Killed between the start and the record.
    let record = processes.file(&order, ".json");
    let mut intent: serde_json::Value = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
    intent["leader"] = serde_json::Value::Null;
    fs::write(&record, intent.to_string()).unwrap();
    assert_eq!(provider.create(&order).await.unwrap(), machine);

    // The whole folder lost, and half a file.
    for text in [None, Some("{\"node_id\":")] {
        fs::remove_dir_all(record.parent().unwrap()).unwrap();
        if let Some(text) = text {
            fs::create_dir(record.parent().unwrap()).unwrap();
            fs::write(&record, text).unwrap();
        }
        let found = only(&provider).await;
        assert_eq!((found.node_id, &found.base_url), (Some(order.node_id), &url));
    }
    assert!(is_alive(pid));
    provider.destroy(&machine).await.unwrap();
    assert!(!is_alive(pid));
    assert_eq!(provider.list().await.unwrap(), []);
}

/// Not a test by itself: the process that [`a_creator_killed_at_any_moment_leaves_nothing_unknown`] kills. It finds what
/// it needs in its working folder.
#[tokio::test]
#[ignore = "started by another test"]
async fn creates_and_is_killed() {
    let installation = Installation::new(fs::read_to_string("prefix").unwrap()).unwrap();
    let node_id = Uuid::from_u128(1);
    let order = Order {
        name: installation.machine_name(node_id),
        ..order(node_id, OfferSettings::default().offer())
    };
    let settings = CommandSettings { argv: sleeper(), ..CommandSettings::default() };
    CommandProvider::new(installation, settings).unwrap().create(&order).await.unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_creator_killed_at_any_moment_leaves_nothing_unknown() {
    let processes = Processes::new();
    let provider = processes.provider(&sleeper());
    let order = processes.order(1);
    fs::write(processes.0.path().join("prefix"), processes.installation("a").as_str()).unwrap();
    let mut seen_alive = 0;
    for round in 0..12 {
        let mut creator = Command::new(std::env::current_exe().unwrap());
        creator
            .args(["--exact", "command_crash::creates_and_is_killed", "--ignored"])
            .current_dir(processes.0.path());
        creator.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut creator = Stranger(creator.spawn().unwrap());
        // From the record of what shall be started to the record of what was.
        let (end, holding) = [(".json", ""), (".key", ""), (".log", ""), (".json", "pid")][round % 4];
        let file = processes.file(&order, end);
        wait_until("the creator has come so far", DEADLINE, async || {
            fs::read_to_string(&file).ok()?.contains(holding).then_some(())
        })
        .await;
        creator.0.kill().unwrap();
        creator.0.wait().unwrap();

        let listed = provider.list().await.unwrap();
        seen_alive += listed.len();
        for machine in &listed {
            assert_eq!((machine.node_id, machine.base_url.is_some()), (Some(order.node_id), true));
            provider.destroy(&machine.reference).await.unwrap();
        }
        assert_eq!(provider.list().await.unwrap(), []);
        assert_eq!(alive_of(&processes.installation("a")), 0);
        let left: Vec<_> = [".json", ".key", ".new"].iter().flat_map(|end| processes.files(end)).collect();
        assert_eq!(left, Vec::<PathBuf>::new());
        let _ = fs::remove_file(processes.file(&order, ".log"));
    }
    assert!(seen_alive >= 3, "the last of four moments is after the start: {seen_alive}");
}

/// How many processes of an installation there are, by other means than the provider's.
fn alive_of(installation: &Installation) -> usize {
    let mark = format!("PROSPECTOR_INSTALLATION={installation}\0");
    let environments = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path().join("environ"));
    environments.filter(|path| fs::read(path).is_ok_and(|bytes| contains(&bytes, mark.as_bytes()))).count()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn an_intent_without_a_process_is_forgotten() {
    let processes = Processes::new();
    let provider = processes.provider(&sleeper());
    let order = processes.order(1);
    assert_eq!(provider.list().await.unwrap(), []);
    let intent =
        serde_json::json!({ "node_id": order.node_id, "port": 1, "leader": null, "stopping": false });
    fs::write(processes.file(&order, ".json"), intent.to_string()).unwrap();
    fs::write(processes.file(&order, ".key"), "node-key-0123456789").unwrap();
    assert_eq!(provider.list().await.unwrap(), []);
    assert_eq!((processes.files(".json"), processes.files(".key")), (Vec::new(), Vec::new()));
}

/// A process of someone else.
struct Stranger(Child);

impl Drop for Stranger {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_number_that_was_used_again_is_left_alone() {
    let processes = Processes::new();
    let provider = processes.provider(&sleeper());
    let order = processes.order(1);
    let machine = provider.create(&order).await.unwrap();
    provider.destroy(&machine).await.unwrap();

    let mut command = Command::new("sleep");
    command.arg("1000").stdin(Stdio::null()).process_group(0);
    let mut stranger = Stranger(command.spawn().unwrap());
    let record = serde_json::json!({
        "node_id": order.node_id,
        "port": 1,
        "leader": { "pid": stranger.0.id(), "start_ticks": 1 },
        "stopping": false,
    });
    let file = processes.file(&order, ".json");
    fs::write(&file, record.to_string()).unwrap();
    provider.destroy(&machine).await.unwrap();
    fs::write(&file, record.to_string()).unwrap();
    assert_eq!(provider.list().await.unwrap(), []);
    assert!(stranger.0.try_wait().unwrap().is_none());
}

#[tokio::test]
async fn a_child_whose_parents_died_is_found_and_killed() {
    let processes = Processes::new();
    // The server leaves a child of its own behind, in the same group.
    let provider = processes.provider(&shell("sleep 1000 & echo child $!; wait"));
    let order = processes.order(1);
    let machine = provider.create(&order).await.unwrap();
    let log = processes.file(&order, ".log");
    let child = wait_until("the child is known", DEADLINE, async || {
        fs::read_to_string(&log).unwrap().strip_prefix("child ")?.trim().parse::<i32>().ok()
    })
    .await;
    let leader = processes.recorded_pid(&order);
    kill_process(Pid::from_raw(leader).unwrap(), Signal::KILL).unwrap();
    ended(leader).await;
    assert_eq!(only(&provider).await.reference, machine);
    provider.destroy(&machine).await.unwrap();
    assert!(!is_alive(child));
}
