//! A PostgreSQL of the test's own.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    port::PortLease,
    postgres_install::Install,
    program::Program,
    watchdog::{Watchdog, kill, send},
};

/// How often, [`LOOK_EVERY`] apart, a starting server is looked at: 60 s, for crash recovery on a loaded machine.
const LOOKS: u32 = 6_000;
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// A server that was killed leaves shared memory that its last children hold on to for a moment.
const LAUNCHES: u32 = 20;

/// A running PostgreSQL with fsync on, private folder, socket and port. Gone when dropped.
///
/// A data folder is copied from a template, so that starting takes a fraction of a second; each test gets databases of
/// its own from [`PostgresServer::create_database`].
#[derive(Debug)]
pub struct PostgresServer {
    install: Install,
    lease: PortLease,
    folder: PathBuf,
    child: Child,
    databases: AtomicU32,
    watchdog: Watchdog,
}

impl PostgresServer {
    /// Starts a server and waits until it accepts connections.
    ///
    /// # Panics
    /// When PostgreSQL is missing or does not come up.
    #[must_use]
    pub fn start() -> Self {
        let install = Install::find();
        let folder = tempfile::Builder::new()
            .prefix("prospector-postgres-")
            .tempdir()
            .expect("failed to make a folder for postgres")
            .keep();
        // An immediate shutdown, unlike a kill, removes the server's shared memory.
        let mut watchdog = Watchdog::over(Some(&folder), "QUIT");
        install.give(&folder);
        install.fill(&folder.join("data"));
        let lease = PortLease::take();
        let child = launch(&install, &lease, &folder);
        watchdog.guard(&child);
        Self { install, lease, folder, child, databases: AtomicU32::new(0), watchdog }
    }

    /// Creates a database nobody else uses and returns its URL.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed) + 1);
        let _ = self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// The URL of a database, whether or not it exists.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.lease.address())
    }

    /// The folder of the programs that belong to this server, such as `pg_dump`.
    #[must_use]
    pub fn programs(&self) -> &Path {
        self.install.programs()
    }

    /// Runs one statement and returns the rows, one per line, columns separated by `|`.
    ///
    /// # Panics
    /// When the statement fails.
    #[must_use]
    pub fn sql(&self, database: &str, statement: &str) -> String {
        let output = self.psql(database, statement).output().expect("failed to run psql");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Starts statements, such as one that takes a lock and one that holds it, and does not wait for their end.
    #[must_use]
    pub fn sql_meanwhile(&self, database: &str, statements: &str) -> Program {
        Program::start(self.psql(database, statements))
    }

    fn psql(&self, database: &str, statement: &str) -> Command {
        let mut command = self.install.command("psql", &self.folder);
        command
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--username=postgres"])
            .args(["--set", "ON_ERROR_STOP=1", "--host", "127.0.0.1"])
            .args(["--port", &self.lease.port().to_string(), "--dbname", database, "--command", statement]);
        command
    }

    /// The server's port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.lease.port()
    }

    /// Kills the server and all its processes as a power cut would. What was committed is safe: fsync is on.
    pub fn kill9(&mut self) {
        let children = children_of(self.child.id());
        kill(&mut self.child);
        for child in children {
            // One that has already noticed its parent's death is gone, and that is as good.
            let _ = kill_process(child, Signal::KILL);
        }
        self.watchdog.release();
    }

    /// Shuts the server down in order: connections are cut, nothing needs recovery.
    pub fn stop(&mut self) {
        send(&self.child, Signal::INT);
        let _ = self.child.wait();
        self.watchdog.release();
    }

    /// Starts the server again on the same port and data, killing it first if it still runs.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn restart(&mut self) {
        self.kill9();
        self.child = launch(&self.install, &self.lease, &self.folder);
        self.watchdog.guard(&self.child);
    }

    /// Freezes the parent process: open connections go on, new ones hang.
    pub fn pause(&self) {
        send(&self.child, Signal::STOP);
    }

    /// Lets a frozen parent process go on.
    pub fn resume(&self) {
        send(&self.child, Signal::CONT);
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Frozen, it would not hear the signal.
        send(&self.child, Signal::CONT);
        send(&self.child, Signal::QUIT);
        let _ = self.child.wait();
        self.watchdog.release();
        remove_shared_memory(&self.folder);
    }
}

fn launch(install: &Install, lease: &PortLease, folder: &Path) -> Child {
    let mut log = String::new();
    for _ in 0..LAUNCHES {
        let mut child = spawn(install, lease, folder);
        if wait_ready(&mut child, folder) {
            return child;
        }
        log = fs::read_to_string(folder.join("postgres.log")).unwrap_or_default();
        if !log.contains("shared memory block") {
            break;
        }
        std::thread::sleep(LOOK_EVERY * 10);
    }
    panic!("postgres ended while starting; its log:\n{log}");
}

fn spawn(install: &Install, lease: &PortLease, folder: &Path) -> Child {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("postgres.log"))
        .expect("failed to open the log of postgres");
    let mut settings = vec![
        format!("port={}", lease.port()),
        "listen_addresses=127.0.0.1".to_owned(),
        format!("unix_socket_directories={}", folder.display()),
        "fsync=on".to_owned(),
    ];
    // After a crash the whole folder is synced before recovery; one call does it instead of a thousand.
    settings.push("recovery_init_sync_method=syncfs".to_owned());
    let mut command = install.command("postgres", folder);
    command.arg("-D").arg(folder.join("data"));
    for setting in &settings {
        command.args(["-c", setting]);
    }
    command.stdout(log.try_clone().expect("failed to share the log of postgres")).stderr(log);
    command.spawn().expect("failed to start postgres")
}

/// Waits until the server accepts connections; false when it ended instead.
fn wait_ready(child: &mut Child, folder: &Path) -> bool {
    for _ in 0..LOOKS {
        // The eighth line is the server's own word for its state, and is what pg_ctl looks at.
        let status = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        let mut lines = status.lines();
        let is_this_one = lines.next().is_some_and(|pid| pid == child.id().to_string());
        if is_this_one && lines.nth(6).is_some_and(|state| state.trim() == "ready") {
            return true;
        }
        if let Ok(Some(_)) = child.try_wait() {
            return false;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    panic!("postgres was not ready within {:?}", LOOK_EVERY * LOOKS);
}

/// The processes whose parent is `parent`, from `/proc`.
fn children_of(parent: u32) -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let child = |name: &str| {
        let pid: i32 = name.parse().ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in parentheses, may hold spaces; after it come the state and the parent.
        let after_name = stat.rsplit_once(") ")?.1;
        let its_parent: u32 = after_name.split(' ').nth(1)?.parse().ok()?;
        if its_parent == parent { Pid::from_raw(pid) } else { None }
    };
    processes.filter_map(|entry| child(entry.ok()?.file_name().to_str()?)).collect()
}

/// Removes the shared memory that a killed server left; one that was shut down left no file to read.
fn remove_shared_memory(folder: &Path) {
    let status = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
    if let Some(id) = status.lines().nth(6).and_then(|keys| keys.split_whitespace().nth(1)) {
        let _ = Command::new("ipcrm").args(["-m", id]).output();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_apart_and_commits_survive_a_kill() {
        let mut postgres = PostgresServer::start();
        let (one, two) = (postgres.create_database(), postgres.create_database());
        assert_ne!(one, two);
        let _ = postgres.sql("test_1", "CREATE TABLE kept (n int)");
        let _ = postgres.sql("test_1", "INSERT INTO kept VALUES (1), (2)");
        postgres.kill9();
        postgres.restart();
        assert_eq!(postgres.sql("test_1", "SELECT n FROM kept ORDER BY n"), "1\n2");
        assert_eq!(postgres.sql("test_2", "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'"), "0");
        assert_eq!(postgres.sql("test_2", "SHOW fsync"), "on");
        postgres.stop();
        postgres.restart();
        assert_eq!(postgres.sql("test_1", "SELECT count(*) FROM kept"), "2");
    }

    #[test]
    fn a_dropped_server_leaves_nothing() {
        let mut postgres = PostgresServer::start();
        let folder = postgres.folder.clone();
        postgres.kill9();
        drop(postgres);
        assert!(!folder.exists());
    }
}
