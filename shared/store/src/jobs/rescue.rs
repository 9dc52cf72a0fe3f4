//! Jobs whose worker vanished: put back, or given up.

use prospector_domain::{
    event::EventKind,
    id::JobId,
    job::{AttemptError, ErrorClass, Job, JobKind},
    time::UnixMs,
};
use serde_json::json;

use super::{
    row::JobRow,
    settle::{Failure, Outcome},
};
use crate::{
    Store,
    error::StoreError,
    event_log::{About, record},
    pipeline::{Hint, lock_thread},
    session::{fetch_all, fetch_optional},
    statement::jobs,
};

/// What became of a job whose lease ran out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// The job.
    pub job_id: JobId,
    /// Its kind.
    pub kind: JobKind,
    /// True when that was its last attempt: it is dead, and its candidate held.
    pub dead: bool,
    /// Jobs that may run because of it, itself among them unless it is dead.
    pub hints: Vec<Hint>,
}

impl Store {
    /// Takes jobs whose lease ran out before `now` away from their workers, at most `limit` of them, each in a
    /// transaction of its own. The attempt counts. Whatever the old worker still reports is discarded: its claim is
    /// gone.
    ///
    /// # Errors
    /// What the database says when it is away. A job that cannot be rescued is logged, and the others are.
    #[tracing::instrument(name = "db.jobs.rescue", skip_all)]
    pub async fn rescue_expired(&self, now: UnixMs, limit: i64) -> Result<Vec<Rescued>, StoreError> {
        let expired = {
            let mut session = self.db.read().await?;
            fetch_all!(session, jobs::EXPIRED => JobRow; now.0, limit)?
        };
        let mut rescued = Vec::with_capacity(expired.len());
        for row in expired {
            let settled = match row.into_job() {
                Ok(job) => self.retrying("db.jobs.rescue", || async { self.rescue(now, &job).await }).await,
                Err(error) => Err(error),
            };
            match settled {
                Ok(one) => rescued.extend(one),
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => tracing::error!(%error, "a job whose lease ran out could not be rescued"),
            }
        }
        Ok(rescued)
    }

    async fn rescue(&self, now: UnixMs, listed: &Job) -> Result<Option<Rescued>, StoreError> {
        let mut tx = self.db.begin().await?;
        let thread = match listed.thread_id {
            Some(id) => Some(lock_thread(&mut tx, id).await?),
            None => None,
        };
        let held = fetch_optional!(tx, jobs::HELD => JobRow; listed.id.to_string(), listed.fence)?;
        let Some(job) = held.map(JobRow::into_job).transpose()? else { return Ok(None) };
        // Its worker may have come back and renewed the lease after the list was read.
        if job.lease_until_ms.is_none_or(|until| until >= now) {
            return Ok(None);
        }
        let outcome = lease_lost(now, &job);
        let dead = matches!(outcome, Outcome::Dead(_));
        let about = About { thread: job.thread_id, candidate: job.candidate_id, job: Some(job.id) };
        let data = json!({ "kind": job.kind, "attempt": job.attempt, "dead": dead });
        record(&mut tx, now, EventKind::JobRescued, about, &data).await?;
        let mut hints = self.settle(&mut tx, now, thread, &job, &outcome, &[]).await?;
        tx.commit().await?;
        if !dead && !hints.iter().any(|hint| hint.job_id == job.id) {
            hints.push(Hint { kind: job.kind, job_id: job.id, run_at_ms: now });
        }
        Ok(Some(Rescued { job_id: job.id, kind: job.kind, dead, hints }))
    }
}

/// The lease was the wait already, so that the next attempt comes at once.
fn lease_lost(now: UnixMs, job: &Job) -> Outcome {
    let owner = job.lease_owner.as_deref().unwrap_or("somebody");
    let error = AttemptError {
        at_ms: now,
        attempt: job.attempt,
        class: ErrorClass::LeaseLost,
        chain: vec![format!("worker {owner} vanished, or could not renew its lease")],
    };
    if job.attempt >= job.max_attempts {
        Outcome::Dead(error)
    } else {
        Outcome::Retry(Failure { error, delay_ms: 0, costs_attempt: true })
    }
}
