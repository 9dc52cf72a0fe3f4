//! `[database]`: where the truth is kept.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{error::Problems, redacted_url::RedactedUrl};

const FILE_NAME: &str = "prospector.db";

/// Which database holds the truth, and how many connections are kept to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DatabaseSettings {
    /// `postgres://user:password@host/name`, or `sqlite:path/to/file.db`. Default: `prospector.db` in the data folder.
    #[schemars(with = "String")]
    pub url: RedactedUrl,
    /// Most connections to Postgres, per process. Range 2 to 500, default 16.
    pub max_connections: u32,
    /// Reading connections to SQLite beside its one writer. Range 1 to 64, default 4.
    pub sqlite_readers: u32,
    /// Longest wait for a free connection before the database counts as away, in milliseconds.
    /// Range 100 to 60,000, default 5,000.
    pub acquire_timeout_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawDatabase {
    url: Option<RedactedUrl>,
    max_connections: u32,
    sqlite_readers: u32,
    acquire_timeout_ms: u64,
}

impl Default for RawDatabase {
    fn default() -> Self {
        Self { url: None, max_connections: 16, sqlite_readers: 4, acquire_timeout_ms: 5_000 }
    }
}

impl RawDatabase {
    pub(super) fn resolve(self, data_dir: &Path, problems: &mut Problems<'_>) -> DatabaseSettings {
        let url = self
            .url
            .unwrap_or_else(|| RedactedUrl::new(format!("sqlite:{}", data_dir.join(FILE_NAME).display())));
        if !matches!(url.scheme().as_str(), "postgres" | "postgresql" | "sqlite") {
            problems.add(
                "database.url",
                format!("{url} is neither Postgres nor SQLite"),
                "write postgres://user:password@host/name or sqlite:path/to/file.db",
            );
        }
        problems.range("database.max_connections", self.max_connections, &(2..=500));
        problems.range("database.sqlite_readers", self.sqlite_readers, &(1..=64));
        problems.range("database.acquire_timeout_ms", self.acquire_timeout_ms, &(100..=60_000));
        DatabaseSettings {
            url,
            max_connections: self.max_connections,
            sqlite_readers: self.sqlite_readers,
            acquire_timeout_ms: self.acquire_timeout_ms,
        }
    }
}
