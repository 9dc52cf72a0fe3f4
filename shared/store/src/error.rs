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
    /// Somebody else leads by now: whatever this one decides no longer counts.
    #[error("lease {lease} is no longer held under epoch {epoch}")]
    NoLongerLeader {
        /// The lease.
        lease: String,
        /// The epoch it was held under.
        epoch: i64,
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
                match error.code().as_deref().map_or(Fault::Other, Fault::of) {
                    Fault::Collision => Self::Collision(source),
                    Fault::Unavailable => Self::Unavailable(source),
                    Fault::Other => Self::Database { what, source },
                }
            }
            _ => Self::Database { what, source },
        }
    }
}

/// What an error code of either database asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Collision,
    Unavailable,
    Other,
}

impl Fault {
    /// Postgres has five characters; SQLite has a number whose lowest byte says what kind of error it is.
    fn of(code: &str) -> Self {
        if code.len() == 5 {
            return match code {
                // Serialization failure, and deadlock.
                "40001" | "40P01" => Self::Collision,
                // The session was ended because its transaction lay idle: this process was frozen.
                "25P03" => Self::Unavailable,
                // Shutting down or starting up; connection exceptions; out of disk, memory or connections.
                _ if code.starts_with("57P") || code.starts_with("08") || code.starts_with("53") => {
                    Self::Unavailable
                }
                _ => Self::Other,
            };
        }
        match code.parse::<u32>().map(|code| code & 0xff) {
            // Busy: another process writes.
            Ok(5) => Self::Collision,
            // The disk fails, is full, or the file cannot be opened.
            Ok(10 | 13 | 14) => Self::Unavailable,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_say_what_to_do() {
        for code in ["40001", "40P01", "5", "261", "517"] {
            assert_eq!(Fault::of(code), Fault::Collision, "{code}");
        }
        for code in ["25P03", "57P01", "57P03", "08006", "53100", "53300", "10", "266", "13", "14"] {
            assert_eq!(Fault::of(code), Fault::Unavailable, "{code}");
        }
        for code in ["57014", "23503", "42P01", "1", "19", "787", ""] {
            assert_eq!(Fault::of(code), Fault::Other, "{code}");
        }
    }
}
