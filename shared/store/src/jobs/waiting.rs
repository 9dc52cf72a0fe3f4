//! Jobs that wait for a model engine: how many there are, and what becomes of those that wait too long.

use prospector_domain::{
    candidate::{CandidateEvent, Hold, transition},
    engine::EngineId,
    event::EventKind,
    hold::HoldReason,
    id::{CandidateId, JobId, ThreadId},
    job::{AttemptError, ErrorClass, Job, JobKind},
    time::UnixMs,
};
use serde::Serialize;
use serde_json::json;

use super::{
    row::JobRow,
    settle::{next_of_thread, with_error},
};
use crate::{
    Store,
    error::StoreError,
    event_log::{About, record},
    pipeline::{Hint, Scene, load_candidate, lock_thread},
    row::RowName,
    session::{Session, execute, fetch_all, fetch_one, fetch_optional},
    statement::jobs,
};

/// The work that an engine is wanted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineDemand {
    /// Jobs that wait for it, most urgent first, as many as were asked for.
    pub queued: Vec<QueuedWork>,
    /// How many wait in all.
    pub queued_total: i64,
    /// How many run.
    pub running: i64,
    /// Candidates that waited too long and are held until an engine can be reached, whichever it is.
    pub held: i64,
}

/// A job that waits for an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct QueuedWork {
    /// The job.
    pub job_id: JobId,
    /// When the message came that it works on, or the job itself when it works on none.
    pub arrived_at_ms: UnixMs,
}

/// A job that an engine did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FinishedJob {
    /// When the message came that it worked on, or the job itself when it worked on none.
    pub arrived_at_ms: UnixMs,
    /// When the attempt began that succeeded.
    pub started_at_ms: UnixMs,
    /// When it succeeded.
    pub finished_at_ms: UnixMs,
}

/// What became of jobs that waited too long.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenUp {
    /// Candidates that are held now.
    pub held: Vec<CandidateId>,
    /// Single jobs that are dead now.
    pub dead: Vec<JobId>,
    /// Jobs that may run because of it.
    pub hints: Vec<Hint>,
}

#[derive(sqlx::FromRow)]
struct WorkRow {
    id: String,
    arrived_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct TotalRow {
    queued: i64,
    running: i64,
    held: i64,
}

#[derive(sqlx::FromRow)]
struct FinishedRow {
    id: String,
    arrived_at_ms: i64,
    started_at_ms: Option<i64>,
    finished_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct IdRow {
    id: String,
}

#[derive(sqlx::FromRow)]
struct ParkedRow {
    id: String,
    thread_id: Option<String>,
}

impl Store {
    /// What an engine is wanted for: at most `limit` jobs by name, and the numbers of all. Jobs of a kind that is paused
    /// do not count while they wait.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.demand", skip_all)]
    pub async fn engine_demand(&self, engine: &EngineId, limit: i64) -> Result<EngineDemand, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, jobs::DEMAND => WorkRow; engine.to_string(), limit)?;
        let total = fetch_one!(session, jobs::DEMAND_TOTAL => TotalRow; engine.to_string())?;
        Ok(EngineDemand {
            queued: rows.into_iter().map(WorkRow::into_work).collect::<Result<_, _>>()?,
            queued_total: total.queued,
            running: total.running,
            held: total.held,
        })
    }

    /// The last `limit` jobs that succeeded after they waited for an engine, the newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.served", skip_all)]
    pub async fn finished_engine_jobs(
        &self,
        engine: &EngineId,
        limit: i64,
    ) -> Result<Vec<FinishedJob>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, jobs::SERVED => FinishedRow; engine.to_string(), limit)?;
        rows.into_iter().map(FinishedRow::into_finished).collect()
    }

    /// Gives up jobs that wait for an engine and were parked for it for the first time before `waiting_since`, at most
    /// `limit` of them, each in a transaction of its own: their candidates are held for `engine_unavailable`, with
    /// `detail` for the operator, and single jobs die. Being claimed in between is no break, being parked for another
    /// engine is; and a candidate that was let go again has a new job with all of its time. A job that was claimed
    /// meanwhile runs on, and a candidate that moved on is left alone.
    ///
    /// # Errors
    /// What the database says when it is away. A job that cannot be given up is logged, and the others are.
    #[tracing::instrument(name = "db.jobs.hold_waiting", skip_all)]
    pub async fn hold_waiting(
        &self,
        now: UnixMs,
        engine: &EngineId,
        waiting_since: UnixMs,
        detail: &str,
        limit: i64,
    ) -> Result<GivenUp, StoreError> {
        let parked = {
            let mut session = self.db.read().await?;
            fetch_all!(session, jobs::PARKED_BEFORE => ParkedRow; engine.to_string(), waiting_since.0, limit)?
        };
        let mut given_up = GivenUp::default();
        for row in parked {
            let (id, thread) = row.ids()?;
            let one =
                self.retrying("db.jobs.hold_waiting", || self.give_up(now, engine, id, thread, detail)).await;
            match one {
                Ok(one) => given_up.add(one),
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => {
                    tracing::error!(%error, job = %id, "a job that waited too long could not be given up");
                }
            }
        }
        Ok(given_up)
    }

    /// Lets jobs go on that have waited for a judge since before `waiting_since` while no machine of `engine` serves. They
    /// find nobody to ask, which is no judgement.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.unpark_judgements", skip_all)]
    pub async fn unpark_judgements(
        &self,
        now: UnixMs,
        engine: &EngineId,
        waiting_since: UnixMs,
    ) -> Result<Vec<Hint>, StoreError> {
        let rows = self
            .retrying("db.jobs.unpark_judgements", || async {
                let mut tx = self.db.begin().await?;
                let rows = fetch_all!(tx, jobs::UNPARK_JUDGEMENTS => IdRow;
                    engine.to_string(), now.0, waiting_since.0)?;
                tx.commit().await?;
                Ok(rows)
            })
            .await?;
        let hint = |row: IdRow| {
            let job_id = RowName { table: "jobs", id: &row.id }.parse("id", &row.id)?;
            Ok(Hint { kind: JobKind::Judge, job_id, run_at_ms: now })
        };
        rows.into_iter().map(hint).collect()
    }

    async fn give_up(
        &self,
        now: UnixMs,
        engine: &EngineId,
        id: JobId,
        thread: Option<ThreadId>,
        detail: &str,
    ) -> Result<GivenUp, StoreError> {
        let mut tx = self.db.begin().await?;
        let thread = match thread {
            Some(thread) => Some(lock_thread(&mut tx, thread).await?),
            None => None,
        };
        let row = fetch_optional!(tx, jobs::PARKED => JobRow; id.to_string(), engine.to_string())?;
        let Some(job) = row.map(JobRow::into_job).transpose()? else { return Ok(GivenUp::default()) };
        let mut given_up = GivenUp::default();
        if let (Some(thread), Some(candidate_id)) = (thread, job.candidate_id) {
            let mut candidate = load_candidate(&mut tx, candidate_id).await?;
            let event = CandidateEvent::Held(Hold::new(HoldReason::EngineUnavailable, detail));
            if transition(candidate.state, &event).is_ok() {
                let scene = Scene { store: self, now, by_job: None };
                let data = json!({ "by": "scheduler" });
                given_up.hints = scene.move_candidate(&mut tx, &thread, &mut candidate, &event, data).await?;
                given_up.held.push(candidate_id);
                given_up.hints.extend(next_of_thread(&mut tx, &job).await?);
                tx.commit().await?;
                return Ok(given_up);
            }
        }
        given_up.hints = self.bury(&mut tx, now, &job, detail).await?;
        given_up.dead.push(job.id);
        tx.commit().await?;
        Ok(given_up)
    }

    /// Ends a queued job for good whose row is locked.
    async fn bury(
        &self,
        tx: &mut Session,
        now: UnixMs,
        job: &Job,
        detail: &str,
    ) -> Result<Vec<Hint>, StoreError> {
        let error = AttemptError {
            at_ms: now,
            attempt: job.attempt,
            class: ErrorClass::Unavailable,
            chain: vec![detail.to_owned()],
        };
        execute!(tx, jobs::GIVE_UP; job.id.to_string(), with_error(job, Some(&error)), now.0)?;
        let about = About { thread: job.thread_id, candidate: job.candidate_id, job: Some(job.id) };
        let data = json!({ "kind": job.kind, "class": error.class, "attempt": error.attempt });
        record(tx, now, EventKind::JobDead, about, &data).await?;
        let mut hints: Vec<Hint> = self.enqueue_callback(tx, now, job).await?.into_iter().collect();
        hints.extend(next_of_thread(tx, job).await?);
        Ok(hints)
    }
}

impl GivenUp {
    fn add(&mut self, other: Self) {
        self.held.extend(other.held);
        self.dead.extend(other.dead);
        self.hints.extend(other.hints);
    }
}

impl WorkRow {
    fn into_work(self) -> Result<QueuedWork, StoreError> {
        Ok(QueuedWork {
            job_id: RowName { table: "jobs", id: &self.id }.parse("id", &self.id)?,
            arrived_at_ms: UnixMs(self.arrived_at_ms),
        })
    }
}

impl FinishedRow {
    fn into_finished(self) -> Result<FinishedJob, StoreError> {
        let name = RowName { table: "jobs", id: &self.id };
        let known = |column, moment: Option<i64>| {
            moment.map(UnixMs).ok_or_else(|| name.bad(column, "is missing of a job that succeeded"))
        };
        Ok(FinishedJob {
            arrived_at_ms: UnixMs(self.arrived_at_ms),
            started_at_ms: known("started_at_ms", self.started_at_ms)?,
            finished_at_ms: known("finished_at_ms", self.finished_at_ms)?,
        })
    }
}

impl ParkedRow {
    fn ids(&self) -> Result<(JobId, Option<ThreadId>), StoreError> {
        let name = RowName { table: "jobs", id: &self.id };
        Ok((name.parse("id", &self.id)?, name.parse_optional("thread_id", self.thread_id.as_deref())?))
    }
}
