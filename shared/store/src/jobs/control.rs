//! What an operator does to jobs: call one off, replay one, pause and resume a kind.

use prospector_domain::{
    candidate::CandidateEvent,
    event::EventKind,
    hold::HoldReason,
    id::{CandidateId, JobId, ThreadId},
    job::{Job, JobKind, JobState},
    time::UnixMs,
};
use serde_json::json;

use super::{row::JobRow, settle::next_of_thread};
use crate::{
    Store,
    error::{Refusal, StoreError},
    event_log::{About, record},
    pipeline::{Hint, Scene, load_candidate, lock_thread},
    row::RowName,
    session::{Session, execute, fetch_all, fetch_optional},
    statement::jobs,
};

/// A job that was called off or replayed.
#[derive(Debug, Clone, PartialEq)]
pub struct JobTurn {
    /// The job as it is now.
    pub job: Job,
    /// Jobs that may run because of it.
    pub hints: Vec<Hint>,
}

#[derive(sqlx::FromRow)]
struct KindRow {
    kind: String,
}

impl Store {
    /// Calls a single job off that has not finished. A worker that is at it loses its claim; the sink the job reports
    /// to is told.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::WrongState`] when it has finished, or belongs to a candidate: that one would
    /// be left without anything that moves it, so that rejecting the candidate is the way to call its work off.
    #[tracing::instrument(name = "db.jobs.cancel", skip_all)]
    pub async fn cancel_job(&self, now: UnixMs, id: JobId, by: &str) -> Result<JobTurn, StoreError> {
        self.retrying("db.jobs.cancel", || async {
            let mut tx = self.db.begin().await?;
            let job = load_job(&mut tx, id).await?;
            if let Some(candidate) = job.candidate_id {
                return Err(wrong_state(
                    &job,
                    &format!("it moves candidate {candidate}: reject that instead"),
                ));
            }
            if execute!(tx, jobs::CANCEL; id.to_string(), now.0)? == 0 {
                return Err(wrong_state(&job, "only a job that is queued or running can be cancelled"));
            }
            let mut hints: Vec<Hint> = self.enqueue_callback(&mut tx, now, &job).await?.into_iter().collect();
            hints.extend(next_of_thread(&mut tx, &job).await?);
            record(&mut tx, now, EventKind::JobCancelled, About::job(id), &json!({ "by": by })).await?;
            let job = load_job(&mut tx, id).await?;
            tx.commit().await?;
            Ok(JobTurn { job, hints })
        })
        .await
    }

    /// Runs a job again that is dead or was cancelled, with all its attempts. A dead job of a candidate is replayed by
    /// letting its candidate go on, which is then read and drafted anew.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::WrongState`] when there is nothing to replay.
    #[tracing::instrument(name = "db.jobs.replay", skip_all)]
    pub async fn replay_job(&self, now: UnixMs, id: JobId, by: &str) -> Result<JobTurn, StoreError> {
        self.retrying("db.jobs.replay", || async {
            let mut tx = self.db.begin().await?;
            let job = load_job(&mut tx, id).await?;
            if !matches!(job.state, JobState::Dead | JobState::Cancelled) {
                return Err(wrong_state(&job, "only a job that is dead or cancelled can be replayed"));
            }
            let hints = match (job.thread_id, job.candidate_id) {
                (Some(thread), Some(candidate)) => {
                    self.replay_candidate(&mut tx, now, &job, thread, candidate, by).await?
                }
                _ => {
                    if execute!(tx, jobs::REPLAY; id.to_string(), now.0)? == 0 {
                        return Err(wrong_state(&job, "somebody else is replaying it"));
                    }
                    vec![Hint { kind: job.kind, job_id: id, run_at_ms: now }]
                }
            };
            let about = About { thread: job.thread_id, candidate: job.candidate_id, job: Some(id) };
            record(&mut tx, now, EventKind::JobReplayed, about, &json!({ "by": by })).await?;
            let job = load_job(&mut tx, id).await?;
            tx.commit().await?;
            Ok(JobTurn { job, hints })
        })
        .await
    }

    async fn replay_candidate(
        &self,
        tx: &mut Session,
        now: UnixMs,
        job: &Job,
        thread: ThreadId,
        candidate: CandidateId,
        by: &str,
    ) -> Result<Vec<Hint>, StoreError> {
        let thread = lock_thread(tx, thread).await?;
        let mut candidate = load_candidate(tx, candidate).await?;
        let exhausted =
            candidate.hold.as_ref().is_some_and(|hold| hold.reason == HoldReason::AttemptsExhausted);
        if job.state != JobState::Dead || !exhausted {
            let why = match &candidate.hold {
                Some(hold) => {
                    format!("its candidate {} is held for another reason: {}", candidate.id, hold.reason)
                }
                None => {
                    format!("its candidate {} is {} and does not wait for it", candidate.id, candidate.state)
                }
            };
            return Err(wrong_state(job, &why));
        }
        let approved = candidate.approved_by.is_some() && candidate.draft_id.is_some();
        let scene = Scene { store: self, now, by_job: None };
        let event = CandidateEvent::Released { approved };
        scene.move_candidate(tx, &thread, &mut candidate, &event, json!({ "by": by })).await
    }

    /// Hands out no more jobs of a kind; those that run go on. False when it was paused already.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.pause", skip_all, fields(kind = %kind))]
    pub async fn pause_kind(&self, now: UnixMs, kind: JobKind, by: &str) -> Result<bool, StoreError> {
        self.retrying("db.jobs.pause", || async {
            let mut tx = self.db.begin().await?;
            let changed = execute!(tx, jobs::PAUSE; kind.to_string(), by, now.0)? == 1;
            self.note_queue(&mut tx, now, EventKind::QueuePaused, kind, by, changed).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }

    /// Hands out jobs of a kind again. False when it was not paused.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.resume", skip_all, fields(kind = %kind))]
    pub async fn resume_kind(&self, now: UnixMs, kind: JobKind, by: &str) -> Result<bool, StoreError> {
        self.retrying("db.jobs.resume", || async {
            let mut tx = self.db.begin().await?;
            let changed = execute!(tx, jobs::RESUME; kind.to_string(), by, now.0)? == 1;
            self.note_queue(&mut tx, now, EventKind::QueueResumed, kind, by, changed).await?;
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }

    /// The kinds that are paused.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.paused_kinds", skip_all)]
    pub async fn paused_kinds(&self) -> Result<Vec<JobKind>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, jobs::PAUSED => KindRow;)?;
        rows.iter()
            .map(|row| RowName { table: "queue_controls", id: &row.kind }.parse("kind", &row.kind))
            .collect()
    }

    async fn note_queue(
        &self,
        tx: &mut Session,
        now: UnixMs,
        event: EventKind,
        kind: JobKind,
        by: &str,
        changed: bool,
    ) -> Result<(), StoreError> {
        if !changed {
            return Ok(());
        }
        record(tx, now, event, About::default(), &json!({ "kind": kind, "by": by })).await
    }
}

async fn load_job(tx: &mut Session, id: JobId) -> Result<Job, StoreError> {
    fetch_optional!(tx, jobs::GET => JobRow; id.to_string())?
        .ok_or_else(|| Refusal::NotFound { what: "job", id: id.to_string() })?
        .into_job()
}

fn wrong_state(job: &Job, why: &str) -> StoreError {
    Refusal::WrongState { what: "job", state: job.state.to_string(), why: why.to_owned() }.into()
}
