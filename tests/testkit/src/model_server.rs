//! A real model on a real inference server of the test's own.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    port::PortLease,
    watchdog::{Guarded, Watchdog},
};

/// How often, [`LOOK_EVERY`] apart, a starting server is asked whether it is ready: 60 s, for a loaded machine. It takes
/// about one.
const LOOKS: u32 = 3_000;
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long an answer about its health may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const LAUNCHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/model_server.py");
/// As in `tests/install-model-server`, a folder that is not absolute lies in the project's.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const DEFAULT_CACHE: &str = "target/model-server";

/// How a model is served.
#[derive(Debug, Clone)]
pub struct ModelServerOptions {
    /// The name under which the model is served.
    pub alias: String,
    /// The key that requests must bear, if any.
    pub api_key: Option<String>,
    /// Requests answered at the same time; the next ones wait. Default 4.
    pub parallel: u16,
    /// Tokens of context, shared evenly among the parallel requests. Default 16,384.
    pub context_tokens: u32,
}

impl Default for ModelServerOptions {
    fn default() -> Self {
        Self { alias: "drafter".to_owned(), api_key: None, parallel: 4, context_tokens: 16_384 }
    }
}

/// A running llama.cpp server with a small instruct model (SmolLM2-135M). Gone when dropped.
///
/// The model is far too small to be right about anything: tests assert shape, limits and book-keeping of its answers, never
/// their meaning.
#[derive(Debug)]
pub struct ModelServer {
    // Dropped first: the folder cannot be removed for good while the server still writes to it.
    process: Guarded,
    lease: PortLease,
    folder: TempDir,
    options: ModelServerOptions,
}

impl ModelServer {
    /// Starts a server and waits until it has loaded its model.
    ///
    /// # Panics
    /// When the server is not installed or does not come up.
    #[must_use]
    pub fn start(options: ModelServerOptions) -> Self {
        let mut server = Self::start_loading(options);
        server.wait_ready();
        server
    }

    /// Starts a server and does not wait: it refuses connections, and then says 503, until its model is loaded.
    ///
    /// # Panics
    /// When the server is not installed.
    #[must_use]
    pub fn start_loading(options: ModelServerOptions) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("prospector-model-")
            .tempdir()
            .expect("failed to make a folder for the model server");
        let lease = PortLease::take();
        let watchdog = Watchdog::over(Some(folder.path()), "KILL");
        let process = Guarded::by(watchdog, launch(&lease, &folder, &options));
        Self { process, lease, folder, options }
    }

    /// The command line that starts a server with default options on `port`, for what must start it by itself. The server
    /// ends when the calling process does. An empty `api_key` means none.
    ///
    /// # Panics
    /// When the server is not installed.
    #[must_use]
    pub fn command(port: u16, alias: &str, api_key: &str) -> Vec<String> {
        let api_key = Some(api_key.to_owned()).filter(|key| !key.is_empty());
        command_line(port, &ModelServerOptions { alias: alias.to_owned(), api_key, ..Default::default() })
    }

    /// Where it listens, without `/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.lease.address())
    }

    /// Its port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.lease.port()
    }

    /// The name under which it serves the model.
    #[must_use]
    pub fn alias(&self) -> &str {
        &self.options.alias
    }

    /// The key that requests must bear, if any.
    #[must_use]
    pub fn api_key(&self) -> Option<&str> {
        self.options.api_key.as_deref()
    }

    /// Kills it, as a machine that vanishes would: at once, in the middle of an answer.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Starts it again on the same port, killing it first if it still runs, and waits until it has loaded its model.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn restart(&mut self) {
        self.process.restart(|| launch(&self.lease, &self.folder, &self.options));
        self.wait_ready();
    }

    /// Freezes it: connections stay open and no token comes.
    pub fn pause(&self) {
        self.process.pause();
    }

    /// Lets a frozen server go on where it stopped.
    pub fn resume(&self) {
        self.process.resume();
    }

    /// Waits until it has loaded its model.
    ///
    /// # Panics
    /// When it ends, or a minute passes, before that.
    pub fn wait_ready(&mut self) {
        for _ in 0..LOOKS {
            if self.is_healthy() {
                return;
            }
            if let Some(status) = self.process.ended() {
                panic!("the model server ended with {status} while starting; its log:\n{}", self.log());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        panic!("the model server was not ready within {:?}; its log:\n{}", LOOK_EVERY * LOOKS, self.log());
    }

    /// What it has printed.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    fn is_healthy(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(self.lease.address())?;
            stream.set_read_timeout(Some(ANSWER_WITHIN))?;
            stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }
}

fn launch(lease: &PortLease, folder: &TempDir, options: &ModelServerOptions) -> Child {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.path().join("server.log"))
        .expect("failed to open the log of the model server");
    let line = command_line(lease.port(), options);
    Command::new(&line[0])
        .args(&line[1..])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("failed to share the log of the model server"))
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| match error.kind() {
            ErrorKind::NotFound => panic!("{MISSING}"),
            _ => panic!("failed to start the model server: {error}"),
        })
}

const MISSING: &str = "the model server is not installed; run tests/install-model-server, as ./test does";

fn command_line(port: u16, options: &ModelServerOptions) -> Vec<String> {
    let cache = std::env::var_os("PROSPECTOR_TEST_CACHE").unwrap_or_else(|| DEFAULT_CACHE.into());
    let python = Path::new(PROJECT).join(cache).join("bin/python");
    assert!(python.exists(), "{MISSING}");
    let mut line = vec![
        python.to_string_lossy().into_owned(),
        LAUNCHER.to_owned(),
        format!("--port={port}"),
        format!("--alias={}", options.alias),
        format!("--parallel={}", options.parallel),
        format!("--ctx={}", options.context_tokens),
        format!("--until-pid={}", std::process::id()),
    ];
    line.extend(options.api_key.as_ref().map(|key| format!("--api-key={key}")));
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Program, wait_until, watchdog::kill};

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_model_server_starts_again_and_is_gone_when_dropped() {
        let mut server = ModelServer::start_loading(ModelServerOptions::default());
        assert!(!server.is_healthy(), "it cannot have loaded a model yet");
        server.wait_ready();
        server.kill9();
        assert!(!server.is_healthy());
        server.restart();
        assert!(server.is_healthy());
        let (folder, address) = (server.folder.path().to_owned(), server.lease.address());
        drop(server);
        assert!(!folder.exists() && TcpStream::connect(address).is_err());
    }

    #[tokio::test]
    async fn a_model_server_started_by_its_command_obeys_sigterm() {
        let port = crate::free_port();
        let line = ModelServer::command(port, "drafter", "sesame");
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]);
        let mut program = Program::start(command);
        program.wait_for_line("ready http://127.0.0.1:", LONG).await;
        program.sigterm();
        assert!(program.wait_exit(LONG).await.success());
    }

    #[tokio::test]
    async fn a_model_server_ends_with_the_process_it_was_started_for() {
        let mut other = Command::new("sh").args(["-c", "read -r _"]).stdin(Stdio::piped()).spawn().unwrap();
        let mut line = ModelServer::command(crate::free_port(), "drafter", "");
        line.push(format!("--until-pid={}", other.id()));
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]);
        let mut server = Program::start(command);
        server.wait_for_line("ready", LONG).await;
        kill(&mut other);
        wait_until("the server has ended", LONG, async || (!server.is_running()).then_some(())).await;
    }
}
