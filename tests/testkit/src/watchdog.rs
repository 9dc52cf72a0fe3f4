//! Sees to it that nothing started by a test outlives it.
//!
//! A test process may be killed in the middle, so destructors are not enough. Beside every server runs a shell that
//! reads the server's process id from a pipe and otherwise waits; when the pipe closes, which the kernel does for a
//! process however it dies, the shell ends the server and removes its folder.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// Remembers the last line read; acts when no more can come. A server gets five seconds to obey a polite signal, and
/// the folder is tried again while a dying server still writes to it.
const SCRIPT: &str = r#"
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then
    kill -s "$2" "$pid"
    tries=0
    while kill -0 "$pid" && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$pid"
fi
if [ -n "$1" ]; then
    for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$1" && exit; sleep 0.1; done
fi
"#;

/// Guards one process after another, and the folder they share.
#[derive(Debug)]
pub(crate) struct Watchdog {
    shell: Child,
}

impl Watchdog {
    /// Guards `folder`, which it removes in the end, and no process yet. `signal` is the name of the one that ends
    /// the guarded process, such as `KILL`.
    pub(crate) fn over(folder: Option<&Path>, signal: &str) -> Self {
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "testkit-watchdog"])
            .arg(folder.unwrap_or_else(|| Path::new("")))
            .arg(signal)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A runner that kills a test's whole process group must not take the watchdog with it.
            .process_group(0)
            .spawn()
            .expect("failed to start sh as a watchdog");
        Self { shell }
    }

    /// Guards `child` from now on, instead of what was guarded before.
    pub(crate) fn guard(&mut self, child: &Child) {
        self.tell(&format!("{}\n", child.id()));
    }

    /// Guards no process, because the one guarded is gone.
    pub(crate) fn release(&mut self) {
        self.tell("\n");
    }

    fn tell(&mut self, line: &str) {
        let pipe = self.shell.stdin.as_mut().expect("the pipe is open until drop");
        pipe.write_all(line.as_bytes()).expect("the watchdog is gone; nothing would stop the server");
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing can be done about a failure here, and the test's own outcome matters more.
        let _ = self.shell.wait();
    }
}

/// A process of a test that can be killed, frozen and started anew. It ends with the test process, and when dropped.
#[derive(Debug)]
pub(crate) struct Guarded {
    child: Child,
    watchdog: Watchdog,
}

impl Guarded {
    /// Has `watchdog` guard `child` from now on.
    pub(crate) fn by(mut watchdog: Watchdog, child: Child) -> Self {
        watchdog.guard(&child);
        Self { child, watchdog }
    }

    /// Kills it at once, in the middle of whatever it does.
    pub(crate) fn kill9(&mut self) {
        kill(&mut self.child);
        self.watchdog.release();
    }

    /// Puts what `launch` starts in its place, after it was killed.
    pub(crate) fn restart(&mut self, launch: impl FnOnce() -> Child) {
        self.kill9();
        self.child = launch();
        self.watchdog.guard(&self.child);
    }

    /// Freezes it: its connections stay open, and it answers nothing.
    pub(crate) fn pause(&self) {
        send(&self.child, Signal::STOP);
    }

    /// Lets it go on where it stopped.
    pub(crate) fn resume(&self) {
        send(&self.child, Signal::CONT);
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// Sends `signal` to a process this one started and has not yet waited for.
pub(crate) fn send(child: &Child, signal: Signal) {
    // An error means that it has already ended, which is what the signals sent here are after.
    let _ = kill_process(Pid::from_child(child), signal);
}

/// Kills a process and waits for it.
pub(crate) fn kill(child: &mut Child) {
    send(child, Signal::KILL);
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader},
        net::TcpStream,
        path::PathBuf,
        time::Duration,
    };

    use super::*;
    use crate::{RedisServer, wait_until};

    /// Not a test by itself: the process that [`a_killed_test_process_leaves_nothing`] kills.
    #[test]
    #[ignore = "started by another test"]
    fn starts_a_server_and_waits_to_be_killed() {
        let redis = RedisServer::start();
        let folder = redis.command(&["CONFIG", "GET", "dir"]).replace("dir\n", "");
        eprintln!("started {} {folder}", redis.port());
        loop {
            std::thread::park();
        }
    }

    #[tokio::test]
    async fn a_killed_test_process_leaves_nothing() {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "watchdog::tests::starts_a_server_and_waits_to_be_killed"])
            .args(["--ignored", "--nocapture"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let line = lines.map_while(Result::ok).find(|line| line.starts_with("started ")).unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let (port, folder) = (words[1].parse::<u16>().unwrap(), PathBuf::from(words[2]));
        assert!(folder.exists() && TcpStream::connect(("127.0.0.1", port)).is_ok());

        kill(&mut process);
        wait_until("the server and its folder are gone", Duration::from_secs(20), async || {
            (!folder.exists() && TcpStream::connect(("127.0.0.1", port)).is_err()).then_some(())
        })
        .await;
    }
}
