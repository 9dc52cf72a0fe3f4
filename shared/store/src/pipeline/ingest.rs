//! Taking inbound messages in: the moment from which nothing may be lost.

use std::collections::HashMap;

use prospector_domain::{
    admission::same_text_hash,
    candidate::{CandidateEvent, CandidateState},
    consent::{self, Consent},
    event::EventKind,
    id::{CandidateId, MessageId, ThreadId},
    job::JobKind,
    record::{Candidate, Thread},
    situation::{Archetype, ThreadState},
    time::UnixMs,
};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    Hint, Scene,
    rows::{CandidateRow, KnownMessageRow, ThreadRow},
    step::OUTBOUND_SOURCE,
};
use crate::{
    Store,
    error::{Refusal, StoreError},
    event_log::{About, record},
    row::{RowName, to_json},
    session::{Session, execute, fetch_all, fetch_one, fetch_optional},
    statement::{candidates, consent as ledger, messages, settings, threads},
    watch::CandidateMove,
};

/// An inbound message, checked by whoever took it in.
#[derive(Debug, Clone)]
pub struct InboundMessage {
    /// The upstream system; with `external_id` the identity of the message.
    pub source: String,
    /// What that system calls the message.
    pub external_id: String,
    /// What that system calls the conversation.
    pub thread: String,
    /// The contact's address.
    pub contact: String,
    /// The channel.
    pub channel: String,
    /// The contact's IANA time zone.
    pub zone: Option<String>,
    /// The text.
    pub text: String,
    /// When the contact sent it.
    pub received_at_ms: UnixMs,
    /// W3C trace context of the request.
    pub traceparent: Option<String>,
}

/// Where an accepted message went. The same message again gets the same receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The message.
    pub message_id: MessageId,
    /// Its thread.
    pub thread_id: ThreadId,
    /// The candidate that accounts for it.
    pub candidate_id: CandidateId,
    /// The thread's revision with this message.
    pub revision: i64,
}

/// What became of one message that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ingested {
    /// New, and now ours.
    Accepted(Receipt, Hint),
    /// Known already; nothing changed.
    Repeated(Receipt),
    /// Known under the same identity with other content; nothing changed.
    Conflict(Refusal),
}

impl Store {
    /// Takes messages in, in the order given, in one transaction. A message waits for the end of its burst: it is
    /// due after `quiet_window_ms`, counted anew with each message, but no later than `quiet_window_max_ms` after the
    /// first of the burst.
    ///
    /// # Errors
    /// What the database says; then none of the messages was taken.
    #[tracing::instrument(name = "db.inbound.ingest", skip_all, fields(messages = inbound.len()))]
    pub async fn ingest(&self, now: UnixMs, inbound: &[InboundMessage]) -> Result<Vec<Ingested>, StoreError> {
        self.retrying("db.inbound.ingest", || async {
            let mut tx = self.db.begin().await?;
            let mut results: Vec<Option<Ingested>> = vec![None; inbound.len()];
            let order = in_locking_order(&mut tx, inbound).await?;
            for index in &order {
                results[*index] = Some(self.ingest_one(&mut tx, now, &inbound[*index]).await?);
            }
            for index in order {
                if let Some(Ingested::Accepted(receipt, _)) = &results[index] {
                    note_consent(&mut tx, now, receipt, &inbound[index]).await?;
                }
            }
            tx.commit().await?;
            Ok(results.into_iter().flatten().collect())
        })
        .await
    }

    async fn ingest_one(
        &self,
        tx: &mut Session,
        now: UnixMs,
        inbound: &InboundMessage,
    ) -> Result<Ingested, StoreError> {
        if inbound.source == OUTBOUND_SOURCE {
            let why = "it is reserved for messages that Prospector sent".to_owned();
            return Ok(Ingested::Conflict(Refusal::Invalid { field: "source".to_owned(), why }));
        }
        let payload_hash = payload_hash(inbound);
        if let Some(known) = self.known(tx, inbound, &payload_hash).await? {
            return Ok(known);
        }
        let thread = self.receive_on_thread(tx, now, inbound).await?;
        // The thread's lock is held from here on: a twin of this message is either visible now, or waits for us.
        if let Some(known) = self.known(tx, inbound, &payload_hash).await? {
            return Err(StoreError::Collision(sqlx::Error::Protocol(format!(
                "{known:?} arrived twice at once"
            ))));
        }
        let message_id = MessageId(self.ids.next(now));
        let candidate_id = CandidateId(self.ids.next(now));
        let inserted = execute!(tx, messages::INSERT;
            message_id.to_string(), thread.id.to_string(), "inbound", "contact",
            inbound.source.clone(), inbound.external_id.clone(), inbound.text.clone(), same_text_hash(&inbound.text).to_string(),
            payload_hash, thread.revision, candidate_id.to_string(), inbound.received_at_ms.0, now.0)?;
        if inserted == 0 {
            // The same identity came in on another thread at the same moment: look again from the start.
            return Err(StoreError::Collision(sqlx::Error::Protocol("message inserted twice".into())));
        }
        let scene = Scene { store: self, now, by_job: None };
        let replaced = scene.supersede_live(tx, &thread, json!({ "by": "inbound" })).await?;
        let candidate =
            scene.open_candidate(tx, &thread, message_id, candidate_id, replaced.as_ref(), inbound).await?;
        let due_ms = self.options.due_after_ms(now, candidate.burst_started_at_ms);
        let hint = scene.enqueue(tx, &thread, &candidate, (JobKind::Classify, Value::Null), due_ms).await?;
        let data = json!({ "channel": thread.channel, "revision": thread.revision, "due_ms": due_ms });
        record(tx, now, EventKind::InboundAccepted, About::candidate(thread.id, candidate_id), &data).await?;
        let receipt = Receipt { message_id, thread_id: thread.id, candidate_id, revision: thread.revision };
        Ok(Ingested::Accepted(receipt, hint))
    }

    async fn known(
        &self,
        tx: &mut Session,
        inbound: &InboundMessage,
        payload_hash: &str,
    ) -> Result<Option<Ingested>, StoreError> {
        let row = fetch_optional!(tx, messages::KNOWN => KnownMessageRow;
            inbound.source.clone(), inbound.external_id.clone())?;
        let Some(row) = row else { return Ok(None) };
        if row.payload_hash != payload_hash {
            let refusal = Refusal::Reused { what: "message id", id: inbound.external_id.clone() };
            return Ok(Some(Ingested::Conflict(refusal)));
        }
        let name = RowName { table: "messages", id: &row.message_id };
        Ok(Some(Ingested::Repeated(Receipt {
            message_id: name.parse("id", &row.message_id)?,
            thread_id: name.parse("thread_id", &row.thread_id)?,
            candidate_id: name.parse("candidate_id", &row.candidate_id)?,
            revision: row.revision,
        })))
    }

    async fn receive_on_thread(
        &self,
        tx: &mut Session,
        now: UnixMs,
        inbound: &InboundMessage,
    ) -> Result<Thread, StoreError> {
        fetch_one!(tx, threads::RECEIVE => ThreadRow;
            ThreadId(self.ids.next(now)).to_string(),
            inbound.source.clone(),
            inbound.thread.clone(),
            inbound.contact.clone(),
            inbound.channel.clone(),
            inbound.zone.clone(),
            Archetype::default().to_string(),
            ThreadState::default().to_string(),
            inbound.received_at_ms.0,
            now.0)?
        .into_thread()
    }
}

impl Scene<'_> {
    /// Supersedes the thread's live candidate, if it has one, and returns it as it was.
    pub(crate) async fn supersede_live(
        &self,
        tx: &mut Session,
        thread: &Thread,
        data: Value,
    ) -> Result<Option<Candidate>, StoreError> {
        let row = fetch_optional!(tx, candidates::LIVE => CandidateRow; thread.id.to_string())?;
        let Some(mut live) = row.map(CandidateRow::into_candidate).transpose()? else { return Ok(None) };
        let before = live.clone();
        self.move_candidate(tx, thread, &mut live, &CandidateEvent::Superseded, data).await?;
        Ok(Some(before))
    }

    /// Opens the candidate of a new message. It answers whatever the one it replaces left unanswered as well.
    async fn open_candidate(
        &self,
        tx: &mut Session,
        thread: &Thread,
        message_id: MessageId,
        id: CandidateId,
        replaced: Option<&Candidate>,
        inbound: &InboundMessage,
    ) -> Result<Candidate, StoreError> {
        // The quiet window of a burst goes on only while nothing of it was read yet.
        let burst_started_at_ms = replaced
            .filter(|replaced| replaced.state == CandidateState::Classifying)
            .map_or(self.now, |replaced| replaced.burst_started_at_ms);
        let candidate = Candidate {
            id,
            thread_id: thread.id,
            message_id,
            revision: thread.revision,
            burst_from_revision: replaced.map_or(thread.revision, |replaced| replaced.burst_from_revision),
            burst_started_at_ms,
            state: CandidateState::Classifying,
            intent: None,
            template_key: None,
            hold: None,
            draft_id: None,
            approved_by: None,
            traceparent: inbound.traceparent.clone(),
            created_at_ms: self.now,
            updated_at_ms: self.now,
            settled_at_ms: None,
        };
        execute!(tx, candidates::INSERT;
            candidate.id.to_string(),
            candidate.thread_id.to_string(),
            candidate.message_id.to_string(),
            candidate.revision,
            candidate.burst_from_revision,
            candidate.burst_started_at_ms.0,
            candidate.state.to_string(),
            candidate.traceparent.clone(),
            self.now.0)?;
        tx.note(CandidateMove {
            to: candidate.state,
            hold: None,
            age_ms: self.now.since(candidate.burst_started_at_ms),
        });
        Ok(candidate)
    }
}

/// Writes the opt-out ledger, so that nothing that is on its way to this contact goes out after this message was
/// accepted, whichever thread it is on: as a change of mode does, it waits for every send that is being marked just
/// now. Comes after all threads of the batch were locked, because a send holds its thread while it waits here.
async fn note_consent(
    tx: &mut Session,
    now: UnixMs,
    receipt: &Receipt,
    inbound: &InboundMessage,
) -> Result<(), StoreError> {
    let (opted_out, kind) = match consent::read(&inbound.text) {
        Consent::OptOut => (true, EventKind::OptedOut),
        Consent::OptIn => (false, EventKind::OptedIn),
        _ => return Ok(()),
    };
    execute!(tx, settings::LOCK;)?;
    execute!(tx, ledger::RECORD;
        inbound.contact.as_str(),
        inbound.channel.as_str(),
        opted_out,
        "contact",
        receipt.message_id.to_string(),
        now.0)?;
    record(tx, now, kind, About::thread(receipt.thread_id), &json!({ "by": "contact" })).await
}

#[derive(Serialize)]
struct ThreadName<'a> {
    source: &'a str,
    thread: &'a str,
}

#[derive(sqlx::FromRow)]
struct KnownThreadRow {
    id: String,
    source: String,
    external_id: String,
}

/// Positions ordered so that threads are locked in the order of their ids, as everywhere else, and new ones after them
/// in the order of their names; otherwise two transactions over the same threads would wait for each other. Messages
/// of a thread keep their order.
async fn in_locking_order(tx: &mut Session, inbound: &[InboundMessage]) -> Result<Vec<usize>, StoreError> {
    let mut order: Vec<usize> = (0..inbound.len()).collect();
    if inbound.len() < 2 {
        return Ok(order);
    }
    let names: Vec<ThreadName<'_>> =
        inbound.iter().map(|one| ThreadName { source: &one.source, thread: &one.thread }).collect();
    let known = fetch_all!(tx, threads::KNOWN => KnownThreadRow; to_json(&names))?;
    let ids: HashMap<(&str, &str), &str> =
        known.iter().map(|row| ((row.source.as_str(), row.external_id.as_str()), row.id.as_str())).collect();
    order.sort_by_key(|index| {
        let name = (inbound[*index].source.as_str(), inbound[*index].thread.as_str());
        let id = ids.get(&name).copied();
        (id.is_none(), id, name)
    });
    Ok(order)
}

fn payload_hash(inbound: &InboundMessage) -> String {
    let mut hash = Sha256::new();
    for part in [&inbound.thread, &inbound.contact, &inbound.channel, &inbound.text] {
        // A length before each part, so that no two messages run together into the same bytes.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:x}", hash.finalize())
}
