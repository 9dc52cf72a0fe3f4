//! Copying a SQLite database while it is in use, and looking at such a copy before it takes the place of one.
//!
//! Postgres has programs of its own for this. What is said to SQLite here is not in the registry of statements: no Postgres
//! could prepare it.

use std::{path::Path, time::Duration};

use prospector_domain::time::UnixMs;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    Store,
    error::{Refusal, StoreError},
    migrate::newest_known_sqlite,
    session::{Connection, fetch_all, fetch_optional},
    statement::{jobs, leases},
};

/// How long somebody who has the file open is waited for.
const LOCK_WAIT: Duration = Duration::from_millis(500);
/// Faults of a file that are told; one is as good as a hundred.
const FAULTS_TOLD_MAX: usize = 3;

/// What a SQLite file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteFile {
    /// Its schema; 0 when it has none of ours.
    pub schema: i64,
    /// The newest schema this program knows.
    pub known_schema: i64,
    /// What is wrong with it; nothing of a sound file.
    pub faults: Vec<String>,
}

/// Somebody who is at work on a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub name: String,
    /// Until when at least, unless it gives back what it has.
    pub until_ms: UnixMs,
}

/// A SQLite file that nobody else can use until this is dropped.
#[derive(Debug)]
pub struct TakenSqlite {
    _held: SqliteConnection,
}

#[derive(sqlx::FromRow)]
struct LeasedRow {
    lease_owner: Option<String>,
    first_lease_until_ms: i64,
}

impl Store {
    /// Writes a copy of a SQLite database to `file`, which must be empty or not there. It holds everything that was committed
    /// when the copying began. Others go on reading and writing meanwhile; their log cannot shrink until it is done. The copy
    /// is not yet safe from a power cut.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] on Postgres or when the path is not UTF-8; otherwise what the database says.
    #[tracing::instrument(name = "db.backup.copy", skip_all)]
    pub async fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        let refused = |why: &str| Refusal::Invalid { field: "file".to_owned(), why: why.to_owned() };
        let path = file.to_str().ok_or_else(|| refused("its path is not UTF-8"))?;
        let mut session = self.db.read().await?;
        let Connection::Sqlite(connection) = session.connection() else {
            return Err(refused("Postgres is copied with pg_dump").into());
        };
        let copied = sqlx::query("VACUUM INTO $1").bind(path).execute(connection).await;
        copied.map(drop).map_err(|error| StoreError::from_sqlx("copy the database", error))
    }

    /// Who is at work on the database: the scheduler that leads, and workers whose jobs run. One that vanished is named until
    /// its lease ends.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.backup.holders", skip_all)]
    pub async fn holders(&self, now: UnixMs, leader_lease: &str) -> Result<Vec<Holder>, StoreError> {
        let mut session = self.db.read().await?;
        let mut holders = Vec::new();
        if let Some(lease) = fetch_optional!(session, leases::GET => crate::leases::LeaseRow; leader_lease)? {
            let name = format!("scheduler {}", lease.owner);
            holders.push(Holder { name, until_ms: UnixMs(lease.until_ms) });
        }
        for row in fetch_all!(session, jobs::LEASED => LeasedRow;)? {
            let name = row.lease_owner.unwrap_or_default();
            holders.push(Holder { name, until_ms: UnixMs(row.first_lease_until_ms) });
        }
        holders.retain(|holder| holder.until_ms > now);
        Ok(holders)
    }
}

impl SqliteFile {
    /// Looks at a file without changing it.
    ///
    /// # Errors
    /// What the database says, also when it is no SQLite file.
    pub async fn look(file: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::from_sqlx("look at the file", error);
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(false).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(failed)?;
        let read = look(&mut connection).await.map_err(failed);
        connection.close().await.map_err(failed)?;
        let (schema, faults) = read?;
        Ok(Self { schema, known_schema: newest_known_sqlite(), faults })
    }
}

async fn look(connection: &mut SqliteConnection) -> sqlx::Result<(i64, Vec<String>)> {
    let integrity = format!("PRAGMA integrity_check({FAULTS_TOLD_MAX})");
    let said: Vec<String> = sqlx::query_scalar(AssertSqlSafe(integrity)).fetch_all(&mut *connection).await?;
    let mut faults: Vec<String> = said.into_iter().filter(|said| said != "ok").collect();
    let orphans: Vec<(String, Option<i64>, String, i64)> =
        sqlx::query_as("PRAGMA foreign_key_check").fetch_all(&mut *connection).await?;
    let orphans = orphans.iter().take(FAULTS_TOLD_MAX);
    faults.extend(orphans.map(|(table, _, parent, _)| format!("a row of {table} has no {parent}")));
    let migrated: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
    )
    .fetch_one(&mut *connection)
    .await?;
    let schema = if migrated == 0 {
        0
    } else {
        sqlx::query_scalar("SELECT COALESCE(max(version), 0) FROM _sqlx_migrations WHERE success")
            .fetch_one(&mut *connection)
            .await?
    };
    Ok((schema, faults))
}

impl TakenSqlite {
    /// Takes a file that nobody has open, and merges its log into it, so that nothing of it lies elsewhere. None when
    /// somebody has it open.
    ///
    /// # Errors
    /// What the database says.
    pub async fn take(file: &Path) -> Result<Option<Self>, StoreError> {
        let options =
            SqliteConnectOptions::new().filename(file).create_if_missing(false).busy_timeout(LOCK_WAIT);
        let failed = |error| StoreError::from_sqlx("take the file", error);
        let mut held = SqliteConnection::connect_with(&options).await.map_err(failed)?;
        let taken = take(&mut held).await.map_err(failed);
        match taken {
            Ok(()) => Ok(Some(Self { _held: held })),
            Err(error) => {
                // Let go of at once, or it would keep others out.
                held.close().await.map_err(failed)?;
                if error.is_collision() { Ok(None) } else { Err(error) }
            }
        }
    }
}

async fn take(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    // Leaving the log behind is refused while anybody else is connected, whatever he does.
    let _: String = sqlx::query_scalar("PRAGMA journal_mode = DELETE").fetch_one(&mut *connection).await?;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut *connection).await.map(drop)
}
