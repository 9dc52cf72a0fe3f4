//! The dead-man's switch of a droplet: its script, run here against a fake cloud and a fake server.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use prospector_testkit::{CLOUD_DESTROY_TOKEN, CloudRefusal, DeleteFault, FakeCloud, ManualClock};
use tempfile::TempDir;
use tokio::{net::TcpListener, process::Command, task::JoinHandle};

const SCRIPT: &str = include_str!("../../src/providers/digitalocean/cloud_init/deadman.sh");

/// Counts as vLLM does.
#[derive(Default)]
struct Counters {
    healthy: AtomicBool,
    tokens: AtomicU64,
}

/// A droplet, as far as its dead-man's switch sees it. The time is written into a file.
struct Droplet {
    folder: TempDir,
    cloud: FakeCloud,
    id: u64,
    counters: Arc<Counters>,
    server: JoinHandle<()>,
}

impl Drop for Droplet {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Droplet {
    async fn start(token: Option<&str>) -> Self {
        let cloud = FakeCloud::start(ManualClock::default()).await;
        let id = cloud.add_droplet("guesthouse-node", &["guesthouse"]);
        let counters = Arc::new(Counters::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new()
            .route("/health", get(health))
            .route("/metrics", get(metrics))
            .with_state(Arc::clone(&counters));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let droplet = Self { folder: TempDir::new().unwrap(), cloud, id, counters, server };
        droplet.configure(address, token);
        droplet
    }

    fn configure(&self, server: SocketAddr, token: Option<&str>) {
        fs::write(self.path("deadman.sh"), SCRIPT).unwrap();
        if let Some(token) = token {
            fs::write(self.path("token"), format!("Authorization: Bearer {token}\n")).unwrap();
        }
        let folder = self.folder.path().display();
        let text = format!(
            "DEADMAN_S=600\nBOOT_DEADLINE_S=1800\nSERVER_URL=http://{server}\nAPI_URL={}\nMETADATA_URL={}\n\
             TOKEN_HEADER_FILE={folder}/token\nSTATE_FOLDER={folder}/state\nUPTIME_FILE={folder}/uptime\n\
             POWER_OFF_COMMAND='touch {folder}/off'\n",
            self.cloud.url(),
            self.cloud.metadata_url(self.id),
        );
        fs::write(self.path("deadman.env"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the timer does, so long after the boot. Returns what the script has to say.
    async fn look_at(&self, uptime_s: u64) -> String {
        fs::write(self.path("uptime"), format!("{uptime_s}.41 10.00\n")).unwrap();
        let mut command = Command::new("bash");
        command.arg(self.path("deadman.sh")).env("PROSPECTOR_DEADMAN_ENV", self.path("deadman.env"));
        let output = command.output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn is_alive(&self) -> bool {
        !self.cloud.alive().is_empty()
    }

    fn is_off(&self) -> bool {
        self.path("off").exists()
    }
}

async fn health(State(counters): State<Arc<Counters>>) -> StatusCode {
    if counters.healthy.load(SeqCst) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn metrics(State(counters): State<Arc<Counters>>) -> String {
    let tokens = counters.tokens.load(SeqCst);
    format!(
        "# TYPE vllm:generation_tokens_total counter\n\
         vllm:generation_tokens_total{{engine=\"0\",model_name=\"nemo\"}} {tokens}.0\n\
         vllm:request_success_total{{finished_reason=\"stop\",model_name=\"nemo\"}} {}.0\n\
         vllm:request_success_created{{finished_reason=\"stop\"}} 1.77236e+09\n",
        tokens / 100
    )
}

#[tokio::test]
async fn a_boot_that_fails_ends() {
    let droplet = Droplet::start(Some(CLOUD_DESTROY_TOKEN)).await;
    assert_eq!(droplet.look_at(30).await, "");
    assert_eq!(droplet.look_at(1_799).await, "");
    assert!(droplet.is_alive());
    assert_eq!(
        droplet.look_at(1_800).await,
        "ending this machine: the server was not healthy 1800 s after the boot\n"
    );
    assert!(!droplet.is_alive() && !droplet.is_off());
}

#[tokio::test]
async fn silence_ends_and_work_does_not() {
    let droplet = Droplet::start(Some(CLOUD_DESTROY_TOKEN)).await;
    droplet.counters.healthy.store(true, SeqCst);
    droplet.look_at(300).await;
    // Tokens without a finished answer are work, too.
    for (uptime_s, tokens) in [(899, 1), (1_498, 2), (2_097, 500)] {
        droplet.counters.tokens.store(tokens, SeqCst);
        assert_eq!(droplet.look_at(uptime_s).await, "");
    }
    // Busy or not, a server that is not healthy any more serves nobody; one that began anew counts from zero.
    droplet.counters.healthy.store(false, SeqCst);
    droplet.counters.tokens.store(0, SeqCst);
    assert_eq!(droplet.look_at(2_690).await, "");
    assert!(droplet.is_alive());
    assert_eq!(droplet.look_at(2_697).await, "ending this machine: nothing was served for 600 s\n");
    assert!(!droplet.is_alive() && !droplet.is_off());
}

#[tokio::test]
async fn a_server_that_is_gone_is_silence() {
    let droplet = Droplet::start(Some(CLOUD_DESTROY_TOKEN)).await;
    droplet.counters.healthy.store(true, SeqCst);
    droplet.look_at(300).await;
    droplet.server.abort();
    // Nobody listens there: port 1 needs root and is long forgotten.
    droplet.configure("127.0.0.1:1".parse().unwrap(), Some(CLOUD_DESTROY_TOKEN));
    droplet.look_at(899).await;
    assert!(droplet.is_alive());
    droplet.look_at(900).await;
    assert!(!droplet.is_alive());
}

#[tokio::test]
async fn it_tries_again_until_it_is_gone() {
    let droplet = Droplet::start(Some(CLOUD_DESTROY_TOKEN)).await;
    droplet.cloud.fail_deletes([
        DeleteFault::Refused(CloudRefusal::Status(500)),
        DeleteFault::Refused(CloudRefusal::Burst(1)),
        DeleteFault::NoEffect,
    ]);
    for uptime_s in [1_800, 1_830, 1_860] {
        droplet.look_at(uptime_s).await;
        assert!(droplet.is_alive() && !droplet.is_off());
    }
    droplet.look_at(1_890).await;
    assert!(!droplet.is_alive());
    // It may run once more while it is being destroyed.
    droplet.look_at(1_920).await;
    assert!(!droplet.is_off());
}

#[tokio::test]
async fn without_a_token_that_works_it_switches_itself_off() {
    for token in [None, Some("revoked")] {
        let droplet = Droplet::start(token).await;
        droplet.look_at(1_799).await;
        assert!(!droplet.is_off());
        droplet.look_at(1_800).await;
        assert!(droplet.is_off() && droplet.is_alive());
    }
}
