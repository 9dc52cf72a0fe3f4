//! Bringing a database to the schema this program knows, and refusing one that it does not.

use sqlx::{
    Connection as _,
    migrate::{Migrate, MigrateError, Migrator},
    postgres::PgConnection,
};

use crate::{
    Store,
    error::StoreError,
    session::{Link, Pools, fetch_one},
    statement::schema,
};

static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");
static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");

#[derive(sqlx::FromRow)]
struct MigratedRow {
    migrated: i64,
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    version: i64,
}

#[derive(sqlx::FromRow)]
struct ContractedRow {
    contracted: i64,
}

impl Store {
    /// Applies the migrations the database lacks. Several programs may do so at once: one works, the others wait and
    /// find nothing left to do.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] when a newer program migrated the database and took something away: then nothing was
    /// changed. Otherwise what the database says; a migration that fails leaves nothing of itself behind.
    #[tracing::instrument(name = "db.schema.migrate", skip_all)]
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self.apply().await {
            // A newer program was here. There is nothing to apply, and what it added harms nobody.
            Err(StoreError::NewerSchema { .. }) => self.check_schema().await,
            applied => applied,
        }
    }

    async fn apply(&self) -> Result<(), StoreError> {
        match &self.db.pools {
            Pools::Postgres(pool) => {
                // A connection of its own: a migration may take longer than the pool lets a statement run.
                let options = (*pool.connect_options()).clone().options([("statement_timeout", "0")]);
                let failed = |error| StoreError::from_sqlx("connect to migrate", error);
                let mut connection = PgConnection::connect_with(&options).await.map_err(failed)?;
                let migrated = run(&POSTGRES, &mut connection).await;
                // Also gives back the lock that sqlx holds while it migrates, when migrating failed.
                connection.close().await.map_err(failed)?;
                migrated
            }
            Pools::Sqlite { .. } => {
                // sqlx takes no lock on SQLite, so that two processes would both apply the first migration. The
                // transaction holds the write lock from its first moment; sqlx's own become savepoints of it.
                let mut tx = self.db.begin().await?;
                let Link::SqliteTx(connection) = &mut tx.link else { return tx.commit().await };
                run(&SQLITE, &mut **connection).await?;
                tx.commit().await
            }
        }
    }

    /// Checks that this program can work on the schema of the database: the one it knows, or a newer one that only adds to
    /// it. So the programs of the last release go on, and start again, beside a database that the next release has
    /// migrated already. A migration that takes something away has a name that begins with `contract`, and comes a
    /// release later.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`], [`StoreError::OlderSchema`], or what the database says.
    #[tracing::instrument(name = "db.schema.check", skip_all)]
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        let known = self.newest_known();
        let found = self.schema_version().await?;
        match found.cmp(&known) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => {
                let mut session = self.db.read().await?;
                let taken_away = fetch_one!(session, schema::CONTRACTED => ContractedRow; known)?.contracted;
                if taken_away > 0 {
                    return Err(StoreError::NewerSchema { found, known });
                }
                tracing::info!(
                    schema.found = found,
                    schema.known = known,
                    "the schema is newer, and only adds"
                );
                Ok(())
            }
            std::cmp::Ordering::Less => Err(StoreError::OlderSchema { found, needed: known }),
        }
    }

    /// The newest migration the database has; 0 when it has none.
    async fn schema_version(&self) -> Result<i64, StoreError> {
        let mut session = self.db.read().await?;
        if fetch_one!(session, schema::MIGRATED => MigratedRow;)?.migrated == 0 {
            return Ok(0);
        }
        Ok(fetch_one!(session, schema::APPLIED => VersionRow;)?.version)
    }

    fn newest_known(&self) -> i64 {
        newest(match self.db.pools {
            Pools::Postgres(_) => &POSTGRES,
            Pools::Sqlite { .. } => &SQLITE,
        })
    }
}

/// The newest schema of SQLite that this program knows.
pub(crate) fn newest_known_sqlite() -> i64 {
    newest(&SQLITE)
}

async fn run(migrator: &Migrator, connection: &mut impl Migrate) -> Result<(), StoreError> {
    migrator.run_direct(None, connection, false).await.map_err(|error| match error {
        // Migrations are never taken away, so that one this program does not have is one it does not have yet.
        MigrateError::VersionMissing(found) => StoreError::NewerSchema { found, known: newest(migrator) },
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            StoreError::from_sqlx("migrate", source)
        }
        other => StoreError::from_sqlx("migrate", other.into()),
    })
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_folders_are_in_lockstep() {
        let names = |migrator: &Migrator| -> Vec<_> {
            migrator.iter().map(|migration| (migration.version, migration.description.to_string())).collect()
        };
        assert_eq!(names(&POSTGRES), names(&SQLITE));
        assert!(newest(&POSTGRES) > 0);
    }
}
