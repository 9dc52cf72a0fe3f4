//! The single write path for claimed jobs. Every result comes with the fence it was claimed under; a result whose
//! fence is no longer in force is discarded, whoever reports it.

use std::{borrow::Cow, collections::HashSet};

use prospector_domain::{
    candidate::{CandidateEvent, CandidateState, Hold, transition},
    engine::EngineId,
    event::EventKind,
    hold::HoldReason,
    id::{CandidateId, JobId, ThreadId},
    job::{AttemptError, Claim, Job, JobKind, JobState},
    record::Thread,
    time::UnixMs,
};
use serde_json::{Value, json};

use super::{NewJob, claim::ClaimJson, insert_jobs, row::JobRow};
use crate::{
    Store,
    calls::{NewCall, NewPrompt, keep_calls, keep_prompts},
    error::StoreError,
    event_log::{About, record},
    pipeline::{Hint, Scene, Step, load_candidate, lock_thread},
    row::{RowName, to_json},
    session::{Session, execute, fetch_all, fetch_optional},
    statement::jobs,
};

/// What became of a claimed job.
#[derive(Debug, Clone)]
pub struct Advance {
    /// Proof of the claim.
    pub claim: Claim,
    /// The job's thread, whose lock is taken first.
    pub thread_id: Option<ThreadId>,
    /// The job's candidate.
    pub candidate_id: Option<CandidateId>,
    /// The sink to tell, for single jobs.
    pub callback: Option<String>,
    /// The result.
    pub outcome: Outcome,
    /// Calls of a model that its step, if it has one, does not know of: kept whatever became of the job.
    pub calls: Vec<NewCall>,
    /// What was asked in them.
    pub prompts: Vec<NewPrompt>,
}

impl Advance {
    /// The result of a job as it was claimed.
    #[must_use]
    pub fn of(job: &Job, outcome: Outcome) -> Self {
        Self {
            claim: job.claim(),
            thread_id: job.thread_id,
            candidate_id: job.candidate_id,
            callback: job.callback.clone(),
            outcome,
            calls: Vec::new(),
            prompts: Vec::new(),
        }
    }

    /// The same result, with calls of a model that were made on the way to it.
    #[must_use]
    pub fn with_calls(self, calls: Vec<NewCall>, prompts: Vec<NewPrompt>) -> Self {
        Self { calls, prompts, ..self }
    }
}

/// How a claimed job ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A single job finished with this result.
    Done(Value),
    /// The job's candidate moves.
    Step(Box<Step>),
    /// The candidate moves, and the same job runs again later: a delivery that certainly did not arrive.
    StepAndRetry(Box<Step>, Failure),
    /// It failed and is tried again.
    Retry(Failure),
    /// It failed for good.
    Dead(AttemptError),
    /// It needs a model: parked until a machine of that engine is ready. Gives the attempt back.
    Wait {
        /// The engine it waits for.
        engine: EngineId,
        /// Not before this many milliseconds have passed, even when a machine is ready.
        delay_ms: i64,
    },
}

/// A failed attempt that will be repeated.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What went wrong.
    pub error: AttemptError,
    /// Until the next attempt, in milliseconds.
    pub delay_ms: i64,
    /// False gives the attempt back.
    pub costs_attempt: bool,
}

/// What the store made of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advanced {
    /// Saved. Jobs that may run because of it are to be hinted.
    Applied(Vec<Hint>),
    /// The lease was lost, or the candidate superseded: discarded.
    Stale,
}

#[derive(sqlx::FromRow)]
struct DoneRow {
    id: String,
}

#[derive(sqlx::FromRow)]
struct NextRow {
    id: String,
    kind: String,
    run_at_ms: i64,
}

#[derive(serde::Serialize)]
struct DoneJson {
    #[serde(flatten)]
    claim: ClaimJson,
    result: String,
}

impl Store {
    /// Saves the results of many jobs in one transaction, in the order given. When one of them cannot be saved, each
    /// is tried in a transaction of its own, so that it harms no other.
    ///
    /// # Errors
    /// Per result: what the database says. [`Advanced::Stale`] is no error.
    #[tracing::instrument(name = "db.jobs.advance", skip_all, fields(results = batch.len()))]
    pub async fn advance(&self, now: UnixMs, batch: &[Advance]) -> Vec<Result<Advanced, StoreError>> {
        match self.retrying("db.jobs.advance", || async { self.advance_together(now, batch).await }).await {
            Ok(advanced) => advanced.into_iter().map(Ok).collect(),
            Err(error) if batch.len() == 1 || error.is_unavailable() => {
                let mut results = vec![Err(error)];
                // The error itself cannot be copied; its companions met the same one.
                results
                    .extend((1..batch.len()).map(|_| Err(StoreError::Unavailable(sqlx::Error::PoolClosed))));
                results
            }
            Err(error) => {
                tracing::warn!(error = %error, "a batch of results was refused; saving them one by one");
                let mut results = Vec::with_capacity(batch.len());
                for one in batch {
                    let alone = std::slice::from_ref(one);
                    let saved = self
                        .retrying("db.jobs.advance", || async { self.advance_together(now, alone).await })
                        .await;
                    results.push(saved.map(|mut advanced| advanced.pop().unwrap_or(Advanced::Stale)));
                }
                results
            }
        }
    }

    async fn advance_together(&self, now: UnixMs, batch: &[Advance]) -> Result<Vec<Advanced>, StoreError> {
        let mut tx = self.db.begin().await?;
        let plain: Vec<&Advance> = batch.iter().filter(|one| one.is_plain()).collect();
        let succeeded = succeed(&mut tx, now, &plain).await?;
        let mut results = vec![Advanced::Stale; batch.len()];
        // Threads are locked in the order of their ids, as everywhere else, so that no two transactions wait for
        // each other.
        let mut order: Vec<usize> = (0..batch.len()).collect();
        order.sort_by_key(|index| batch[*index].thread_id);
        for index in order {
            let one = &batch[index];
            results[index] = if one.is_plain() {
                if succeeded.contains(&one.claim.job_id) {
                    Advanced::Applied(Vec::new())
                } else {
                    Advanced::Stale
                }
            } else {
                self.advance_one(&mut tx, now, one).await?
            };
        }
        // Many results have prompts in common: they are written last and in one order, for every writer of the same hash
        // waits for the first, and must hold nothing that one still needs.
        let saved = batch.iter().zip(&results).filter(|(_, result)| **result != Advanced::Stale);
        keep_prompts(&mut tx, now, saved.flat_map(|(one, _)| one.all_prompts())).await?;
        tx.commit().await?;
        Ok(results)
    }

    async fn advance_one(
        &self,
        tx: &mut Session,
        now: UnixMs,
        one: &Advance,
    ) -> Result<Advanced, StoreError> {
        let thread = match one.thread_id {
            Some(id) => Some(lock_thread(tx, id).await?),
            None => None,
        };
        let held = fetch_optional!(tx, jobs::HELD => JobRow; one.claim.job_id.to_string(), one.claim.fence)?;
        let Some(job) = held.map(JobRow::into_job).transpose()? else {
            return Ok(Advanced::Stale);
        };
        self.settle(tx, now, thread, &job, &one.outcome, &one.calls).await.map(Advanced::Applied)
    }

    /// Saves the result of a job whose claim and thread are locked by this transaction.
    pub(super) async fn settle(
        &self,
        tx: &mut Session,
        now: UnixMs,
        thread: Option<Thread>,
        job: &Job,
        outcome: &Outcome,
        calls: &[NewCall],
    ) -> Result<Vec<Hint>, StoreError> {
        let scene = Scene { store: self, now, by_job: Some(job.id) };
        let mut hints = Vec::new();
        let mut over = false;
        if let (Some(mut thread), Some(candidate_id)) = (thread, job.candidate_id) {
            let mut candidate = load_candidate(tx, candidate_id).await?;
            if let Some(step) = step_of(outcome, job, candidate.state) {
                hints = scene.take_step(tx, job, &mut thread, &mut candidate, &step).await?;
                over = candidate.state.is_terminal();
            }
        }
        keep_calls(tx, job, None, calls).await?;
        match outcome {
            // Overtaken while it was going out: there is nothing left to try again.
            Outcome::StepAndRetry(..) if over => end(tx, now, job, JobState::Succeeded, None, None).await?,
            _ => finish(tx, now, job, outcome).await?,
        }
        if matches!(outcome, Outcome::Done(_) | Outcome::Dead(_)) {
            hints.extend(self.enqueue_callback(tx, now, job).await?);
        }
        // A parked job is still the next of its thread, and only the relay knows when it can go on.
        if !matches!(outcome, Outcome::Wait { .. }) {
            hints.extend(next_of_thread(tx, job).await?);
        }
        Ok(hints)
    }

    /// The job that tells the sink a single job was asked to report to.
    pub(super) async fn enqueue_callback(
        &self,
        tx: &mut Session,
        now: UnixMs,
        job: &Job,
    ) -> Result<Option<Hint>, StoreError> {
        let Some(sink) = &job.callback else { return Ok(None) };
        let id = JobId(self.ids.next(now));
        let mut callback = NewJob::single(id, JobKind::Dispatch, self.options.max_attempts, now);
        callback.payload = json!({ "callback": { "job_id": job.id, "sink": sink } });
        callback.traceparent.clone_from(&job.traceparent);
        insert_jobs(tx, &[callback]).await?;
        Ok(Some(Hint { kind: JobKind::Dispatch, job_id: id, run_at_ms: now }))
    }
}

impl Advance {
    /// True for results that one statement can save for many jobs at once.
    const fn is_plain(&self) -> bool {
        matches!(self.outcome, Outcome::Done(_))
            && self.thread_id.is_none()
            && self.callback.is_none()
            && self.calls.is_empty()
            && self.prompts.is_empty()
    }

    fn all_prompts(&self) -> impl Iterator<Item = &NewPrompt> {
        let of_step = match &self.outcome {
            Outcome::Step(step) | Outcome::StepAndRetry(step, _) => step.prompts.as_slice(),
            _ => &[],
        };
        of_step.iter().chain(&self.prompts)
    }
}

/// What a result means for the job's candidate, which is in `state`.
fn step_of<'a>(outcome: &'a Outcome, job: &Job, state: CandidateState) -> Option<Cow<'a, Step>> {
    match outcome {
        Outcome::Step(step) | Outcome::StepAndRetry(step, _) => Some(Cow::Borrowed(step)),
        Outcome::Dead(error) => {
            let last = error.chain.first().map_or("", String::as_str);
            let detail = format!("the {} job failed {} times, last: {last}", job.kind, error.attempt);
            // A webhook that was going out may have arrived: nothing may write a second answer by itself.
            let sending = state == CandidateState::Sending;
            let reason = if sending { HoldReason::DispatchUnknown } else { HoldReason::AttemptsExhausted };
            let event = CandidateEvent::Held(Hold::new(reason, detail));
            // One that has moved on without this job needs no hold.
            transition(state, &event).is_ok().then(|| Cow::Owned(Step::event(event)))
        }
        Outcome::Done(_) | Outcome::Retry(_) | Outcome::Wait { .. } => None,
    }
}

async fn succeed(tx: &mut Session, now: UnixMs, plain: &[&Advance]) -> Result<HashSet<JobId>, StoreError> {
    if plain.is_empty() {
        return Ok(HashSet::new());
    }
    let done: Vec<DoneJson> = plain
        .iter()
        .map(|one| DoneJson {
            claim: ClaimJson::from(&one.claim),
            result: match &one.outcome {
                Outcome::Done(result) => result.to_string(),
                _ => Value::Null.to_string(),
            },
        })
        .collect();
    let rows = fetch_all!(tx, jobs::SUCCEED => DoneRow; to_json(&done), now.0)?;
    rows.iter().map(|row| RowName { table: "jobs", id: &row.id }.parse("id", &row.id)).collect()
}

async fn finish(tx: &mut Session, now: UnixMs, job: &Job, outcome: &Outcome) -> Result<(), StoreError> {
    match outcome {
        Outcome::Done(result) => end(tx, now, job, JobState::Succeeded, Some(result), None).await,
        Outcome::Step(_) => end(tx, now, job, JobState::Succeeded, None, None).await,
        Outcome::Dead(error) => {
            end(tx, now, job, JobState::Dead, None, Some(error)).await?;
            let about = About { thread: job.thread_id, candidate: job.candidate_id, job: Some(job.id) };
            let data = json!({ "kind": job.kind, "class": error.class, "attempt": error.attempt });
            record(tx, now, EventKind::JobDead, about, &data).await
        }
        Outcome::Retry(failure) | Outcome::StepAndRetry(_, failure) => {
            let give_back = i64::from(!failure.costs_attempt);
            let run_at_ms = now.plus_ms(failure.delay_ms).0;
            let errors = with_error(job, Some(&failure.error));
            let touched =
                execute!(tx, jobs::RETRY; job.id.to_string(), job.fence, run_at_ms, give_back, errors)?;
            ensure_held(job, touched)
        }
        Outcome::Wait { engine, delay_ms } => {
            let run_at_ms = now.plus_ms(*delay_ms).0;
            let touched = execute!(tx, jobs::WAIT; job.id.to_string(), job.fence, run_at_ms, engine.to_string(), now.0)?;
            ensure_held(job, touched)
        }
    }
}

async fn end(
    tx: &mut Session,
    now: UnixMs,
    job: &Job,
    state: JobState,
    result: Option<&Value>,
    error: Option<&AttemptError>,
) -> Result<(), StoreError> {
    let touched = execute!(tx, jobs::FINISH;
        job.id.to_string(),
        job.fence,
        state.to_string(),
        result.map(Value::to_string),
        with_error(job, error),
        now.0)?;
    ensure_held(job, touched)
}

/// The claim was locked before anything was written, so that its row cannot have changed since.
fn ensure_held(job: &Job, touched: u64) -> Result<(), StoreError> {
    if touched == 1 {
        return Ok(());
    }
    let id = job.id.to_string();
    Err(RowName { table: "jobs", id: &id }.bad("fence", "is no longer in force although its row is locked"))
}

/// Attempts whose errors a job keeps: the first ones say how it began, the last ones how it ended.
const ERRORS_KEPT: usize = 25;

pub(super) fn with_error(job: &Job, error: Option<&AttemptError>) -> String {
    let mut errors = job.errors.clone();
    errors.extend(error.cloned());
    if errors.len() > ERRORS_KEPT {
        errors.remove(ERRORS_KEPT / 2);
    }
    to_json(&errors)
}

/// The job of the same thread that had to wait for this one.
pub(super) async fn next_of_thread(tx: &mut Session, job: &Job) -> Result<Option<Hint>, StoreError> {
    let Some(thread_id) = job.thread_id else { return Ok(None) };
    let row = fetch_optional!(tx, jobs::NEXT_OF_THREAD => NextRow; thread_id.to_string())?;
    let Some(row) = row else { return Ok(None) };
    let name = RowName { table: "jobs", id: &row.id };
    let hint = Hint {
        kind: name.parse("kind", &row.kind)?,
        job_id: name.parse("id", &row.id)?,
        run_at_ms: UnixMs(row.run_at_ms),
    };
    Ok(Some(hint))
}
