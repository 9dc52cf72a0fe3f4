//! The opt-out ledger as an operator keeps it. What contacts say themselves is written when their message comes in.

use prospector_domain::{event::EventKind, id::MessageId, time::UnixMs};
use serde::Serialize;
use serde_json::json;

use crate::{
    Store,
    error::StoreError,
    event_log::{About, record},
    row::RowName,
    session::{execute, fetch_all},
    statement::{consent, settings},
};

/// One entry of the ledger. The newest of a contact counts, on every channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsentEntry {
    /// Its number; rises.
    pub seq: i64,
    /// The contact's address.
    pub contact: String,
    /// The channel on which it was said.
    pub channel: String,
    /// True when the contact does not want to be messaged.
    pub opted_out: bool,
    /// Who wrote it: `contact`, or the operator.
    pub recorded_by: String,
    /// The message that said so.
    pub message_id: Option<MessageId>,
    /// When.
    pub at_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    seq: i64,
    contact: String,
    channel: String,
    opted_out: bool,
    recorded_by: String,
    message_id: Option<String>,
    at_ms: i64,
}

impl Store {
    /// Notes that a contact does not want to be messaged, or wants it again. Nothing goes out to them from the moment
    /// this returns.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.consent.record", skip_all)]
    pub async fn record_consent(
        &self,
        now: UnixMs,
        contact: &str,
        channel: &str,
        opted_out: bool,
        by: &str,
    ) -> Result<(), StoreError> {
        self.retrying("db.consent.record", || async {
            let mut tx = self.db.begin().await?;
            // Waits for every send that is being marked just now, as a change of mode does.
            execute!(tx, settings::LOCK;)?;
            execute!(tx, consent::RECORD; contact, channel, opted_out, by, None::<&str>, now.0)?;
            let kind = if opted_out { EventKind::OptedOut } else { EventKind::OptedIn };
            record(&mut tx, now, kind, About::default(), &json!({ "by": by })).await?;
            tx.commit().await
        })
        .await
    }

    /// What a contact said last about being messaged; none when they never said anything.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.consent.of_contact", skip_all)]
    pub async fn consent_of(&self, contact: &str) -> Result<Option<ConsentEntry>, StoreError> {
        Ok(self.consent_history(contact, 1).await?.pop())
    }

    /// What a contact said about being messaged, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.consent.history", skip_all)]
    pub async fn consent_history(&self, contact: &str, limit: i64) -> Result<Vec<ConsentEntry>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, consent::OF_CONTACT => EntryRow; contact, limit)?;
        rows.into_iter().map(EntryRow::into_entry).collect()
    }

    /// Entries of the whole ledger older than number `before`, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.consent.ledger", skip_all)]
    pub async fn consent_ledger(
        &self,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<ConsentEntry>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, consent::LEDGER => EntryRow; before.unwrap_or(i64::MAX), limit)?;
        rows.into_iter().map(EntryRow::into_entry).collect()
    }
}

impl EntryRow {
    fn into_entry(self) -> Result<ConsentEntry, StoreError> {
        let id = self.seq.to_string();
        let name = RowName { table: "opt_outs", id: &id };
        Ok(ConsentEntry {
            message_id: name.parse_optional("message_id", self.message_id.as_deref())?,
            seq: self.seq,
            contact: self.contact,
            channel: self.channel,
            opted_out: self.opted_out,
            recorded_by: self.recorded_by,
            at_ms: UnixMs(self.at_ms),
        })
    }
}
