//! What the relay hints: jobs that are due, in the order in which they should run.

use prospector_domain::{engine::EngineId, id::JobId, job::JobKind, time::UnixMs};

use crate::{
    Store,
    error::StoreError,
    row::RowName,
    session::{fetch_all, fetch_one},
    statement::jobs,
};

#[derive(sqlx::FromRow)]
struct IdRow {
    id: String,
}

#[derive(sqlx::FromRow)]
struct AtRow {
    at_ms: Option<i64>,
}

impl Store {
    /// The first `limit` jobs of a kind that could be claimed now, most urgent first. Those that wait for
    /// `closed_engine` are left out: none of its machines is ready.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.due", skip_all, fields(kind = %kind))]
    pub async fn due_jobs(
        &self,
        now: UnixMs,
        kind: JobKind,
        closed_engine: Option<&EngineId>,
        limit: usize,
    ) -> Result<Vec<JobId>, StoreError> {
        let mut session = self.db.read().await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows =
            fetch_all!(session, jobs::DUE => IdRow; kind.to_string(), now.0, limit, closed(closed_engine))?;
        rows.iter().map(|row| RowName { table: "jobs", id: &row.id }.parse("id", &row.id)).collect()
    }

    /// When the next job of a kind that is not due yet will be; none when there is none. Those that wait for
    /// `closed_engine` do not count.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.next_due_at", skip_all, fields(kind = %kind))]
    pub async fn next_due_at(
        &self,
        now: UnixMs,
        kind: JobKind,
        closed_engine: Option<&EngineId>,
    ) -> Result<Option<UnixMs>, StoreError> {
        let mut session = self.db.read().await?;
        let row =
            fetch_one!(session, jobs::NEXT_DUE_AT => AtRow; kind.to_string(), now.0, closed(closed_engine))?;
        Ok(row.at_ms.map(UnixMs))
    }
}

/// No engine has the empty text as its id, so that it closes nothing.
fn closed(engine: Option<&EngineId>) -> String {
    engine.map_or_else(String::new, EngineId::to_string)
}
