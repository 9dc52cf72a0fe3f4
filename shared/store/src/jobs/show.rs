//! Looking at jobs.

use prospector_domain::{
    id::{JobId, ThreadId},
    job::{Job, JobKind, JobState},
    time::UnixMs,
};

use super::row::{JobRow, into_jobs};
use crate::{
    Store,
    error::StoreError,
    row::RowName,
    session::{fetch_all, fetch_one, fetch_optional},
    statement::jobs,
};

/// Which jobs to list.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Only this kind.
    pub kind: Option<JobKind>,
    /// Only this state.
    pub state: Option<JobState>,
    /// Only this thread.
    pub thread_id: Option<ThreadId>,
    /// Only jobs older than this one: the cursor.
    pub before: Option<JobId>,
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueDepth {
    /// The kind.
    pub kind: JobKind,
    /// The state.
    pub state: JobState,
    /// How many.
    pub jobs: i64,
    /// Since when the oldest of them could have run.
    pub oldest_run_at_ms: UnixMs,
    /// How many of them wait for a machine.
    pub parked: i64,
    /// Since when the oldest of those could have run, but for the machine.
    pub oldest_parked_run_at_ms: Option<UnixMs>,
    /// The same of those that do not.
    pub oldest_other_run_at_ms: Option<UnixMs>,
}

#[derive(sqlx::FromRow)]
struct DepthRow {
    kind: String,
    state: String,
    jobs: i64,
    oldest_run_at_ms: i64,
    parked: i64,
    oldest_parked_run_at_ms: Option<i64>,
    oldest_other_run_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    jobs: i64,
}

impl Store {
    /// One job, whatever its state.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.get", skip_all)]
    pub async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let mut session = self.db.read().await?;
        fetch_optional!(session, jobs::GET => JobRow; id.to_string())?.map(JobRow::into_job).transpose()
    }

    /// Jobs, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.list", skip_all)]
    pub async fn jobs(&self, filter: &JobFilter, limit: i64) -> Result<Vec<Job>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, jobs::LIST => JobRow;
            filter.kind.map(|kind| kind.to_string()),
            filter.state.map(|state| state.to_string()),
            filter.thread_id.map(|id| id.to_string()),
            filter.before.map(|id| id.to_string()),
            limit)?;
        into_jobs(rows)
    }

    /// How deep each queue is. States without a job are left out.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.depth", skip_all)]
    pub async fn queue_depths(&self) -> Result<Vec<QueueDepth>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, jobs::DEPTH => DepthRow;)?;
        rows.iter()
            .map(|row| {
                let name = RowName { table: "jobs", id: "(depth)" };
                Ok(QueueDepth {
                    kind: name.parse("kind", &row.kind)?,
                    state: name.parse("state", &row.state)?,
                    jobs: row.jobs,
                    oldest_run_at_ms: UnixMs(row.oldest_run_at_ms),
                    parked: row.parked,
                    oldest_parked_run_at_ms: row.oldest_parked_run_at_ms.map(UnixMs),
                    oldest_other_run_at_ms: row.oldest_other_run_at_ms.map(UnixMs),
                })
            })
            .collect()
    }

    /// How many jobs of a kind have not finished.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.left_over", skip_all)]
    pub async fn unfinished_jobs(&self, kind: JobKind) -> Result<i64, StoreError> {
        let mut session = self.db.read().await?;
        Ok(fetch_one!(session, jobs::LEFT_OVER => CountRow; kind.to_string())?.jobs)
    }
}
