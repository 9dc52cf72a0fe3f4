//! What is kept in the state folder: one file for each process, its key, its log, and a sign of life from us.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::process::ProcessId;
use crate::Secret;

/// Logs of ended processes that are kept, for whoever wants to know why.
const OLD_LOGS_MAX: usize = 20;

/// What is known of a process. Written before it is started, and again when its number is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) node_id: Uuid,
    pub(super) port: u16,
    /// None until it has been started.
    pub(super) leader: Option<ProcessId>,
    /// Whether it has been asked to end.
    pub(super) stopping: bool,
}

/// The state folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(PathBuf);

/// Nobody else changes or reads the folder while this lives, in this process or another. A child that was forked but is
/// not yet its own program holds it too, so that a process is either known or not there yet, never in between.
#[derive(Debug)]
pub(super) struct Locked {
    _file: File,
}

impl Folder {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Waits for the folder to be free, and makes it when it is missing.
    pub(super) fn lock(&self) -> io::Result<Locked> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let file = open_private(&self.0.join("lock"))?;
        file.lock()?;
        Ok(Locked { _file: file })
    }

    pub(super) fn heartbeat_file(&self) -> PathBuf {
        self.0.join("heartbeat")
    }

    pub(super) fn key_file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.key"))
    }

    pub(super) fn log_file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.log"))
    }

    fn record_file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }

    /// Tells the dead-man's switches that someone is there: they watch for this file to change.
    pub(super) fn beat(&self) -> io::Result<()> {
        let before = fs::read_to_string(self.heartbeat_file()).unwrap_or_default();
        let count = before.trim().parse::<u64>().map_or(0, |count| count.wrapping_add(1));
        replace(&self.heartbeat_file(), format!("{count}\n").as_bytes())
    }

    pub(super) fn write_key(&self, name: &str, key: &Secret) -> io::Result<()> {
        replace(&self.key_file(name), key.expose().as_bytes())
    }

    pub(super) fn write(&self, name: &str, record: &Record) -> io::Result<()> {
        replace(&self.record_file(name), &serde_json::to_vec(record).map_err(io::Error::other)?)
    }

    /// None when there is none, or when it cannot be read as one: what is running is not decided by it.
    pub(super) fn read(&self, name: &str) -> Option<Record> {
        serde_json::from_slice(&fs::read(self.record_file(name)).ok()?).ok()
    }

    /// When a record was written first, in Unix milliseconds.
    pub(super) fn created_at_ms(&self, name: &str) -> Option<i64> {
        let key_written = fs::metadata(self.key_file(name)).ok()?.modified().ok()?;
        let since_epoch = key_written.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since_epoch.as_millis()).ok()
    }

    /// The names that have a record.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let name = entry?.file_name();
            names.extend(name.to_str().and_then(|name| name.strip_suffix(".json")).map(str::to_owned));
        }
        Ok(names)
    }

    /// Forgets a process. Its log stays for a while.
    pub(super) fn forget(&self, name: &str) -> io::Result<()> {
        let record = self.record_file(name);
        // The record last: while it is there, the rest will be removed. A file that was cut short may hold the key.
        for file in [self.key_file(name), unfinished(&record), record] {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes the oldest logs of processes that are forgotten.
    pub(super) fn prune_logs(&self) -> io::Result<()> {
        let mut logs = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let path = entry?.path();
            let is_old =
                path.extension().is_some_and(|end| end == "log") && !path.with_extension("json").exists();
            if is_old {
                logs.push((fs::metadata(&path)?.modified()?, path));
            }
        }
        logs.sort();
        let surplus = logs.len().saturating_sub(OLD_LOGS_MAX);
        logs.into_iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
    }

    pub(super) fn open_log(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().append(true).create(true).mode(0o600).open(self.log_file(name))
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Writes a file whole or not at all, whatever happens meanwhile.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = unfinished(path);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

fn unfinished(path: &Path) -> PathBuf {
    path.with_extension("new")
}
