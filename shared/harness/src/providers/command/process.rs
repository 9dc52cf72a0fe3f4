//! Processes of this machine, as `/proc` shows them. Where there is no `/proc`, none is ever found, and the provider
//! refuses to start any.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use rustix::process::{Pid, Signal};
use serde::{Deserialize, Serialize};

/// A process, and not another that was given its number later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct ProcessId {
    /// Its number.
    pub(super) pid: i32,
    /// When it started, in clock ticks since the boot of the machine. A number is not given out again within a tick,
    /// because all others are given out first.
    pub(super) start_ticks: u64,
}

/// A living process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) id: ProcessId,
    /// Number of its process group.
    pub(super) group: i32,
}

/// Whether this system shows its processes.
pub(super) fn can_be_seen() -> bool {
    cfg!(target_os = "linux") && Path::new("/proc/self/environ").exists()
}

/// All living processes.
pub(super) fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| read(entry.file_name().to_str()?.parse().ok()?)).collect()
}

/// The process of this number. One that has ended, and only waits to be asked for its exit code, is none.
pub(super) fn read(pid: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name is in parentheses and may hold anything, parentheses included.
    let (_, fields) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    // Numbered from 3 in proc(5): 3 is the state, 5 the group, 22 the start.
    if matches!(*fields.first()?, "Z" | "X" | "x") {
        return None;
    }
    let (group, start_ticks) = (fields.get(2)?.parse().ok()?, fields.get(19)?.parse().ok()?);
    Some(Process { id: ProcessId { pid, start_ticks }, group })
}

/// The environment with which a process was started, as far as it is still there: some programs write their title over
/// it. Empty when it may not be read.
pub(super) fn environment(pid: i32) -> BTreeMap<String, String> {
    let bytes = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let texts = bytes.split(|byte| *byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok());
    texts
        .filter_map(|text| text.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Adds to `known` every process in a group that one of `known` leads: children that have no readable environment.
pub(super) fn with_groups(known: &mut BTreeSet<ProcessId>, living: &[Process]) {
    let leaders: BTreeSet<i32> = living
        .iter()
        .filter(|process| known.contains(&process.id) && process.group == process.id.pid)
        .map(|process| process.group)
        .collect();
    known.extend(living.iter().filter(|process| leaders.contains(&process.group)).map(|process| process.id));
}

/// Sends a signal, unless the process has ended, even when its number was given to another.
pub(super) fn signal(id: ProcessId, signal: Signal) -> io::Result<()> {
    let Some(pid) = Pid::from_raw(id.pid) else { return Ok(()) };
    match send(pid, id, signal) {
        Err(error) if error == rustix::io::Errno::SRCH => Ok(()),
        sent => sent.map_err(Into::into),
    }
}

/// A file descriptor stays with its process, unlike a number; so it is opened first and compared then.
#[cfg(target_os = "linux")]
fn send(pid: Pid, id: ProcessId, signal: Signal) -> rustix::io::Result<()> {
    use rustix::process::{PidfdFlags, pidfd_open, pidfd_send_signal};

    let descriptor = pidfd_open(pid, PidfdFlags::empty())?;
    if read(id.pid).is_none_or(|process| process.id != id) {
        return Ok(());
    }
    pidfd_send_signal(descriptor, signal)
}

#[cfg(not(target_os = "linux"))]
fn send(pid: Pid, id: ProcessId, signal: Signal) -> rustix::io::Result<()> {
    if read(id.pid).is_none_or(|process| process.id != id) {
        return Ok(());
    }
    rustix::process::kill_process(pid, signal)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_process_is_seen_until_it_has_ended() {
        let mut child = Command::new("cat").env("A", "b=c").stdin(Stdio::piped()).spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let seen = read(pid).unwrap();
        assert!(all().contains(&seen));
        assert_eq!(environment(pid).get("A").map(String::as_str), Some("b=c"));

        // Another process of that number is left alone.
        let earlier = ProcessId { start_ticks: seen.id.start_ticks - 1, ..seen.id };
        signal(earlier, Signal::KILL).unwrap();
        assert_eq!(read(pid), Some(seen));

        drop(child.stdin.take());
        child.wait().unwrap();
        assert_eq!(read(pid), None);
        signal(seen.id, Signal::KILL).unwrap();
    }

    #[test]
    fn a_group_belongs_to_its_leader() {
        let process = |pid, group| Process { id: ProcessId { pid, start_ticks: 1 }, group };
        let living = [process(10, 10), process(11, 10), process(12, 12), process(13, 12)];
        let mut known = BTreeSet::from([living[0].id, living[3].id]);
        with_groups(&mut known, &living);
        // 13 is known but leads no group, so that 12 stays a stranger.
        assert_eq!(known, BTreeSet::from([living[0].id, living[1].id, living[3].id]));
    }
}
