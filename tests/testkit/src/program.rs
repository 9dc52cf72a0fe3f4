//! One of our own programs, run as its users run it.

use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use rustix::process::Signal;

use crate::{
    wait::wait_until,
    watchdog::{Watchdog, kill, send},
};

/// Lines shown when a test fails while a program of it runs.
const SHOWN_LINES: usize = 200;

/// A running program whose output is collected line by line. Killed when dropped; in a failing test its last lines are
/// shown.
#[derive(Debug)]
pub struct Program {
    name: String,
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    watchdog: Watchdog,
}

impl Program {
    /// Starts `command`, whose output and error output are collected together.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(mut command: Command) -> Self {
        let name = PathBuf::from(command.get_program())
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut watchdog = Watchdog::over(None, "KILL");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("failed to start {}: {error}", command.get_program().display()));
        watchdog.guard(&child);
        let lines = Arc::new(Mutex::new(Vec::new()));
        collect(child.stdout.take().expect("it is piped"), lines.clone());
        collect(child.stderr.take().expect("it is piped"), lines.clone());
        Self { name, child, lines, watchdog }
    }

    /// Where cargo has put the workspace's program `name`, seen from a running test.
    ///
    /// # Panics
    /// When it has not been built.
    #[must_use]
    pub fn built(name: &str) -> PathBuf {
        let test = std::env::current_exe().expect("a running test has a path");
        // The test is in target/<profile>/deps, the programs are one up.
        let found =
            test.ancestors().skip(1).take(3).map(|folder| folder.join(name)).find(|path| path.is_file());
        found.unwrap_or_else(|| panic!("{name} has not been built; run cargo build --workspace"))
    }

    /// Waits for a line that contains `part`, looking from the first line on, and returns it.
    ///
    /// # Panics
    /// When `deadline` passes first.
    pub async fn wait_for_line(&self, part: &str, deadline: Duration) -> String {
        let what = format!("{} prints a line with {part:?}", self.name);
        wait_until(&what, deadline, async || self.lines().into_iter().find(|line| line.contains(part))).await
    }

    /// The lines printed so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no holder of the lock panics").clone()
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end.
    pub fn sigterm(&self) {
        send(&self.child, Signal::TERM);
    }

    /// Kills it: at once, with nothing finished.
    pub fn kill9(&mut self) {
        kill(&mut self.child);
        self.watchdog.release();
    }

    /// Freezes it.
    pub fn pause(&self) {
        send(&self.child, Signal::STOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        send(&self.child, Signal::CONT);
    }

    /// True until it has ended.
    #[must_use]
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits until it ends.
    ///
    /// # Panics
    /// When `deadline` passes first.
    pub async fn wait_exit(&mut self, deadline: Duration) -> ExitStatus {
        let what = format!("{} ends", self.name);
        let status = wait_until(&what, deadline, async || self.child.try_wait().ok().flatten()).await;
        self.watchdog.release();
        status
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill9();
        if std::thread::panicking() {
            let lines = self.lines();
            let shown = lines.iter().skip(lines.len().saturating_sub(SHOWN_LINES));
            eprintln!("--- last lines of {}", self.name);
            shown.for_each(|line| eprintln!("{line}"));
        }
    }
}

fn collect(output: impl Read + Send + 'static, lines: Arc<Mutex<Vec<String>>>) {
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            lines.lock().expect("no holder of the lock panics").push(text);
            line.clear();
        }
    });
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Program {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Program::start(command)
    }

    #[tokio::test]
    async fn output_is_collected_and_a_signal_obeyed() {
        let mut program =
            shell("trap 'echo bye; exit 3' TERM; echo ready; echo trouble >&2; while :; do sleep 0.01; done");
        program.wait_for_line("ready", LONG).await;
        assert_eq!(program.wait_for_line("trou", LONG).await, "trouble");
        assert!(program.is_running());
        program.sigterm();
        assert_eq!(program.wait_exit(LONG).await.code(), Some(3));
        program.wait_for_line("bye", LONG).await;
    }

    #[tokio::test]
    async fn a_kill_is_not_survived() {
        let mut program = shell("trap '' TERM; echo ready; while :; do sleep 0.01; done");
        program.wait_for_line("ready", LONG).await;
        program.kill9();
        assert_eq!(program.wait_exit(LONG).await.signal(), Some(9));
    }

    #[test]
    fn a_running_test_finds_what_cargo_built() {
        // The test itself lies one below, so look for something that lies beside it.
        let test = std::env::current_exe().unwrap();
        let name = test.file_name().unwrap().to_str().unwrap();
        assert_eq!(Program::built(name), test);
    }
}
