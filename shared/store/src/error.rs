//! What can go wrong in the store, as a caller may act on it.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or is shutting down. Wait and try again.
    #[error("database is unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// Two transactions met; the whole operation may simply be run again.
    #[error("transaction collided with another: {0}")]
    Collision(#[source] sqlx::Error),
    /// A unique key is taken already.
    #[error("{constraint} is taken already")]
    Taken {
        /// The index or constraint that refused.
        constraint: String,
    },
    /// The database was written by a newer program.
    #[error(
        "database schema {found} is newer than this program, which knows up to {known}: run a newer prospector"
    )]
    NewerSchema {
        /// Version found in the database.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// The database has not been migrated to what this program needs.
    #[error("database schema is at {found}, this program needs {needed}: run `prospector migrate`")]
    OlderSchema {
        /// Version found in the database.
        found: i64,
        /// Version this program needs.
        needed: i64,
    },
    /// A row breaks our own rules.
    #[error("row {id} of table {table} has a bad {column}: {why}")]
    BadRow {
        /// Its table.
        table: &'static str,
        /// The offending column.
        column: &'static str,
        /// The row's key.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// The database URL cannot be used.
    #[error("database.url {0}")]
    BadUrl(String),
    /// The request makes no sense in the state it met; nothing was changed.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Anything else the database said.
    #[error("database refused {what}: {source}")]
    Database {
        /// The operation.
        what: &'static str,
        /// The database's own words.
        #[source]
        source: sqlx::Error,
    },
}

/// Why a well-formed request was turned down. Each has a stable code for programs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing with that id.
    #[error("no {what} with id {id}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// The id asked for.
        id: String,
    },
    /// The state does not allow it.
    #[error("{what} is {state}: {why}")]
    WrongState {
        /// The kind of thing.
        what: &'static str,
        /// Its state.
        state: String,
        /// What would be needed.
        why: String,
    },
    /// The same identity came with other content.
    #[error("{what} {id} was used before with other content")]
    Reused {
        /// The kind of identity.
        what: &'static str,
        /// The identity.
        id: String,
    },
    /// A document that everything rests on was never published.
    #[error("nothing was published yet as {what}: publish it first")]
    NothingPublished {
        /// The kind of document.
        what: &'static str,
    },
    /// The content was turned down.
    #[error("{field} is not acceptable: {why}")]
    Invalid {
        /// The offending field.
        field: String,
        /// What is wrong with it.
        why: String,
    },
}

impl StoreError {
    /// True when waiting and trying again may help.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// True when the whole operation may be run again at once.
    #[must_use]
    pub(crate) const fn is_collision(&self) -> bool {
        matches!(self, Self::Collision(_))
    }

    pub(crate) fn from_sqlx(what: &'static str, source: sqlx::Error) -> Self {
        match &source {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => Self::Unavailable(source),
            sqlx::Error::Database(error) => {
                if error.is_unique_violation() {
                    let constraint =
                        error.constraint().map_or_else(|| error.message().to_owned(), str::to_owned);
                    return Self::Taken { constraint };
                }
                match error.code().as_deref() {
                    // Serialization failure and deadlock (Postgres); busy, and busy with a stale snapshot (SQLite).
                    Some("40001" | "40P01" | "5" | "517") => Self::Collision(source),
                    // Postgres shutting down, starting up, out of connections; connection exceptions.
                    Some(code)
                        if code.starts_with("57P") || code.starts_with("08") || code.starts_with("53") =>
                    {
                        Self::Unavailable(source)
                    }
                    _ => Self::Database { what, source },
                }
            }
            _ => Self::Database { what, source },
        }
    }
}
