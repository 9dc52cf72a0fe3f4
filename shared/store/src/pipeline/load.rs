//! Reading what a handler, an operator or a transaction needs to know about a candidate.

use prospector_domain::{
    admission::{Admission, AdmissionContext, AdmissionRules, admit, same_text_hash},
    content_hash::ContentHash,
    decision::DecidedBy,
    gate::{Gate, GateContext, Verdict},
    id::{CandidateId, DraftId, ThreadId},
    mode::Mode,
    record::{Author, Candidate, Draft, Message, SendIntent, Thread},
    template::TemplateKey,
    time::UnixMs,
};
use serde::Serialize;

use super::{
    motion::Scene,
    rows::{CandidateRow, DraftRow, IntentRow, MessageRow, ThreadRow},
};
use crate::{
    Store,
    error::{Refusal, StoreError},
    row::RowName,
    session::{Session, fetch_all, fetch_optional},
    statement::{candidates, consent, decisions, drafts, intents, messages, threads},
};

/// Messages of one burst that are read together. A contact who writes more before an answer is read from the end.
pub(super) const BURST_MESSAGES_MAX: i64 = 20;
/// Outbound messages to one contact that are looked at for the frequency cap and for duplicates.
const OUTBOUND_LOOKED_AT: i64 = 200;

/// What a handler decides from.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The candidate.
    pub candidate: Candidate,
    /// Its thread.
    pub thread: Thread,
    /// The messages it answers, oldest first.
    pub burst: Vec<Message>,
    /// What went out to the contact lately, on any thread, newest first.
    pub outbound: Vec<OutboundNote>,
    /// The contact's last word on being messaged at all.
    pub consent: Option<ConsentNote>,
}

/// One message that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundNote {
    /// When.
    pub at_ms: UnixMs,
    /// On which thread.
    pub thread_id: ThreadId,
    /// See [`same_text_hash`].
    pub text_hash: String,
    /// The template it came from.
    pub template_key: Option<TemplateKey>,
}

/// One entry of the opt-out ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentNote {
    /// True when the contact does not want to be messaged.
    pub opted_out: bool,
    /// When they said so.
    pub at_ms: UnixMs,
}

/// A candidate with all that was written about it.
#[derive(Debug, Clone, Serialize)]
pub struct CandidateView {
    /// The candidate.
    pub candidate: Candidate,
    /// Every draft, oldest first. Drafts that fail the gate are evidence only.
    pub drafts: Vec<Draft>,
    /// Every decision, oldest first.
    pub decisions: Vec<DecisionView>,
    /// The send intent, once there is one.
    pub intent: Option<SendIntent>,
}

/// A draft with what the gate knew beside it.
#[derive(Debug, Clone)]
pub struct PastDraft {
    /// The draft.
    pub draft: Draft,
    /// What it answers.
    pub inbound: String,
    /// The channel of its thread.
    pub channel: String,
}

/// A decision as it was noted.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionView {
    /// The engine in force.
    pub engine: String,
    /// The playbook's version.
    pub playbook_version: i64,
    /// The rule that made it.
    pub rule: String,
    /// What it said.
    pub action: serde_json::Value,
    /// What it was made on.
    pub classification: serde_json::Value,
    /// Who came to it.
    pub decided_by: DecidedBy,
    /// The hash of the prompt, when a model did.
    pub prompt_hash: Option<ContentHash>,
    /// When.
    pub created_at_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
struct OutboundRow {
    created_at_ms: i64,
    text_hash: String,
    thread_id: String,
    template_key: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ConsentRow {
    opted_out: bool,
    at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    id: String,
    engine: String,
    playbook_version: i64,
    rule: String,
    action: String,
    classification: String,
    created_at_ms: i64,
    decided_by: String,
    prompt_hash: Option<String>,
}

/// A draft as it went out.
pub(crate) struct SentDraft {
    pub(crate) webhook_id: String,
    pub(crate) body: String,
    pub(crate) author: Author,
}

impl Situation {
    /// The text of the burst: what the contact said, a message a line.
    #[must_use]
    pub fn burst_text(&self) -> String {
        text_of(&self.burst)
    }

    /// When the newest message that is being answered was received.
    #[must_use]
    pub fn received_at(&self) -> UnixMs {
        self.burst.last().map_or(self.candidate.created_at_ms, |message| message.received_at_ms)
    }

    /// Asks the admission gate; `body` is the reply, once there is one.
    #[must_use]
    pub fn admission(
        &self,
        rules: &AdmissionRules,
        mode: Mode,
        body: Option<&str>,
        now: UnixMs,
    ) -> Admission {
        let outbound_at_ms: Vec<UnixMs> = self.outbound.iter().map(|note| note.at_ms).collect();
        let hash = body.map(|body| same_text_hash(body).to_string());
        let same_text_at_ms = hash.and_then(|hash| {
            let same = |note: &&OutboundNote| note.thread_id == self.thread.id && note.text_hash == hash;
            self.outbound.iter().find(same).map(|note| note.at_ms)
        });
        let confirmation = Some(TemplateKey::OPT_OUT_CONFIRMATION);
        let confirmed = self.outbound.iter().find(|note| note.template_key == confirmation);
        let context = AdmissionContext {
            rules,
            mode,
            channel: &self.thread.channel,
            contact_zone: self.thread.zone.as_deref(),
            sticky_hold: self.thread.sticky_hold,
            opted_out_at_ms: self.consent.as_ref().filter(|note| note.opted_out).map(|note| note.at_ms),
            opt_out_confirmed_at_ms: confirmed.map(|note| note.at_ms),
            inbound_at_ms: self.received_at(),
            last_inbound_at_ms: self
                .thread
                .last_inbound_at_ms
                .unwrap_or(self.received_at())
                .max(self.received_at()),
            outbound_at_ms: &outbound_at_ms,
            template_key: self.candidate.template_key,
            same_text_at_ms,
        };
        admit(&context, now)
    }

    /// Passes a body through the alignment gate; `instructions` are what its writer was told, where that was a model.
    #[must_use]
    pub fn verdict(&self, body: &str, gate: &Gate, instructions: Option<&str>) -> Verdict {
        let inbound = self.burst_text();
        let context = GateContext {
            inbound: Some(&inbound),
            channel: Some(&self.thread.channel),
            instructions,
            ..GateContext::default()
        };
        gate.validate(body, &context)
    }
}

impl Store {
    /// All that a handler needs to decide about a candidate; `since` bounds how far back outbound messages are read.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.candidates.situation", skip_all)]
    pub async fn situation(&self, id: CandidateId, since: UnixMs) -> Result<Situation, StoreError> {
        let mut session = self.db.read().await?;
        let candidate = load_candidate(&mut session, id).await?;
        let thread = load_thread(&mut session, candidate.thread_id).await?;
        load_situation(&mut session, candidate, thread, since).await
    }

    /// One draft.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.drafts.get", skip_all)]
    pub async fn draft(&self, id: DraftId) -> Result<Option<Draft>, StoreError> {
        let mut session = self.db.read().await?;
        fetch_optional!(session, drafts::GET => DraftRow; id.to_string())?
            .map(DraftRow::into_draft)
            .transpose()
    }

    /// The last `limit` drafts of all candidates, the newest first, to be measured again.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.drafts.recent", skip_all)]
    pub async fn past_drafts(&self, limit: i64) -> Result<Vec<PastDraft>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, drafts::RECENT => DraftRow; limit)?;
        let mut past: Vec<PastDraft> = Vec::with_capacity(rows.len());
        for row in rows {
            let draft = row.into_draft()?;
            // Drafts of one candidate follow each other.
            let known = past.last().filter(|last| last.draft.candidate_id == draft.candidate_id);
            let (inbound, channel) = match known {
                Some(last) => (last.inbound.clone(), last.channel.clone()),
                None => {
                    let candidate = load_candidate(&mut session, draft.candidate_id).await?;
                    let thread = load_thread(&mut session, candidate.thread_id).await?;
                    let burst = load_burst(&mut session, &candidate, &thread).await?;
                    (text_of(&burst), thread.channel)
                }
            };
            past.push(PastDraft { draft, inbound, channel });
        }
        Ok(past)
    }

    /// A candidate with its drafts, decisions and intent.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.candidates.view", skip_all)]
    pub async fn candidate(&self, id: CandidateId) -> Result<Option<CandidateView>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_optional!(session, candidates::GET => CandidateRow; id.to_string())?;
        let Some(candidate) = row.map(CandidateRow::into_candidate).transpose()? else { return Ok(None) };
        let drafts = fetch_all!(session, drafts::OF_CANDIDATE => DraftRow; id.to_string())?;
        let decisions = fetch_all!(session, decisions::OF_CANDIDATE => DecisionRow; id.to_string())?;
        let intent = fetch_optional!(session, intents::OF_CANDIDATE => IntentRow; id.to_string())?;
        Ok(Some(CandidateView {
            candidate,
            drafts: drafts.into_iter().map(DraftRow::into_draft).collect::<Result<_, _>>()?,
            decisions: decisions.into_iter().map(DecisionRow::into_view).collect::<Result<_, _>>()?,
            intent: intent.map(IntentRow::into_intent).transpose()?,
        }))
    }
}

impl DecisionRow {
    fn into_view(self) -> Result<DecisionView, StoreError> {
        let name = RowName { table: "decisions", id: &self.id };
        Ok(DecisionView {
            action: name.json("action", &self.action)?,
            classification: name.json("classification", &self.classification)?,
            decided_by: name.parse("decided_by", &self.decided_by)?,
            prompt_hash: name.parse_optional("prompt_hash", self.prompt_hash.as_deref())?,
            engine: self.engine,
            playbook_version: self.playbook_version,
            rule: self.rule,
            created_at_ms: UnixMs(self.created_at_ms),
        })
    }
}

/// The messages that a candidate answers, oldest first.
async fn load_burst(
    session: &mut Session,
    candidate: &Candidate,
    thread: &Thread,
) -> Result<Vec<Message>, StoreError> {
    let rows = fetch_all!(session, messages::OF_BURST => MessageRow;
        thread.id.to_string(), candidate.burst_from_revision, candidate.revision, BURST_MESSAGES_MAX)?;
    let mut burst = rows.into_iter().map(MessageRow::into_message).collect::<Result<Vec<_>, _>>()?;
    burst.reverse();
    Ok(burst)
}

/// What messages say, one a line.
fn text_of(messages: &[Message]) -> String {
    messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n")
}

pub(crate) async fn load_situation(
    session: &mut Session,
    candidate: Candidate,
    thread: Thread,
    since: UnixMs,
) -> Result<Situation, StoreError> {
    let burst = load_burst(session, &candidate, &thread).await?;
    let rows = fetch_all!(session, messages::OUTBOUND_SINCE => OutboundRow;
        thread.contact.clone(), since.0, OUTBOUND_LOOKED_AT)?;
    let outbound = rows
        .into_iter()
        .map(|row| {
            let name = RowName { table: "messages", id: &row.thread_id };
            Ok(OutboundNote {
                at_ms: UnixMs(row.created_at_ms),
                thread_id: name.parse("thread_id", &row.thread_id)?,
                template_key: name.parse_optional("template_key", row.template_key.as_deref())?,
                text_hash: row.text_hash,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let consent = fetch_optional!(session, consent::LAST => ConsentRow; thread.contact.clone())?
        .map(|row| ConsentNote { opted_out: row.opted_out, at_ms: UnixMs(row.at_ms) });
    Ok(Situation { candidate, thread, burst, outbound, consent })
}

pub(crate) async fn load_candidate(session: &mut Session, id: CandidateId) -> Result<Candidate, StoreError> {
    fetch_optional!(session, candidates::GET => CandidateRow; id.to_string())?
        .ok_or_else(|| Refusal::NotFound { what: "candidate", id: id.to_string() })?
        .into_candidate()
}

pub(crate) async fn load_thread(session: &mut Session, id: ThreadId) -> Result<Thread, StoreError> {
    fetch_optional!(session, threads::GET => ThreadRow; id.to_string())?
        .ok_or_else(|| Refusal::NotFound { what: "thread", id: id.to_string() })?
        .into_thread()
}

/// Reads a thread and keeps it locked until the transaction ends.
pub(crate) async fn lock_thread(tx: &mut Session, id: ThreadId) -> Result<Thread, StoreError> {
    fetch_optional!(tx, threads::LOCK => ThreadRow; id.to_string())?
        .ok_or_else(|| Refusal::NotFound { what: "thread", id: id.to_string() })?
        .into_thread()
}

/// Reads a candidate under its thread's lock: only then does it hold still.
pub(crate) async fn lock_candidate(
    tx: &mut Session,
    id: CandidateId,
) -> Result<(Thread, Candidate), StoreError> {
    let thread_id = load_candidate(tx, id).await?.thread_id;
    let thread = lock_thread(tx, thread_id).await?;
    let candidate = load_candidate(tx, id).await?;
    Ok((thread, candidate))
}

pub(crate) async fn load_draft(
    session: &mut Session,
    candidate: &Candidate,
) -> Result<Option<Draft>, StoreError> {
    let Some(id) = candidate.draft_id else { return Ok(None) };
    fetch_optional!(session, drafts::GET => DraftRow; id.to_string())?.map(DraftRow::into_draft).transpose()
}

pub(crate) async fn load_intent(
    session: &mut Session,
    candidate: CandidateId,
) -> Result<Option<SendIntent>, StoreError> {
    fetch_optional!(session, intents::OF_CANDIDATE => IntentRow; candidate.to_string())?
        .map(IntentRow::into_intent)
        .transpose()
}

impl Scene<'_> {
    pub(crate) async fn sent_draft(
        &self,
        tx: &mut Session,
        candidate: &Candidate,
    ) -> Result<SentDraft, StoreError> {
        let missing = |what| RowName { table: "candidates", id: "" }.bad("draft_id", what);
        let draft = load_draft(tx, candidate).await?.ok_or_else(|| missing("is empty after sending"))?;
        let intent =
            load_intent(tx, candidate.id).await?.ok_or_else(|| missing("was sent without an intent"))?;
        Ok(SentDraft { webhook_id: intent.id.to_string(), body: draft.body, author: draft.author })
    }
}
