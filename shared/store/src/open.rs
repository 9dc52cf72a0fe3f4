//! Opening the store.

use std::sync::Arc;

use prospector_domain::{source::IdSource, time::UnixMs};

use crate::{
    error::StoreError,
    session::{Db, Pools, fetch_one},
    statement::schema,
    watch::Watcher,
};

/// How the store connects, and the timings that its transactions apply.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Connections at most. For SQLite these are the readers; there is one writer. Range 1 to 200, default 10.
    pub max_connections: u32,
    /// How long to wait for a free connection, in milliseconds. Default 3,000.
    pub acquire_timeout_ms: u64,
    /// A message waits this long for another of its burst, in milliseconds. Default 8,000.
    pub quiet_window_ms: i64,
    /// The first message of a burst waits no longer than this, in milliseconds. Default 30,000.
    pub quiet_window_max_ms: i64,
    /// Attempts of the jobs the pipeline makes. Default 8.
    pub max_attempts: i64,
    /// Whether nothing can be written: for those who only look. A file that is not there is then not made either. Default
    /// false.
    pub read_only: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            max_connections: 10,
            acquire_timeout_ms: 3_000,
            quiet_window_ms: 8_000,
            quiet_window_max_ms: 30_000,
            max_attempts: 8,
            read_only: false,
        }
    }
}

impl StoreOptions {
    /// How long after `now` a message is read whose burst began at `burst_started_at`, in milliseconds.
    ///
    /// With windows of 8 s and 30 s: the first message waits 8 s; one that comes 25 s into the burst waits 5 s.
    pub(crate) fn due_after_ms(&self, now: UnixMs, burst_started_at: UnixMs) -> i64 {
        let left_ms = self.quiet_window_max_ms - now.since(burst_started_at);
        self.quiet_window_ms.min(left_ms).max(0)
    }
}

/// The store. Cheap to share behind an [`Arc`].
pub struct Store {
    pub(crate) db: Db,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) options: StoreOptions,
    pub(crate) documents: crate::documents::Cache,
}

/// Runs of a transaction that keeps colliding with others before its error is passed on.
const COLLISION_RUNS: u32 = 8;

impl Store {
    /// Connects. The schema is neither changed nor checked; see [`Store::migrate`] and [`Store::check_schema`].
    ///
    /// # Errors
    /// [`StoreError::BadUrl`], or [`StoreError::Unavailable`] when nobody answers.
    pub async fn open(url: &str, options: StoreOptions, ids: Arc<dyn IdSource>) -> Result<Self, StoreError> {
        let db = Db::connect(url, &options).await?;
        Ok(Self { db, ids, options, documents: crate::documents::Cache::default() })
    }

    /// Tells `watcher` what is committed from now on.
    #[must_use]
    pub fn watched_by(mut self, watcher: Arc<dyn Watcher>) -> Self {
        self.db.watch(watcher);
        self
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut session = self.db.read().await?;
        fetch_one!(session, schema::PING => (i32,);)?;
        Ok(())
    }

    /// `postgres` or `sqlite`.
    #[must_use]
    pub const fn database(&self) -> &'static str {
        match self.db.pools {
            Pools::Postgres(_) => "postgres",
            Pools::Sqlite { .. } => "sqlite",
        }
    }

    /// Closes every connection; waits for those in use.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Runs a whole transaction again when it collided with another: deadlock, serialization failure, busy file.
    // Not `impl AsyncFn`: whoever spawns the caller could not be shown that its future is `Send`.
    pub(crate) async fn retrying<T, F>(
        &self,
        what: &'static str,
        body: impl Fn() -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        for run in 1..COLLISION_RUNS {
            match body().await {
                Err(error) if error.is_collision() => {
                    tracing::debug!(db.operation = what, run, %error, "transaction collided; running it again");
                }
                settled => return settled,
            }
        }
        body().await
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("database", &self.database()).finish_non_exhaustive()
    }
}
