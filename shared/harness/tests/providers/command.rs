//! `command` against real processes.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use ai_harness::providers::{
    CommandProvider, CommandSettings, Installation, Machine, MachineState, OfferSettings, Order,
    Provider as _, ProviderErrorKind,
};
use prospector_testkit::wait_until;
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::{DEADLINE, files, order};

/// Answers on its port, and ends when it is asked to.
pub(crate) fn python_server() -> Vec<String> {
    ["python3", "-m", "http.server", "{port}", "--bind", "127.0.0.1"].map(str::to_owned).to_vec()
}

/// Runs until it is asked to end.
pub(crate) fn sleeper() -> Vec<String> {
    ["sleep", "1000"].map(str::to_owned).to_vec()
}

pub(crate) fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(str::to_owned).to_vec()
}

/// A state folder. Whatever a failing test leaves running is killed when it is dropped.
pub(crate) struct Processes(pub(crate) TempDir, u32);

/// The next one's number in this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

impl Processes {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// Tests run beside each other on one machine: each needs prefixes of its own.
    pub(crate) fn installation(&self, name: &str) -> Installation {
        Installation::new(format!("t{}-{}-{name}", std::process::id(), self.1)).unwrap()
    }

    pub(crate) fn settings(&self, argv: &[String]) -> CommandSettings {
        CommandSettings {
            argv: argv.to_vec(),
            state_folder: self.0.path().join("machines"),
            ..CommandSettings::default()
        }
    }

    pub(crate) fn files(&self, end: &str) -> Vec<PathBuf> {
        files(&self.0.path().join("machines"), end)
    }

    pub(crate) fn provider(&self, argv: &[String]) -> CommandProvider {
        CommandProvider::new(self.installation("a"), self.settings(argv)).unwrap()
    }

    pub(crate) fn order(&self, number: u128) -> Order {
        let node_id = Uuid::from_u128(number);
        let name = self.installation("a").machine_name(node_id);
        Order { name, ..order(node_id, OfferSettings::default().offer()) }
    }

    pub(crate) fn file(&self, order: &Order, end: &str) -> PathBuf {
        self.0.path().join("machines").join(format!("{}{end}", order.name))
    }

    /// The number of the process that was written down.
    pub(crate) fn recorded_pid(&self, order: &Order) -> i32 {
        pid_in(&self.file(order, ".json")).unwrap()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for pid in self.files(".json").iter().filter_map(|file| pid_in(file)) {
            let _ = kill_process_group(Pid::from_raw(pid).unwrap(), Signal::KILL);
        }
    }
}

fn pid_in(file: &Path) -> Option<i32> {
    let record: serde_json::Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    record["leader"]["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok())
}

pub(crate) fn is_alive(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

pub(crate) async fn only(provider: &CommandProvider) -> Machine {
    let mut listed = provider.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    listed.remove(0)
}

pub(crate) async fn ended(pid: i32) {
    wait_until("the process has ended", DEADLINE, async || (!is_alive(pid)).then_some(())).await;
}

#[tokio::test]
async fn the_server_answers_where_the_list_says() {
    let processes = Processes::new();
    let provider = processes.provider(&python_server());
    let machine = provider.create(&processes.order(1)).await.unwrap();
    let url = only(&provider).await.base_url.unwrap();
    wait_until("the server answers", DEADLINE, async || reqwest::get(url.clone()).await.ok()).await;
    provider.destroy(&machine).await.unwrap();
    assert!(reqwest::get(url).await.is_err());
}

#[tokio::test]
async fn a_server_survives_us_and_is_found_again() {
    let processes = Processes::new();
    let machine = processes.provider(&sleeper()).create(&processes.order(1)).await.unwrap();
    let after_a_restart = processes.provider(&sleeper());
    assert_eq!(only(&after_a_restart).await.reference, machine);
    assert_eq!(after_a_restart.create(&processes.order(1)).await.unwrap(), machine);
    after_a_restart.destroy(&machine).await.unwrap();
    assert_eq!(after_a_restart.list().await.unwrap(), []);
}

#[tokio::test]
async fn one_that_does_not_listen_is_killed() {
    let processes = Processes::new();
    let argv = shell("trap '' TERM; echo deaf; while :; do sleep 0.05; done");
    let settings = CommandSettings { stop_grace_ms: 200, ..processes.settings(&argv) };
    let provider = CommandProvider::new(processes.installation("a"), settings).unwrap();
    let order = processes.order(1);
    let machine = provider.create(&order).await.unwrap();
    let log = processes.file(&order, ".log");
    wait_until("it is deaf", DEADLINE, async || {
        fs::read_to_string(&log).unwrap().contains("deaf").then_some(())
    })
    .await;
    let pid = processes.recorded_pid(&order);

    let destroy = provider.destroy(&machine);
    let look = wait_until("it is stopping", DEADLINE, async || {
        let listed = provider.list().await.unwrap();
        (listed.is_empty() || listed[0].state == MachineState::Stopping).then_some(())
    });
    let (destroyed, ()) = tokio::join!(destroy, look);
    destroyed.unwrap();
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn nobody_left_to_ask_for_it_ends_it() {
    let processes = Processes::new();
    let provider = processes.provider(&sleeper());
    let order = Order { deadman_s: 1, ..processes.order(1) };
    provider.create(&order).await.unwrap();
    let pid = processes.recorded_pid(&order);
    // Looking at the list would be asking for it.
    ended(pid).await;
    assert_eq!(provider.list().await.unwrap(), []);
    let log = fs::read_to_string(processes.file(&order, ".log")).unwrap();
    assert!(log.contains("nobody has asked for this server for"), "{log}");
}

#[tokio::test]
async fn a_list_is_a_sign_of_life() {
    let processes = Processes::new();
    let provider = processes.provider(&shell("while :; do echo tick; sleep 0.5; done"));
    let order = Order { deadman_s: 2, ..processes.order(1) };
    let machine = provider.create(&order).await.unwrap();
    let log = processes.file(&order, ".log");
    wait_until("it has lived twice as long as without", DEADLINE, async || {
        assert_eq!(only(&provider).await.reference, machine);
        (fs::read_to_string(&log).unwrap().lines().count() >= 8).then_some(())
    })
    .await;
    provider.destroy(&machine).await.unwrap();
}

#[tokio::test]
async fn the_key_is_where_only_we_can_read_it() {
    let processes = Processes::new();
    let mut settings =
        processes.settings(&shell("cat {api_key_file}; echo \" $MODEL {weights}\"; exec sleep 1000"));
    settings.environment.insert("MODEL".to_owned(), "{model}".to_owned());
    let provider = CommandProvider::new(processes.installation("a"), settings).unwrap();
    let order = processes.order(1);
    let machine = provider.create(&order).await.unwrap();
    let log = processes.file(&order, ".log");
    wait_until("the placeholders are filled in", DEADLINE, async || {
        (fs::read_to_string(&log).unwrap() == "node-key-0123456789 smollm2-135m /weights/smollm2\n")
            .then_some(())
    })
    .await;

    for file in [processes.file(&order, ".key"), log] {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let folder = processes.file(&order, "").parent().unwrap().to_owned();
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);

    let of_process = |file: &str| {
        let bytes = fs::read(format!("/proc/{}/{file}", processes.recorded_pid(&order))).unwrap();
        String::from_utf8(bytes).unwrap().replace('\0', " ")
    };
    assert!(!of_process("cmdline").contains("node-key"));
    let environment = of_process("environ");
    assert!(environment.contains("LLM_API_KEY=node-key-0123456789"));
    // cargo sets this for every test; what is not on the list is not inherited.
    assert!(!environment.contains("CARGO_MANIFEST_DIR"), "{environment}");
    provider.destroy(&machine).await.unwrap();
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_starts() {
    let processes = Processes::new();
    let order = processes.order(1);
    let refused = processes.provider(&["no-such-server".to_owned()]).create(&order).await.unwrap_err();
    assert_eq!(refused.kind, ProviderErrorKind::Refused);
    assert_eq!(refused.detail, "there is no program no-such-server");
    let provider = processes.provider(&sleeper());
    let misnamed = Order { name: "else".to_owned(), ..order.clone() };
    let keyless = Order { api_key: ai_harness::Secret::new(""), ..order };
    for order in [misnamed, keyless] {
        assert_eq!(provider.create(&order).await.unwrap_err().kind, ProviderErrorKind::Refused);
    }
    assert_eq!(provider.list().await.unwrap(), []);
}
