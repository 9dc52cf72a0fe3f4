//! Connections to the two databases, and the macros that compile one body for both.
//!
//! A [`Session`] is one connection, inside a transaction or not. Reads and writes are ordinary functions over
//! `&mut Session`; only the execution of a single statement branches by database, inside the macros below.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    },
};

use crate::{
    error::StoreError,
    open::StoreOptions,
    watch::{CandidateMove, Watcher},
};

/// A statement that runs longer than this is broken off, in milliseconds: no transaction of ours is long.
const STATEMENT_TIMEOUT_MS: u64 = 30_000;
/// A transaction in which nothing happens for so long is undone, in milliseconds. None of ours waits for anything but the
/// database: it belongs to a process that is frozen, and the rows it locked are needed by others.
const IDLE_TRANSACTION_TIMEOUT_MS: u64 = 10_000;
/// How long a SQLite connection waits for another process's lock, in milliseconds.
const SQLITE_BUSY_TIMEOUT_MS: u64 = 10_000;

pub(crate) struct Db {
    pub(crate) pools: Pools,
    /// Told what was committed.
    watcher: Option<Arc<dyn Watcher>>,
}

pub(crate) enum Pools {
    Postgres(PgPool),
    Sqlite { writer: SqlitePool, readers: SqlitePool },
}

impl Db {
    pub(crate) async fn connect(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        Ok(Self { pools: Pools::connect(url, options).await?, watcher: None })
    }

    pub(crate) fn watch(&mut self, watcher: Arc<dyn Watcher>) {
        self.watcher = Some(watcher);
    }

    /// A connection for single reads.
    pub(crate) async fn read(&self) -> Result<Session, StoreError> {
        Ok(Session { link: self.pools.read().await?, moves: Vec::new(), watcher: None })
    }

    /// A transaction that may write. Dropping it without [`Session::commit`] undoes it.
    pub(crate) async fn begin(&self) -> Result<Session, StoreError> {
        Ok(Session { link: self.pools.begin().await?, moves: Vec::new(), watcher: self.watcher.clone() })
    }

    pub(crate) async fn close(&self) {
        self.pools.close().await;
    }
}

impl Pools {
    async fn connect(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        let acquire_timeout = Duration::from_millis(options.acquire_timeout_ms);
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let connect = PgConnectOptions::from_str(url)
                .map_err(|_| StoreError::BadUrl("is not a valid postgres:// URL".to_owned()))?
                .application_name("prospector")
                .options([
                    ("statement_timeout", STATEMENT_TIMEOUT_MS.to_string()),
                    ("idle_in_transaction_session_timeout", IDLE_TRANSACTION_TIMEOUT_MS.to_string()),
                    ("default_transaction_read_only", options.read_only.to_string()),
                ]);
            let pool = PgPoolOptions::new()
                .max_connections(options.max_connections)
                .acquire_timeout(acquire_timeout)
                .connect_with(connect)
                .await
                .map_err(|error| StoreError::from_sqlx("connect", error))?;
            return Ok(Self::Postgres(pool));
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            let why = "must start with postgres:// or sqlite:, for example sqlite:./data/prospector.db";
            return Err(StoreError::BadUrl(why.to_owned()));
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') || path.contains('?') {
            // Readers and the writer are connections of their own: a database in memory would be another for each.
            let why =
                "must name a file after sqlite:, without parameters, for example sqlite:./data/prospector.db";
            return Err(StoreError::BadUrl(why.to_owned()));
        }
        Self::open_sqlite(Path::new(path), options).await
    }

    async fn open_sqlite(path: &Path, options: &StoreOptions) -> Result<Self, StoreError> {
        let read_only = options.read_only;
        if let Some(folder) = path.parent().filter(|folder| !read_only && !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| StoreError::BadUrl(format!("names {}: {error}", folder.display())))?;
        }
        // FULL, not NORMAL: an accepted message must survive a power cut, not only a crash of the process.
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(!read_only)
            .read_only(read_only)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_millis(SQLITE_BUSY_TIMEOUT_MS));
        // Whoever only looks takes the file as it is: one that was just restored has no log yet.
        let connect = if read_only { connect } else { connect.journal_mode(SqliteJournalMode::Wal) };
        // The writer has no acquire time-out of its own to speak of: waiting in line is how writes are ordered.
        let line = SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_secs(30));
        let writer =
            line.connect_with(connect.clone()).await.map_err(|error| StoreError::from_sqlx("open", error))?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(connect.read_only(true))
            .await
            .map_err(|error| StoreError::from_sqlx("open", error))?;
        Ok(Self::Sqlite { writer, readers })
    }

    async fn read(&self) -> Result<Link, StoreError> {
        let failed = |error| StoreError::from_sqlx("acquire a connection", error);
        Ok(match self {
            Self::Postgres(pool) => Link::Postgres(pool.acquire().await.map_err(failed)?),
            Self::Sqlite { readers, .. } => Link::Sqlite(readers.acquire().await.map_err(failed)?),
        })
    }

    async fn begin(&self) -> Result<Link, StoreError> {
        let failed = |error| StoreError::from_sqlx("begin", error);
        Ok(match self {
            Self::Postgres(pool) => Link::PostgresTx(pool.begin().await.map_err(failed)?),
            // A plain BEGIN takes the write lock at the first write and then fails at once when it is taken.
            Self::Sqlite { writer, .. } => {
                Link::SqliteTx(writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?)
            }
        })
    }

    async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

/// One connection, inside a transaction or not.
pub(crate) struct Session {
    pub(crate) link: Link,
    /// Candidates that this transaction has moved.
    moves: Vec<CandidateMove>,
    watcher: Option<Arc<dyn Watcher>>,
}

pub(crate) enum Link {
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(Transaction<'static, Sqlite>),
}

pub(crate) enum Connection<'a> {
    Postgres(&'a mut PgConnection),
    Sqlite(&'a mut SqliteConnection),
}

impl Session {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match &mut self.link {
            Link::Postgres(held) => Connection::Postgres(held),
            Link::PostgresTx(tx) => Connection::Postgres(tx),
            Link::Sqlite(held) => Connection::Sqlite(held),
            Link::SqliteTx(tx) => Connection::Sqlite(tx),
        }
    }

    /// Notes that a candidate moves, to be told when that is durable.
    pub(crate) fn note(&mut self, moved: CandidateMove) {
        self.moves.push(moved);
    }

    /// Makes the transaction's writes durable. Nothing to do outside one.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.link.commit().await?;
        if let Some(watcher) = &self.watcher {
            self.moves.iter().for_each(|moved| watcher.candidate_moved(moved));
        }
        Ok(())
    }
}

impl Link {
    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::PostgresTx(tx) => tx.commit().await.map_err(|error| StoreError::from_sqlx("commit", error)),
            Self::SqliteTx(tx) => tx.commit().await.map_err(|error| StoreError::from_sqlx("commit", error)),
            Self::Postgres(_) | Self::Sqlite(_) => Ok(()),
        }
    }
}

/// Runs a statement and returns how many rows it touched: `execute!(session, STATEMENT; bind, …)`.
macro_rules! execute {
    ($session:expr, $statement:expr; $($bind:expr),* $(,)?) => {{
        let statement: crate::statement::Statement = $statement;
        match $session.connection() {
            crate::session::Connection::Postgres(connection) => sqlx::query(statement.postgres)
                $(.bind($bind))*
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
            crate::session::Connection::Sqlite(connection) => sqlx::query(statement.sqlite)
                $(.bind($bind))*
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
        }
        .map_err(|error| crate::error::StoreError::from_sqlx(statement.name, error))
    }};
}

/// Runs a query and returns all rows: `fetch_all!(session, STATEMENT => RowType; bind, …)`.
macro_rules! fetch_all {
    ($session:expr, $statement:expr => $row:ty; $($bind:expr),* $(,)?) => {
        crate::session::fetch!(fetch_all, $session, $statement => $row; $($bind),*)
    };
}

/// Runs a query and returns at most one row: `fetch_optional!(session, STATEMENT => RowType; bind, …)`.
macro_rules! fetch_optional {
    ($session:expr, $statement:expr => $row:ty; $($bind:expr),* $(,)?) => {
        crate::session::fetch!(fetch_optional, $session, $statement => $row; $($bind),*)
    };
}

/// Runs a query that always has a row: `fetch_one!(session, STATEMENT => RowType; bind, …)`.
macro_rules! fetch_one {
    ($session:expr, $statement:expr => $row:ty; $($bind:expr),* $(,)?) => {
        crate::session::fetch!(fetch_one, $session, $statement => $row; $($bind),*)
    };
}

macro_rules! fetch {
    ($how:ident, $session:expr, $statement:expr => $row:ty; $($bind:expr),*) => {{
        let statement: crate::statement::Statement = $statement;
        match $session.connection() {
            crate::session::Connection::Postgres(connection) => {
                sqlx::query_as::<_, $row>(statement.postgres)$(.bind($bind))*.$how(connection).await
            }
            crate::session::Connection::Sqlite(connection) => {
                sqlx::query_as::<_, $row>(statement.sqlite)$(.bind($bind))*.$how(connection).await
            }
        }
        .map_err(|error| crate::error::StoreError::from_sqlx(statement.name, error))
    }};
}

pub(crate) use {execute, fetch, fetch_all, fetch_one, fetch_optional};
