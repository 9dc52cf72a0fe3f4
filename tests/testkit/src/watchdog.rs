//! Sees to it that nothing started by a test outlives it.
//!
//! A test process may be killed in the middle, so destructors are not enough. Beside every server runs a shell that
//! reads the server's process id from a pipe and otherwise waits; when the pipe closes, which the kernel does for a
//! process however it dies, the shell kills the server and removes its folder.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// Remembers the last line read; acts when no more can come. The folder is tried again while a dying server writes.
const SCRIPT: &str = r#"
pid=
while read -r line; do pid=$line; done
if [ -n "$pid" ]; then kill -KILL "$pid"; fi
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
    /// Guards `folder`, which it removes in the end, and nothing else yet.
    pub(crate) fn over(folder: Option<&Path>) -> Self {
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "testkit-watchdog"])
            .arg(folder.unwrap_or_else(|| Path::new("")))
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
