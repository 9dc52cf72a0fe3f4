//! New jobs.

use prospector_domain::{
    id::{CandidateId, JobId, ThreadId},
    job::{DEFAULT_PRIORITY, JobKind},
    time::UnixMs,
};
use serde::Serialize;

use crate::{
    Store,
    error::StoreError,
    row::to_json,
    session::{Session, execute},
    statement::jobs,
};

/// A job to be written.
#[derive(Debug, Clone, Serialize)]
pub struct NewJob {
    /// Its key.
    pub id: JobId,
    /// What it does.
    pub kind: JobKind,
    /// The thread in whose order it runs.
    pub thread_id: Option<ThreadId>,
    /// The candidate it moves forward.
    pub candidate_id: Option<CandidateId>,
    /// Lower runs first, 0 to 9.
    pub priority: i64,
    /// Not before this moment.
    pub run_at_ms: UnixMs,
    /// After this many attempts a retryable failure is final.
    pub max_attempts: i64,
    /// Input, as JSON text.
    #[serde(serialize_with = "as_text")]
    pub payload: serde_json::Value,
    /// Sink to be told when it has finished.
    pub callback: Option<String>,
    /// Who asked for it.
    pub created_by: Option<String>,
    /// W3C trace context of the request that caused it.
    pub traceparent: Option<String>,
    /// When it was asked for.
    pub created_at_ms: UnixMs,
}

fn as_text<S: serde::Serializer>(value: &serde_json::Value, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl NewJob {
    /// A single job, due at once, that belongs to no thread.
    #[must_use]
    pub const fn single(id: JobId, kind: JobKind, max_attempts: i64, now: UnixMs) -> Self {
        Self {
            id,
            kind,
            thread_id: None,
            candidate_id: None,
            priority: DEFAULT_PRIORITY,
            run_at_ms: now,
            max_attempts,
            payload: serde_json::Value::Null,
            callback: None,
            created_by: None,
            traceparent: None,
            created_at_ms: now,
        }
    }
}

/// Most rows one statement inserts: keeps its JSON argument near a megabyte.
const INSERT_CHUNK: usize = 2_000;

impl Store {
    /// Writes jobs in one transaction: all of them or none.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when an id exists already; otherwise what the database says.
    #[tracing::instrument(name = "db.jobs.insert", skip_all, fields(jobs = jobs.len()))]
    pub async fn insert_jobs(&self, jobs: &[NewJob]) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        insert_jobs(&mut tx, jobs).await?;
        tx.commit().await
    }
}

pub(crate) async fn insert_jobs(tx: &mut Session, rows: &[NewJob]) -> Result<(), StoreError> {
    for chunk in rows.chunks(INSERT_CHUNK) {
        execute!(tx, jobs::INSERT; to_json(&chunk))?;
    }
    Ok(())
}
