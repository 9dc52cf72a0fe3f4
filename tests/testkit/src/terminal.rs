//! A terminal with a program in it: a pseudo-terminal of the operating system, and what a terminal would show.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::ffi::OsStrExt as _,
    path::Path,
    process::{Child, Command, ExitStatus},
    sync::{Arc, Mutex},
    time::Duration,
};

use rustix::{
    process::Signal,
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize},
};

use crate::{
    wait::wait_until,
    watchdog::{Watchdog, kill, send},
};

/// A terminal in which a program runs. The program is killed when it is dropped; in a failing test the screen is shown.
pub struct TestTerminal {
    child: Child,
    /// The terminal's side of the line.
    master: File,
    /// The program's side, kept to look at its modes when the program has ended.
    line: File,
    screen: Arc<Mutex<vt100::Parser>>,
    watchdog: Watchdog,
}

impl TestTerminal {
    /// Starts `command` in a terminal so many columns wide and rows high. The terminal is the program's own, as in a window
    /// of a desktop.
    ///
    /// # Panics
    /// When there is no pseudo-terminal, no `setsid`, or the program cannot be started.
    #[must_use]
    pub fn start(command: &Command, columns: u16, rows: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("the system has pseudo-terminals");
        grantpt(&master).expect("it is ours");
        unlockpt(&master).expect("it is ours");
        let name = ptsname(&master, Vec::new()).expect("it has a name");
        let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
        let line =
            OpenOptions::new().read(true).write(true).open(path).expect("its other side can be opened");
        tcsetwinsize(&line, size(columns, rows)).expect("a terminal has a size");

        let mut watchdog = Watchdog::over(None, "KILL");
        let end = || line.try_clone().expect("an open file can be opened again");
        let child =
            in_terminal(command).stdin(end()).stdout(end()).stderr(end()).spawn().unwrap_or_else(|error| {
                panic!("failed to start {}: {error}", command.get_program().display())
            });
        watchdog.guard(&child);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(rows, columns, 0)));
        let master = File::from(master);
        show(master.try_clone().expect("an open file can be opened again"), Arc::clone(&screen));
        Self { child, master, line, screen, watchdog }
    }

    /// Types.
    ///
    /// # Panics
    /// When the line is broken.
    pub fn press(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("the line holds");
    }

    /// Makes the terminal larger or smaller, which the program is told.
    ///
    /// # Panics
    /// When the line is broken.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.screen.lock().expect("no holder of the lock panics").screen_mut().set_size(rows, columns);
        tcsetwinsize(&self.master, size(columns, rows)).expect("a terminal has a size");
    }

    /// What is on the screen.
    ///
    /// # Panics
    /// When another holder of the screen panicked.
    #[must_use]
    pub fn contents(&self) -> String {
        self.screen.lock().expect("no holder of the lock panics").screen().contents()
    }

    /// Waits until the screen shows `part`, and returns the screen.
    ///
    /// # Panics
    /// When `deadline` passes first.
    pub async fn wait_for(&self, part: &str, deadline: Duration) -> String {
        let what = format!("the screen shows {part:?}");
        wait_until(&what, deadline, async || {
            let contents = self.contents();
            contents.contains(part).then_some(contents)
        })
        .await
    }

    /// Whether the terminal is as a shell wants it: the ordinary screen, a cursor, whole lines with echo.
    ///
    /// # Panics
    /// When another holder of the screen panicked.
    #[must_use]
    pub fn is_restored(&self) -> bool {
        let parser = self.screen.lock().expect("no holder of the lock panics");
        let screen = parser.screen();
        let modes = tcgetattr(&self.line).expect("a terminal has modes").local_modes;
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// Asks the program to end.
    pub fn sigterm(&self) {
        send(&self.child, Signal::TERM);
    }

    /// Waits until the program ends.
    ///
    /// # Panics
    /// When `deadline` passes first.
    pub async fn wait_exit(&mut self, deadline: Duration) -> ExitStatus {
        let status =
            wait_until("the program ends", deadline, async || self.child.try_wait().ok().flatten()).await;
        self.watchdog.release();
        status
    }
}

impl Drop for TestTerminal {
    fn drop(&mut self) {
        kill(&mut self.child);
        self.watchdog.release();
        if std::thread::panicking() {
            eprintln!("--- the screen\n{}", self.contents());
        }
    }
}

const fn size(columns: u16, rows: u16) -> Winsize {
    Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 }
}

/// The command in a session of its own, whose terminal is its standard input.
fn in_terminal(command: &Command) -> Command {
    let mut wrapped = Command::new("setsid");
    wrapped.arg("--ctty").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped.env("TERM", "xterm-256color");
    wrapped
}

fn show(mut master: File, screen: Arc<Mutex<vt100::Parser>>) {
    std::thread::spawn(move || {
        let mut bytes = [0; 4_096];
        while let Ok(length @ 1..) = master.read(&mut bytes) {
            screen.lock().expect("no holder of the lock panics").process(&bytes[..length]);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_program_in_it_has_a_terminal_of_the_size_asked_for() {
        let mut command = Command::new("sh");
        command.args(["-c", "test -t 1 && stty size </dev/tty; read word; echo got $word; exit 3"]);
        let mut terminal = TestTerminal::start(&command, 70, 11);
        terminal.wait_for("11 70", LONG).await;
        assert!(terminal.is_restored());
        terminal.press("hello\n");
        terminal.wait_for("got hello", LONG).await;
        assert_eq!(terminal.wait_exit(LONG).await.code(), Some(3));
    }

    #[tokio::test]
    async fn what_a_program_leaves_behind_is_seen() {
        let mut command = Command::new("sh");
        command.args(["-c", "printf '\\033[?1049h'; stty -echo; echo left; exit 0"]);
        let mut terminal = TestTerminal::start(&command, 70, 11);
        terminal.wait_for("left", LONG).await;
        assert!(terminal.wait_exit(LONG).await.success());
        assert!(!terminal.is_restored());
    }
}
