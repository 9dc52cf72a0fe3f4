//! What the relay hints: jobs that are due, in the order in which they should run.

use prospector_domain::{id::JobId, job::JobKind, time::UnixMs};

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
    /// The first `limit` jobs of a kind that could be claimed now, most urgent first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.due", skip_all, fields(kind = %kind))]
    pub async fn due_jobs(&self, now: UnixMs, kind: JobKind, limit: usize) -> Result<Vec<JobId>, StoreError> {
        let mut session = self.db.read().await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = fetch_all!(session, jobs::DUE => IdRow; kind.to_string(), now.0, limit)?;
        rows.iter().map(|row| RowName { table: "jobs", id: &row.id }.parse("id", &row.id)).collect()
    }

    /// When the next job of a kind that is not due yet will be; none when there is none.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.next_due_at", skip_all, fields(kind = %kind))]
    pub async fn next_due_at(&self, now: UnixMs, kind: JobKind) -> Result<Option<UnixMs>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_one!(session, jobs::NEXT_DUE_AT => AtRow; kind.to_string(), now.0)?;
        Ok(row.at_ms.map(UnixMs))
    }
}
