//! A whole installation in a temporary folder: databases, a sink, a configuration, and programs that run from it.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Output},
    sync::{Arc, Mutex},
    time::Duration,
};

use prospector_domain::id::CandidateId;
use prospector_runtime::clock::SystemIds;
use prospector_store::{Store, StoreOptions};
use prospector_testkit::{PortLease, PostgresServer, Program, RedisServer, WebhookSink, wait_until};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::{client::Client, load::Inbound, settings_file};

/// Longest wait for anything in these tests.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A variable of the environment of one program.
pub(crate) type Variable<'a> = (&'a str, &'a str);

/// For tests that count attempts: leases which a machine under load keeps.
pub(crate) const PATIENT: &[Variable<'static>] = &[
    ("PROSPECTOR_WORKER__CLASSIFY__LEASE_MS", "30000"),
    ("PROSPECTOR_WORKER__DRAFT__LEASE_MS", "30000"),
    ("PROSPECTOR_WORKER__DISPATCH__LEASE_MS", "30000"),
];

/// For an API whose messages must still be unread when the test has done its next step, and whose bursts a busy machine
/// must not tear apart.
pub(crate) const UNHURRIED: &[Variable<'static>] = &[("PROSPECTOR_PIPELINE__QUIET_WINDOW_MS", "1000")];

/// The servers of a house whose roles are processes of their own.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) postgres: PostgresServer,
    pub(crate) redis: RedisServer,
}

/// An installation, and the account of what it accepted.
pub(crate) struct House {
    pub(crate) sink: WebhookSink,
    /// The truth, read without the help of any program.
    pub(crate) store: Store,
    /// What its API is asked with.
    pub(crate) client: Client,
    database_url: String,
    api_port: PortLease,
    accepted: Arc<Mutex<Vec<CandidateId>>>,
    folder: TempDir,
    servers: Option<Servers>,
    /// What every program of this house finds in its environment.
    variables: Vec<(String, String)>,
}

impl House {
    /// Postgres and Redis, in mode GO; no program runs yet.
    pub(crate) async fn of_servers() -> Self {
        let servers = Servers { postgres: PostgresServer::start(), redis: RedisServer::start() };
        let (database, queue) = (servers.postgres.create_database(), servers.redis.url());
        Self::furnish(database, &queue, Some(servers)).await
    }

    /// As [`House::of_servers`], with more lines of configuration and variables that they need.
    pub(crate) async fn of_servers_with(settings: &str, variables: &[Variable<'_>]) -> Self {
        let servers = Servers { postgres: PostgresServer::start(), redis: RedisServer::start() };
        let (database, queue) = (servers.postgres.create_database(), servers.redis.url());
        Self::furnish_with(database, &queue, Some(servers), settings, variables).await
    }

    /// SQLite and a queue in memory, in mode GO; no program runs yet.
    pub(crate) async fn embedded() -> Self {
        Self::furnish(String::new(), "memory:", None).await
    }

    /// As [`House::embedded`], with more lines of configuration.
    pub(crate) async fn embedded_with(settings: &str) -> Self {
        Self::furnish_with(String::new(), "memory:", None, settings, &[]).await
    }

    async fn furnish(database: String, queue: &str, servers: Option<Servers>) -> Self {
        Self::furnish_with(database, queue, servers, "", &[]).await
    }

    async fn furnish_with(
        database: String,
        queue: &str,
        servers: Option<Servers>,
        more_settings: &str,
        variables: &[Variable<'_>],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prospector.db");
        let database_url = if database.is_empty() { format!("sqlite:{}", file.display()) } else { database };
        let sink = WebhookSink::start().await;
        let settings = settings_file::text(folder.path(), &database_url, queue, &sink) + more_settings;
        std::fs::write(folder.path().join("prospector.toml"), settings).unwrap();

        said(&run(&folder, &["migrate"], variables));
        said(&run(&folder, &["seed"], variables));
        said(&run(&folder, &["settings", "mode", "go"], variables));
        let key =
            said(&run(&folder, &["keys", "create", "--name", "bridge", "--scopes", "enqueue"], variables));
        let api_port = PortLease::take();
        let ids = Arc::new(SystemIds::default());
        Self {
            client: Client::new(api_port.port(), key.trim()),
            store: Store::open(&database_url, StoreOptions::default(), ids).await.unwrap(),
            accepted: Arc::default(),
            sink,
            database_url,
            api_port,
            folder,
            servers,
            variables: variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    pub(crate) fn servers(&mut self) -> &mut Servers {
        self.servers.as_mut().expect("this house is embedded")
    }

    /// Runs one statement in the house's Postgres.
    pub(crate) fn sql(&self, statement: &str) -> String {
        let servers = self.servers.as_ref().expect("this house is embedded");
        servers.postgres.sql(self.database_name(), statement)
    }

    /// The address of a database without tables, beside the house's.
    pub(crate) fn new_database(&self) -> String {
        self.servers.as_ref().expect("this house is embedded").postgres.create_database()
    }

    /// The address of the house's database.
    pub(crate) fn database_url(&self) -> &str {
        &self.database_url
    }

    pub(crate) fn database_name(&self) -> &str {
        self.database_url.rsplit('/').next().unwrap()
    }

    /// Starts a role, and waits until it does its work.
    pub(crate) async fn start(&self, role: &str) -> Program {
        self.start_with(role, &[]).await
    }

    /// Starts a role with variables of its own, and waits until it does its work.
    pub(crate) async fn start_with(&self, role: &str, variables: &[Variable<'_>]) -> Program {
        let program = self.spawn(role, variables);
        match role {
            "api" | "up" => self.client.ready().await,
            "worker" => drop(program.wait_for_line("worker started", LONG).await),
            _ => drop(program.wait_for_line("prospector starts", LONG).await),
        }
        program
    }

    /// Starts one more API, and waits until it can work.
    pub(crate) async fn start_api_at(&self, port: &PortLease) -> Program {
        let program = self.spawn_at("api", port, &[]);
        Client::new(port.port(), "").ready().await;
        program
    }

    /// Starts a role that is no API and also serves health and metrics, and waits until it does its work.
    pub(crate) async fn start_serving(&self, role: &str, health: SocketAddr) -> Program {
        let program = self.spawn_words(&[role, "--health-listen", &health.to_string()], &[]);
        let started = if role == "worker" { "worker started" } else { "prospector starts" };
        program.wait_for_line(started, LONG).await;
        program
    }

    /// Where the API listens, health and metrics included.
    pub(crate) fn api_address(&self) -> SocketAddr {
        self.api_port.address()
    }

    /// Starts a role and waits for nothing.
    pub(crate) fn spawn(&self, role: &str, variables: &[Variable<'_>]) -> Program {
        self.spawn_at(role, &self.api_port, variables)
    }

    fn spawn_at(&self, role: &str, api_port: &PortLease, variables: &[Variable<'_>]) -> Program {
        let listen = api_port.address().to_string();
        let words: &[&str] = match role {
            "api" | "up" => &[role, "--listen", &listen],
            _ => &[role],
        };
        self.spawn_words(words, variables)
    }

    fn spawn_words(&self, words: &[&str], variables: &[Variable<'_>]) -> Program {
        let mut command = command(&self.folder, words, variables);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        Program::start(command)
    }

    /// Runs a command of the program to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// A command of the program that has not begun.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let variables: Vec<Variable<'_>> =
            self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        command(&self.folder, words, &variables)
    }

    /// Runs a command that must succeed, and returns what it printed.
    pub(crate) fn ask(&self, words: &[&str]) -> String {
        said(&self.run(words))
    }

    /// A place for a file of a test.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Hands a load in, one message after another, each until it is accepted.
    pub(crate) async fn hand_in(&self, load: Vec<Inbound>) {
        self.feed(load).await.unwrap();
    }

    /// As [`House::hand_in`], meanwhile.
    pub(crate) fn feed(&self, load: Vec<Inbound>) -> JoinHandle<()> {
        let (client, accepted) = (self.client.clone(), Arc::clone(&self.accepted));
        tokio::spawn(async move {
            for message in load {
                let candidate = client.hand_in(&message).await;
                accepted.lock().unwrap().push(candidate);
            }
        })
    }

    /// The candidates of everything accepted so far.
    pub(crate) fn accepted(&self) -> Vec<CandidateId> {
        self.accepted.lock().unwrap().clone()
    }

    /// Waits until the sink has been called this often since the house was built.
    pub(crate) async fn called(&self, times: usize) {
        wait_until(&format!("the sink is called {times} times"), LONG, async || {
            (self.sink.received().len() >= times).then_some(())
        })
        .await;
    }
}

/// A command of the program under test, in `folder`, with its `prospector.toml`.
pub(crate) fn command(folder: &TempDir, words: &[&str], variables: &[Variable<'_>]) -> Command {
    let mut command = Command::new(Program::built("prospector"));
    command.args(words).current_dir(folder.path()).env("NO_COLOR", "1").envs(variables.iter().copied());
    command
}

/// Runs a command of the program to its end.
pub(crate) fn run(folder: &TempDir, words: &[&str], variables: &[Variable<'_>]) -> Output {
    command(folder, words, variables).output().unwrap()
}

/// What a command printed that must have succeeded.
pub(crate) fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}
