//! A running interface with everything it needs, in a temporary folder.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use prospector_api::{
    ApiState, METRICS, Services,
    key::{NewKey, Scope, Scopes},
    serve,
};
use prospector_domain::{
    id::ApiKeyId,
    source::{Clock as _, IdSource as _},
};
use prospector_queue::{Queue, QueueOptions};
use prospector_runtime::{config::Config, health::Health, shutdown::Shutdown, telemetry::Telemetry};
use prospector_store::{NewApiKey, Store, StoreOptions};
use prospector_testkit::{ManualClock, SequentialIds};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::client::Request;

/// The configuration every test starts from: two sinks, and no rate that a test could meet by accident.
const CONFIG: &str = r#"
[api]
rate_limit_per_s = 10000
rate_limit_burst = 10000
[api.inbound]
text_max_chars = 500
batch_max_items = 20
[sinks.bridge]
url = "http://127.0.0.1:9/hook"
secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
[sinks.desk]
url = "http://127.0.0.1:9/desk"
secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
[dispatch]
channels = { sms = "bridge" }
"#;

/// Longest wait for anything in these tests.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// A running interface.
pub(crate) struct App {
    pub(crate) address: SocketAddr,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: ManualClock,
    pub(crate) ids: Arc<SequentialIds>,
    pub(crate) queue: Queue,
    pub(crate) shutdown: Shutdown,
    serving: JoinHandle<std::io::Result<()>>,
    _folder: TempDir,
}

impl App {
    pub(crate) async fn start() -> Self {
        Self::start_with("").await
    }

    /// Starts with `settings`, lines of the configuration file that go before the usual ones.
    pub(crate) async fn start_with(settings: &str) -> Self {
        Self::start_at("memory:", settings).await
    }

    /// Starts with the queue at `url`.
    pub(crate) async fn start_on(url: &str) -> Self {
        Self::start_at(url, "").await
    }

    async fn start_at(queue_url: &str, settings: &str) -> Self {
        let config = Config::parse_toml(&merge(settings)).unwrap();
        let folder = TempDir::new().unwrap();
        let clock = ManualClock::default();
        let ids = Arc::new(SequentialIds::default());
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = Store::open(&url, StoreOptions::default(), ids.clone()).await.unwrap();
        store.migrate().await.unwrap();
        let store = Arc::new(store);
        let options = QueueOptions::new(ids.clone(), Arc::new(clock.clone()));
        let queue = Queue::connect(&queue_url.parse().unwrap(), options).await.unwrap();
        let shutdown = Shutdown::new(DEADLINE);
        let services = Services {
            store: store.clone(),
            queue: queue.clone(),
            clock: Arc::new(clock.clone()),
            ids: ids.clone(),
            health: health_of(&store, &shutdown),
            metrics: telemetry().metrics().clone(),
            draining: shutdown.draining().clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, stop) = (ApiState::new(&config, services), shutdown.clone());
        let serving = tokio::spawn(async move { serve(state, listener, &stop).await });
        let app = Self { address, store, clock, ids, queue, shutdown, serving, _folder: folder };
        for (number, scope) in (1..).zip([Scope::Enqueue, Scope::Read, Scope::Operate, Scope::Admin]) {
            app.add_key(number, name_of(scope), &[scope]).await;
        }
        app
    }

    /// Publishes the example guesthouse's facts, canon, playbook and workflows.
    pub(crate) async fn seed(&self) {
        assert!(self.store.seed_example(self.clock.now()).await.unwrap());
    }

    /// Makes a key out of a number and returns its text.
    pub(crate) async fn add_key(&self, number: u8, name: &str, scopes: &[Scope]) -> (ApiKeyId, String) {
        let key = NewKey::from_secret(&[number; 32]);
        let row = NewApiKey {
            id: ApiKeyId(self.ids.next(self.clock.now())),
            name: name.to_owned(),
            secret_hash: key.hash().to_string(),
            scopes: scopes.iter().copied().collect::<Scopes>(),
            created_by: "test".to_owned(),
            expires_at_ms: None,
        };
        self.store.insert_api_key(self.clock.now(), &row).await.unwrap();
        (row.id, key.expose().to_owned())
    }

    /// A request without a key.
    pub(crate) fn anonymous(&self, method: &str, path: &str) -> Request {
        Request::new(self.address, method, path)
    }

    /// A request with the key that has just this scope.
    pub(crate) fn ask(&self, scope: Scope, method: &str, path: &str) -> Request {
        self.anonymous(method, path).bearer(key_of(scope).expose())
    }

    pub(crate) fn enqueue(&self, method: &str, path: &str) -> Request {
        self.ask(Scope::Enqueue, method, path)
    }

    pub(crate) fn read(&self, path: &str) -> Request {
        self.ask(Scope::Read, "GET", path)
    }

    pub(crate) fn operate(&self, method: &str, path: &str) -> Request {
        self.ask(Scope::Operate, method, path)
    }

    /// `POST /v1/jobs` with the one key here that may both hand in and operate.
    pub(crate) fn operate_and_enqueue(&self) -> Request {
        self.admin("POST", "/v1/jobs")
    }

    pub(crate) fn admin(&self, method: &str, path: &str) -> Request {
        self.ask(Scope::Admin, method, path)
    }

    /// Stops the interface and waits until it has.
    pub(crate) async fn stop(self) {
        self.shutdown.ask("test");
        tokio::time::timeout(DEADLINE, self.serving).await.unwrap().unwrap().unwrap();
    }
}

/// The key made for `scope` at the start of every app.
pub(crate) fn key_of(scope: Scope) -> NewKey {
    let number = match scope {
        Scope::Enqueue => 1,
        Scope::Read => 2,
        Scope::Operate => 3,
        Scope::Admin => 4,
    };
    NewKey::from_secret(&[number; 32])
}

/// What that key is called.
pub(crate) fn name_of(scope: Scope) -> &'static str {
    match scope {
        Scope::Enqueue => "bridge",
        Scope::Read => "viewer",
        Scope::Operate => "desk",
        Scope::Admin => "quinn",
    }
}

/// Lines of a section replace the usual ones.
fn merge(settings: &str) -> String {
    let mut config: toml::Table = CONFIG.parse().unwrap();
    for (section, own) in settings.parse::<toml::Table>().unwrap() {
        let usual = config.entry(section).or_insert_with(|| toml::Table::new().into());
        usual.as_table_mut().unwrap().extend(own.as_table().unwrap().clone());
    }
    config.to_string()
}

fn health_of(store: &Arc<Store>, shutdown: &Shutdown) -> Health {
    let health = Health::new(shutdown.draining().clone());
    let store = Arc::clone(store);
    health.register("database", DEADLINE, move || {
        let store = Arc::clone(&store);
        async move {
            let answer = store.ping().await;
            answer.map(|()| "sqlite answers".to_owned()).map_err(|error| error.to_string())
        }
    });
    health
}

/// Telemetry belongs to the process, which may run many tests.
fn telemetry() -> &'static Telemetry {
    static TELEMETRY: OnceLock<Telemetry> = OnceLock::new();
    TELEMETRY.get_or_init(|| {
        let settings = Config::parse_toml("[telemetry]\nlog_filter = \"warn\"").unwrap().telemetry;
        // A failed assertion should be read in the test's own words, not as a line of the log.
        let usual = std::panic::take_hook();
        let telemetry = Telemetry::start(&settings, "prospector-api", "test", &[METRICS]).unwrap();
        std::panic::set_hook(usual);
        telemetry
    })
}
