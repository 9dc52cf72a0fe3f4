//! The one place that changes a candidate. [`transition`] decides, this carries out, in the caller's transaction.

use prospector_domain::{
    candidate::{Action, CandidateEvent, CandidateState, Hold, IllegalTransition, beside_newer, transition},
    event::EventKind,
    id::{DraftId, IntentId, JobId},
    job::{DEFAULT_PRIORITY, JobKind, Revision},
    record::{Candidate, IntentState, Thread},
    time::UnixMs,
};
use serde_json::{Value, json};

use super::rows::IntentRow;
use crate::{
    Store,
    error::{Refusal, StoreError},
    event_log::{About, record},
    jobs::{NewJob, insert_jobs},
    session::{Session, execute, fetch_optional},
    statement::{candidates, intents, jobs},
    watch::CandidateMove,
};

/// A job that a committed transaction left behind: what to hint, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// Its kind, which names the queue.
    pub kind: JobKind,
    /// The job.
    pub job_id: JobId,
    /// When it is due.
    pub run_at_ms: UnixMs,
}

/// Where a transaction writes, and in whose name.
pub(crate) struct Scene<'a> {
    pub(crate) store: &'a Store,
    pub(crate) now: UnixMs,
    /// The job that reports the event, when a job does: it is finished by its own statement, not cancelled.
    pub(crate) by_job: Option<JobId>,
}

impl Scene<'_> {
    /// Applies `event` to `candidate`: its row, its jobs, its intent and the trail.
    pub(crate) async fn move_candidate(
        &self,
        tx: &mut Session,
        thread: &Thread,
        candidate: &mut Candidate,
        event: &CandidateEvent,
        data: Value,
    ) -> Result<Vec<Hint>, StoreError> {
        let before = candidate.state;
        let reported = event;
        let overtaken = candidate.revision < thread.revision;
        let event = if overtaken { &beside_newer(before, reported) } else { reported };
        let (after, actions) = transition(before, event).map_err(|illegal| refuse(candidate, illegal))?;
        candidate.state = after;
        candidate.updated_at_ms = self.now;
        candidate.settled_at_ms = after.is_settled().then_some(self.now);
        candidate.hold = match event {
            CandidateEvent::Held(hold) => Some(hold.clone()),
            _ => None,
        };
        if after == CandidateState::Classifying {
            candidate.draft_id = None;
            candidate.approved_by = None;
        }
        self.save(tx, before, candidate).await?;
        tx.note(CandidateMove {
            to: after,
            hold: candidate.hold.as_ref().map(|hold| hold.reason),
            age_ms: self.now.since(candidate.burst_started_at_ms),
        });
        let mut hints = Vec::new();
        for action in actions {
            hints.extend(self.act(tx, thread, candidate, action).await?);
        }
        self.follow_intent(tx, before, candidate, reported).await?;
        if overtaken && certainly_not_sent(before, reported) {
            // Its question is still unanswered: the newer candidate, whose job waits for this one, answers it as well.
            execute!(tx, candidates::ANSWER_FROM; thread.id.to_string(), candidate.burst_from_revision)?;
        }
        let about = About::candidate(thread.id, candidate.id);
        record(tx, self.now, event_kind(event), about, &describe(reported, data)).await?;
        Ok(hints)
    }

    async fn save(
        &self,
        tx: &mut Session,
        before: CandidateState,
        candidate: &Candidate,
    ) -> Result<(), StoreError> {
        let hold = candidate.hold.as_ref();
        let touched = execute!(tx, candidates::UPDATE;
            candidate.id.to_string(),
            before.to_string(),
            candidate.state.to_string(),
            candidate.intent.map(|intent| intent.to_string()),
            candidate.template_key.map(|key| key.to_string()),
            hold.map(|hold| hold.reason.to_string()),
            hold.map(|hold| hold.detail.clone()),
            hold.and_then(|hold| hold.release_at_ms).map(|at| at.0),
            candidate.draft_id.map(|id| id.to_string()),
            candidate.approved_by.clone(),
            candidate.updated_at_ms.0,
            candidate.settled_at_ms.map(|at| at.0))?;
        if touched == 1 {
            return Ok(());
        }
        // The thread's lock is held, so this row cannot have changed since it was read.
        Err(StoreError::BadRow {
            table: "candidates",
            column: "state",
            id: candidate.id.to_string(),
            why: format!("was no longer {before} although its thread is locked"),
        })
    }

    async fn act(
        &self,
        tx: &mut Session,
        thread: &Thread,
        candidate: &Candidate,
        action: Action,
    ) -> Result<Option<Hint>, StoreError> {
        match action {
            Action::Enqueue { kind, delay_ms } => {
                self.enqueue(tx, thread, candidate, (kind, Value::Null), delay_ms).await.map(Some)
            }
            Action::Revise { number } => {
                let revises = candidate.draft_id.ok_or_else(|| no_draft(candidate))?;
                let payload = json!(Revision { revises, number });
                self.enqueue(tx, thread, candidate, (JobKind::Draft, payload), 0).await.map(Some)
            }
            Action::CancelJobs => {
                let keep = self.by_job.map_or_else(String::new, |id| id.to_string());
                execute!(tx, jobs::CANCEL_OF_CANDIDATE; candidate.id.to_string(), self.now.0, keep)?;
                Ok(None)
            }
            Action::OpenIntent { delay_ms } => {
                let draft_id = candidate.draft_id.ok_or_else(|| no_draft(candidate))?;
                self.open_intent(tx, candidate, draft_id, delay_ms).await?;
                Ok(None)
            }
            Action::VoidIntent => {
                self.mark_intent(tx, candidate, |intent| intent.state = IntentState::Void).await?;
                Ok(None)
            }
        }
    }

    pub(crate) async fn enqueue(
        &self,
        tx: &mut Session,
        thread: &Thread,
        candidate: &Candidate,
        (kind, payload): (JobKind, Value),
        delay_ms: i64,
    ) -> Result<Hint, StoreError> {
        let id = JobId(self.store.ids.next(self.now));
        let run_at_ms = self.now.plus_ms(delay_ms);
        let job = NewJob {
            id,
            kind,
            thread_id: Some(thread.id),
            candidate_id: Some(candidate.id),
            priority: DEFAULT_PRIORITY,
            run_at_ms,
            max_attempts: self.store.options.max_attempts,
            payload,
            callback: None,
            created_by: None,
            traceparent: candidate.traceparent.clone(),
            created_at_ms: self.now,
        };
        insert_jobs(tx, &[job]).await?;
        Ok(Hint { kind, job_id: id, run_at_ms })
    }

    async fn open_intent(
        &self,
        tx: &mut Session,
        candidate: &Candidate,
        draft_id: DraftId,
        delay_ms: i64,
    ) -> Result<(), StoreError> {
        execute!(tx, intents::OPEN;
            IntentId(self.store.ids.next(self.now)).to_string(),
            candidate.id.to_string(),
            draft_id.to_string(),
            self.now.plus_ms(delay_ms).0,
            self.now.0)?;
        Ok(())
    }

    /// Keeps the intent's state in step with a candidate that leaves `Sending`, or is closed by an operator.
    async fn follow_intent(
        &self,
        tx: &mut Session,
        before: CandidateState,
        candidate: &Candidate,
        event: &CandidateEvent,
    ) -> Result<(), StoreError> {
        let state = match (before, event) {
            (_, CandidateEvent::Delivered) => IntentState::Delivered,
            (_, CandidateEvent::SendStarted) => IntentState::Sending,
            (CandidateState::Sending, CandidateEvent::SendDeferred) if candidate.state.is_terminal() => {
                IntentState::Void
            }
            (CandidateState::Sending, CandidateEvent::SendDeferred) => IntentState::Pending,
            (CandidateState::Sending, CandidateEvent::Held(hold)) => intent_after(hold),
            _ => return Ok(()),
        };
        let now = self.now;
        self.mark_intent(tx, candidate, |intent| {
            intent.state = state;
            if state == IntentState::Delivered {
                intent.delivered_at_ms = Some(now);
            }
        })
        .await
    }

    /// Reads the candidate's intent, lets `change` edit it and writes it back.
    pub(crate) async fn mark_intent(
        &self,
        tx: &mut Session,
        candidate: &Candidate,
        change: impl FnOnce(&mut prospector_domain::record::SendIntent) + Send,
    ) -> Result<(), StoreError> {
        let row = fetch_optional!(tx, intents::OF_CANDIDATE => IntentRow; candidate.id.to_string())?;
        let Some(row) = row else { return Ok(()) };
        let mut intent = row.into_intent()?;
        change(&mut intent);
        execute!(tx, intents::MARK;
            candidate.id.to_string(),
            intent.state.to_string(),
            intent.sink,
            intent.attempts,
            intent.last_status,
            intent.last_error,
            intent.not_before_ms.0,
            self.now.0,
            intent.delivered_at_ms.map(|at| at.0))?;
        Ok(())
    }
}

/// True when the webhook went out and is known not to have been taken.
fn certainly_not_sent(before: CandidateState, event: &CandidateEvent) -> bool {
    let refused = |hold: &Hold| intent_after(hold) == IntentState::Rejected;
    before == CandidateState::Sending
        && match event {
            CandidateEvent::SendDeferred => true,
            CandidateEvent::Held(hold) => refused(hold),
            _ => false,
        }
}

const fn intent_after(hold: &Hold) -> IntentState {
    use prospector_domain::hold::HoldReason as R;
    match hold.reason {
        R::DispatchRejected => IntentState::Rejected,
        // Every other hold met while the webhook was out leaves open whether it arrived.
        _ => IntentState::Unknown,
    }
}

const fn event_kind(event: &CandidateEvent) -> EventKind {
    match event {
        CandidateEvent::Decided => EventKind::Classified,
        CandidateEvent::Held(_) => EventKind::Held,
        CandidateEvent::RevisionAsked { .. } => EventKind::RevisionAsked,
        CandidateEvent::JudgementAsked => EventKind::JudgementAsked,
        CandidateEvent::Staged => EventKind::Staged,
        CandidateEvent::Cleared { .. } => EventKind::Scheduled,
        CandidateEvent::Approved => EventKind::Approved,
        CandidateEvent::Rejected => EventKind::Rejected,
        CandidateEvent::Superseded => EventKind::Superseded,
        CandidateEvent::SendStarted => EventKind::Sending,
        CandidateEvent::Delivered => EventKind::Sent,
        CandidateEvent::SendDeferred => EventKind::SendDeferred,
        CandidateEvent::Released { .. } => EventKind::Released,
    }
}

fn describe(event: &CandidateEvent, data: Value) -> Value {
    let mut data = if data.is_object() { data } else { json!({}) };
    if let CandidateEvent::Held(hold) = event {
        data["reason"] = json!(hold.reason);
        data["detail"] = json!(hold.detail);
        data["release_at_ms"] = json!(hold.release_at_ms);
    }
    if let CandidateEvent::RevisionAsked { number } = event {
        data["number"] = json!(number);
    }
    data
}

fn refuse(candidate: &Candidate, illegal: IllegalTransition) -> StoreError {
    let why = illegal.to_string();
    Refusal::WrongState { what: "candidate", state: candidate.state.to_string(), why }.into()
}

fn no_draft(candidate: &Candidate) -> StoreError {
    let why = "it has no draft that could be sent; write one with an edit".to_owned();
    Refusal::WrongState { what: "candidate", state: candidate.state.to_string(), why }.into()
}
