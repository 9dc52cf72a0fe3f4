//! What a person decides about a candidate or a thread: the same state machine, the same locks, the same trail.

use prospector_domain::{
    admission::same_text_hash,
    candidate::{CandidateEvent, CandidateState, Hold},
    event::EventKind,
    gate::Verdict,
    hold::HoldReason,
    id::{CandidateId, MessageId, ThreadId},
    mode::Mode,
    record::{Author, Candidate, DraftOrigin, Thread},
    time::UnixMs,
};
use serde_json::{Value, json};

use super::{
    Hint, NewDraft, Scene,
    load::{load_draft, load_intent, load_situation, lock_candidate, lock_thread},
    rows::CandidateRow,
    step::OUTBOUND_SOURCE,
};
use crate::{
    Store,
    error::{Refusal, StoreError},
    event_log::{About, record},
    session::{Session, execute, fetch_optional},
    settings::read_settings,
    statement::{candidates, messages},
};

/// What came of an approval.
#[derive(Debug, Clone)]
pub enum Approval {
    /// It goes out.
    Scheduled(Vec<Hint>),
    /// The gate found something in the edited text; nothing was changed.
    Violates(Verdict),
}

impl Store {
    /// Approves the candidate's clean draft, or `edit` in its place. An edit passes the same gate as any draft.
    ///
    /// # Errors
    /// [`Refusal`] when there is nothing that may be sent.
    #[tracing::instrument(name = "db.candidates.approve", skip_all)]
    pub async fn approve(
        &self,
        now: UnixMs,
        id: CandidateId,
        by: &str,
        edit: Option<&str>,
    ) -> Result<Approval, StoreError> {
        self.retrying("db.candidates.approve", || async {
            let mut tx = self.db.begin().await?;
            let (thread, mut candidate) = lock_candidate(&mut tx, id).await?;
            if !matches!(candidate.state, CandidateState::PendingReview | CandidateState::Held) {
                return Err(wrong_state(
                    &candidate,
                    "only a candidate that is pending_review or held can be approved",
                ));
            }
            let scene = Scene { store: self, now, by_job: None };
            if let Some(body) = edit {
                if let Some(verdict) = scene.put_edit(&mut tx, &thread, &mut candidate, body).await? {
                    return Ok(Approval::Violates(verdict));
                }
            } else {
                let clean = load_draft(&mut tx, &candidate).await?.is_some_and(|draft| draft.verdict.ok);
                if !clean {
                    return Err(wrong_state(
                        &candidate,
                        "it has no draft that passed the gate: send an edited text",
                    ));
                }
            }
            candidate.approved_by = Some(by.to_owned());
            let data = json!({ "by": by, "edited": edit.is_some() });
            let hints = scene
                .move_candidate(&mut tx, &thread, &mut candidate, &CandidateEvent::Approved, data)
                .await?;
            tx.commit().await?;
            Ok(Approval::Scheduled(hints))
        })
        .await
    }

    /// Decides that the candidate must not be sent. Works until the webhook is on its way.
    ///
    /// # Errors
    /// [`Refusal`] when it is too late, or already decided.
    #[tracing::instrument(name = "db.candidates.reject", skip_all)]
    pub async fn reject(&self, now: UnixMs, id: CandidateId, by: &str) -> Result<(), StoreError> {
        self.decide(now, id, CandidateEvent::Rejected, json!({ "by": by })).await.map(|_| ())
    }

    /// Calls a scheduled candidate back for review: the undo of mode GO.
    ///
    /// # Errors
    /// [`Refusal`] when it is not scheduled any more.
    #[tracing::instrument(name = "db.candidates.undo", skip_all)]
    pub async fn undo(&self, now: UnixMs, id: CandidateId, by: &str) -> Result<(), StoreError> {
        self.decide(now, id, CandidateEvent::Staged, json!({ "by": by })).await.map(|_| ())
    }

    /// Lets a held candidate go on: it is read and drafted anew, or sent when a human had approved it.
    ///
    /// # Errors
    /// [`Refusal`] when it is not held.
    #[tracing::instrument(name = "db.candidates.release", skip_all)]
    pub async fn release(&self, now: UnixMs, id: CandidateId, by: &str) -> Result<Vec<Hint>, StoreError> {
        self.decide(now, id, CandidateEvent::Released { approved: false }, json!({ "by": by })).await
    }

    /// Notes that a message whose delivery was unknown did arrive.
    ///
    /// # Errors
    /// [`Refusal`] unless it is held `dispatch_unknown`.
    #[tracing::instrument(name = "db.candidates.mark_delivered", skip_all)]
    pub async fn mark_delivered(&self, now: UnixMs, id: CandidateId, by: &str) -> Result<(), StoreError> {
        self.retrying("db.candidates.mark_delivered", || async {
            let mut tx = self.db.begin().await?;
            let (mut thread, mut candidate) = lock_candidate(&mut tx, id).await?;
            if candidate.hold.as_ref().map(|hold| hold.reason) != Some(HoldReason::DispatchUnknown) {
                return Err(wrong_state(
                    &candidate,
                    "only a candidate held dispatch_unknown can be marked delivered",
                ));
            }
            let scene = Scene { store: self, now, by_job: None };
            let data = json!({ "by": by });
            scene.move_candidate(&mut tx, &thread, &mut candidate, &CandidateEvent::Delivered, data).await?;
            scene.note_outbound(&mut tx, &mut thread, &candidate).await?;
            tx.commit().await
        })
        .await
    }

    /// From now on a person answers the thread: what is live is held, and so is whatever comes.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    #[tracing::instrument(name = "db.threads.take_over", skip_all)]
    pub async fn take_over(&self, now: UnixMs, id: ThreadId, by: &str) -> Result<(), StoreError> {
        self.retrying("db.threads.take_over", || async {
            let mut tx = self.db.begin().await?;
            let mut thread = lock_thread(&mut tx, id).await?;
            let scene = Scene { store: self, now, by_job: None };
            thread.sticky_hold = thread.sticky_hold.or(Some(HoldReason::HumanTakeover));
            scene.save_thread(&mut tx, &mut thread).await?;
            if let Some(mut live) = live_candidate(&mut tx, id).await?
                && live.state != CandidateState::Held
            {
                let hold = Hold::new(HoldReason::HumanTakeover, format!("{by} answers this thread"));
                let event = CandidateEvent::Held(hold);
                scene.move_candidate(&mut tx, &thread, &mut live, &event, json!({ "by": by })).await?;
            }
            record(&mut tx, now, EventKind::TakenOver, About::thread(id), &json!({ "by": by })).await?;
            tx.commit().await
        })
        .await
    }

    /// Gives a thread back to the machine; a candidate that waited for the human is looked at again.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    #[tracing::instrument(name = "db.threads.give_back", skip_all)]
    pub async fn give_back(&self, now: UnixMs, id: ThreadId, by: &str) -> Result<Vec<Hint>, StoreError> {
        self.retrying("db.threads.give_back", || async {
            let mut tx = self.db.begin().await?;
            let mut thread = lock_thread(&mut tx, id).await?;
            let scene = Scene { store: self, now, by_job: None };
            thread.sticky_hold = None;
            scene.save_thread(&mut tx, &mut thread).await?;
            let mut hints = Vec::new();
            if let Some(mut live) = live_candidate(&mut tx, id).await?
                && live.hold.as_ref().map(|hold| hold.reason) == Some(HoldReason::HumanTakeover)
            {
                let event = CandidateEvent::Released { approved: false };
                hints =
                    scene.move_candidate(&mut tx, &thread, &mut live, &event, json!({ "by": by })).await?;
            }
            record(&mut tx, now, EventKind::GivenBack, About::thread(id), &json!({ "by": by })).await?;
            tx.commit().await?;
            Ok(hints)
        })
        .await
    }

    /// Notes a reply that a person sent by other means. It answers the thread: what is live is superseded.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::Reused`] when `external_id` was noted before.
    #[tracing::instrument(name = "db.threads.note_human_reply", skip_all)]
    pub async fn note_human_reply(
        &self,
        now: UnixMs,
        id: ThreadId,
        external_id: &str,
        text: &str,
        by: &str,
    ) -> Result<MessageId, StoreError> {
        self.retrying("db.threads.note_human_reply", || async {
            let mut tx = self.db.begin().await?;
            let mut thread = lock_thread(&mut tx, id).await?;
            let scene = Scene { store: self, now, by_job: None };
            thread.revision += 1;
            thread.last_outbound_at_ms = Some(now);
            scene.save_thread(&mut tx, &mut thread).await?;
            scene.supersede_live(&mut tx, &thread, json!({ "by": by })).await?;
            let message = MessageId(self.ids.next(now));
            let hash = same_text_hash(text).to_string();
            let inserted = execute!(tx, messages::INSERT;
                message.to_string(), id.to_string(), "outbound", Author::Human.to_string(), OUTBOUND_SOURCE,
                format!("human:{external_id}"), text.to_owned(), hash.clone(), hash, thread.revision,
                None::<String>, now.0, now.0)?;
            if inserted == 0 {
                return Err(Refusal::Reused { what: "reply id", id: external_id.to_owned() }.into());
            }
            record(&mut tx, now, EventKind::HumanReply, About::thread(id), &json!({ "by": by })).await?;
            tx.commit().await?;
            Ok(message)
        })
        .await
    }

    /// Sets the thread's own mode; none takes it away. Candidates held because of a pause are looked at again.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    #[tracing::instrument(name = "db.threads.set_mode", skip_all)]
    pub async fn set_thread_mode(
        &self,
        now: UnixMs,
        id: ThreadId,
        mode: Option<Mode>,
        by: &str,
    ) -> Result<Thread, StoreError> {
        self.retrying("db.threads.set_mode", || async {
            let mut tx = self.db.begin().await?;
            let mut thread = lock_thread(&mut tx, id).await?;
            thread.mode = mode;
            let scene = Scene { store: self, now, by_job: None };
            scene.save_thread(&mut tx, &mut thread).await?;
            execute!(tx, candidates::RELEASE_PAUSED; now.0)?;
            let data = json!({ "name": "mode", "value": mode, "by": by });
            record(&mut tx, now, EventKind::SettingChanged, About::thread(id), &data).await?;
            tx.commit().await?;
            Ok(thread)
        })
        .await
    }

    async fn decide(
        &self,
        now: UnixMs,
        id: CandidateId,
        event: CandidateEvent,
        data: Value,
    ) -> Result<Vec<Hint>, StoreError> {
        self.retrying("db.candidates.decide", || async {
            let mut tx = self.db.begin().await?;
            let (thread, mut candidate) = lock_candidate(&mut tx, id).await?;
            // A message that may have arrived already is not written anew: the contact would get two answers.
            let unknown = candidate.hold.as_ref().map(|hold| hold.reason) == Some(HoldReason::DispatchUnknown);
            if unknown && matches!(event, CandidateEvent::Released { .. }) {
                return Err(wrong_state(&candidate, "it may have been delivered: approve it to send it again under the same id, or mark it delivered"));
            }
            let approved = candidate.approved_by.is_some() && candidate.draft_id.is_some();
            let event = match &event {
                CandidateEvent::Released { .. } => CandidateEvent::Released { approved },
                other => other.clone(),
            };
            if event == CandidateEvent::Staged && candidate.state != CandidateState::Scheduled {
                return Err(wrong_state(&candidate, "only a scheduled candidate can be called back"));
            }
            let scene = Scene { store: self, now, by_job: None };
            let hints = scene.move_candidate(&mut tx, &thread, &mut candidate, &event, data.clone()).await?;
            tx.commit().await?;
            Ok(hints)
        })
        .await
    }
}

impl Scene<'_> {
    /// Gates a human's text and makes it the candidate's draft; answers the verdict when it does not pass.
    async fn put_edit(
        &self,
        tx: &mut Session,
        thread: &Thread,
        candidate: &mut Candidate,
        body: &str,
    ) -> Result<Option<Verdict>, StoreError> {
        let intent = load_intent(tx, candidate.id).await?;
        if intent.is_some_and(|intent| intent.state == prospector_domain::record::IntentState::Unknown) {
            return Err(wrong_state(
                candidate,
                "another text may have been delivered under its id: approve it unchanged or mark it delivered",
            ));
        }
        let facts = self.store.facts_in_force(tx).await?;
        let engine = read_settings(tx).await?.draft_engine;
        let situation = load_situation(tx, candidate.clone(), thread.clone(), self.now).await?;
        let verdict = situation.verdict(body, &facts.gate, None);
        if !verdict.ok {
            return Ok(Some(verdict));
        }
        let draft = NewDraft {
            author: Author::Human,
            origin: DraftOrigin::Edited,
            engine,
            template_key: None,
            template_version: None,
            facts_version: facts.version,
            body: body.to_owned(),
            verdict,
            workflow: None,
        };
        candidate.draft_id = Some(self.keep_draft(tx, candidate, &draft).await?);
        Ok(None)
    }
}

pub(crate) async fn live_candidate(
    tx: &mut Session,
    thread: ThreadId,
) -> Result<Option<Candidate>, StoreError> {
    fetch_optional!(tx, candidates::LIVE => CandidateRow; thread.to_string())?
        .map(CandidateRow::into_candidate)
        .transpose()
}

fn wrong_state(candidate: &Candidate, why: &str) -> StoreError {
    let state = candidate.state.to_string();
    Refusal::WrongState { what: "candidate", state, why: why.to_owned() }.into()
}
