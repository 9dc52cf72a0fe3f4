//! The last check, in the transaction that marks a message as going out.

use prospector_domain::{
    admission::{Admission, AdmissionRules},
    candidate::{CandidateEvent, CandidateState, Hold},
    hold::HoldReason,
    id::{CandidateId, IntentId},
    job::Claim,
    mode::Mode,
    record::{Candidate, Draft, SendIntent, Thread},
    time::UnixMs,
};
use serde_json::json;

use super::{
    Hint, Scene, Situation,
    load::{load_draft, load_intent, load_situation, lock_candidate},
};
use crate::{
    Store,
    error::StoreError,
    facts::FactsInForce,
    session::{Session, execute, fetch_optional},
    settings::{Settings, hold_settings_still},
    statement::{jobs, sinks},
};

/// What binds a send.
#[derive(Debug, Clone)]
pub struct SendRules {
    /// The sink it would go to.
    pub sink: String,
    /// True when that sink takes each webhook id once, whatever happens.
    pub deduplicates: bool,
    /// The rules of the admission gate.
    pub admission: AdmissionRules,
}

/// What the last check decided.
#[derive(Debug, Clone)]
pub enum SendTurn {
    /// Marked as going out: deliver it now.
    Go(Box<SendOrder>),
    /// It does not go out; the candidate was moved and the job is finished. Jobs left to hint.
    Stopped(Vec<Hint>),
    /// The lease was lost.
    Stale,
}

/// What to deliver.
#[derive(Debug, Clone)]
pub struct SendOrder {
    /// The `webhook-id`: the same at every attempt.
    pub intent_id: IntentId,
    /// The candidate.
    pub candidate_id: CandidateId,
    /// The thread it goes to.
    pub thread: Thread,
    /// The external id of the newest message it answers.
    pub in_reply_to: String,
    /// The draft.
    pub draft: Draft,
    /// How often it was sent before.
    pub earlier_attempts: i64,
    /// When the newest message it answers was received: freshness counts from here.
    pub received_at_ms: UnixMs,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

#[derive(sqlx::FromRow)]
struct SinkRow {
    disabled_at_ms: Option<i64>,
    reason: Option<String>,
}

impl Store {
    /// Checks everything that may forbid sending one last time, and marks the intent `sending` in the same
    /// transaction. What forbids it moves the candidate at once. Call it only with the claim of a dispatch job.
    ///
    /// # Errors
    /// What the database says; then nothing was marked and nothing may be sent.
    #[tracing::instrument(name = "db.send.begin", skip_all)]
    pub async fn begin_send(
        &self,
        now: UnixMs,
        claim: Claim,
        candidate_id: CandidateId,
        rules: &SendRules,
    ) -> Result<SendTurn, StoreError> {
        self.retrying("db.send.begin", || async {
            let mut tx = self.db.begin().await?;
            let turn = self.begin_send_once(&mut tx, now, claim, candidate_id, rules).await?;
            tx.commit().await?;
            Ok(turn)
        })
        .await
    }

    async fn begin_send_once(
        &self,
        tx: &mut Session,
        now: UnixMs,
        claim: Claim,
        candidate_id: CandidateId,
        rules: &SendRules,
    ) -> Result<SendTurn, StoreError> {
        let (thread, mut candidate) = lock_candidate(tx, candidate_id).await?;
        if fetch_optional!(tx, jobs::HELD_ID => (String,); claim.job_id.to_string(), claim.fence)?.is_none() {
            return Ok(SendTurn::Stale);
        }
        let (Some(draft), Some(intent)) =
            (load_draft(tx, &candidate).await?, load_intent(tx, candidate_id).await?)
        else {
            return Ok(SendTurn::Stale);
        };
        if !matches!(candidate.state, CandidateState::Scheduled | CandidateState::Sending) {
            return Ok(SendTurn::Stale);
        }
        let settings = hold_settings_still(tx).await?;
        let facts = self.facts_in_force(tx).await?;
        let situation =
            load_situation(tx, candidate.clone(), thread.clone(), rules.admission.looks_back_to(now)).await?;
        let scene = Scene { store: self, now, by_job: Some(claim.job_id) };
        let verdict = self
            .verdict(
                tx,
                &Check {
                    situation: &situation,
                    draft: &draft,
                    intent: &intent,
                    settings: &settings,
                    facts: &facts,
                    rules,
                    now,
                },
            )
            .await?;
        if let Some(event) = verdict {
            let hints = scene.stop(tx, &thread, &mut candidate, &event, claim).await?;
            return Ok(SendTurn::Stopped(hints));
        }
        if candidate.state == CandidateState::Scheduled {
            scene
                .move_candidate(
                    tx,
                    &thread,
                    &mut candidate,
                    &CandidateEvent::SendStarted,
                    json!({ "sink": rules.sink }),
                )
                .await?;
        }
        scene
            .mark_intent(tx, &candidate, |intent| {
                intent.sink = Some(rules.sink.clone());
                intent.attempts += 1;
            })
            .await?;
        Ok(SendTurn::Go(Box::new(order(thread, &situation, candidate, draft, &intent))))
    }

    /// What forbids sending, if anything does.
    async fn verdict(
        &self,
        tx: &mut Session,
        check: &Check<'_>,
    ) -> Result<Option<CandidateEvent>, StoreError> {
        let candidate = &check.situation.candidate;
        let resumed = candidate.state == CandidateState::Sending;
        let held = |reason, detail: String, release_at_ms| {
            Some(CandidateEvent::Held(Hold { reason, detail, release_at_ms }))
        };
        let unknown = |why: &str| {
            held(HoldReason::DispatchUnknown, format!("it may have been delivered before {why}"), None)
        };
        if resumed && check.intent.sink.as_deref().is_some_and(|sink| sink != check.rules.sink) {
            return Ok(unknown("its channel was given another sink, which does not know its id"));
        }
        if resumed && !check.rules.deduplicates {
            return Ok(unknown("the worker vanished, and the sink does not deduplicate"));
        }
        if candidate.revision != check.situation.thread.revision {
            // Only a message that was already going out can meet a newer one here: all others are superseded.
            return Ok(if resumed {
                unknown("a newer message came")
            } else {
                Some(CandidateEvent::Superseded)
            });
        }
        let mode = check.settings.mode_of(&check.situation.thread);
        if mode == Mode::Draft && candidate.approved_by.is_none() && !resumed {
            return Ok(Some(CandidateEvent::Staged));
        }
        let admission =
            check.situation.admission(&check.rules.admission, mode, Some(&check.draft.body), check.now);
        if let Admission::Hold { reason, detail, release_at_ms } = admission {
            return Ok(if resumed { unknown("it was stopped") } else { held(reason, detail, release_at_ms) });
        }
        if let Some(mut hold) = check.situation.verdict(&check.draft.body, &check.facts.gate, None).hold() {
            hold.detail = format!("under facts version {}: {}", check.facts.version, hold.detail);
            return Ok(if resumed { unknown("the facts changed") } else { Some(CandidateEvent::Held(hold)) });
        }
        let sink = fetch_optional!(tx, sinks::GET => SinkRow; check.rules.sink.clone())?;
        if let Some(SinkRow { disabled_at_ms: Some(_), reason }) = sink {
            let detail = format!("sink {} is disabled: {}", check.rules.sink, reason.unwrap_or_default());
            return Ok(held(HoldReason::DispatchRejected, detail, None));
        }
        Ok(None)
    }
}

struct Check<'a> {
    situation: &'a Situation,
    draft: &'a Draft,
    intent: &'a SendIntent,
    settings: &'a Settings,
    facts: &'a FactsInForce,
    rules: &'a SendRules,
    now: UnixMs,
}

impl Scene<'_> {
    /// Moves a candidate that must not go out, and finishes the dispatch job that found out.
    async fn stop(
        &self,
        tx: &mut Session,
        thread: &Thread,
        candidate: &mut Candidate,
        event: &CandidateEvent,
        claim: Claim,
    ) -> Result<Vec<Hint>, StoreError> {
        let hints = self.move_candidate(tx, thread, candidate, event, json!({ "at": "sending" })).await?;
        execute!(tx, jobs::SUCCEED_ONE; claim.job_id.to_string(), claim.fence, self.now.0)?;
        Ok(hints)
    }
}

fn order(
    thread: Thread,
    situation: &Situation,
    candidate: Candidate,
    draft: Draft,
    intent: &SendIntent,
) -> SendOrder {
    let newest = situation.burst.last();
    SendOrder {
        intent_id: intent.id,
        candidate_id: candidate.id,
        in_reply_to: newest.map(|message| message.external_id.clone()).unwrap_or_default(),
        received_at_ms: newest.map_or(candidate.created_at_ms, |message| message.received_at_ms),
        draft,
        earlier_attempts: intent.attempts,
        traceparent: candidate.traceparent,
        thread,
    }
}
