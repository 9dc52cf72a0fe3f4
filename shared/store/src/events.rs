//! Reading the trail.

use prospector_domain::{
    event::Event,
    id::ThreadId,
    time::{SECOND_MS, UnixMs},
};

use crate::{
    Store,
    error::StoreError,
    row::RowName,
    session::{fetch_all, fetch_one},
    statement::events,
};

/// How long a row whose predecessor is missing is kept back, in milliseconds: far longer than any transaction takes.
/// After that the missing number belongs to a transaction that was undone.
const GAP_SETTLES_AFTER_MS: i64 = 5 * SECOND_MS;

#[derive(sqlx::FromRow)]
struct EventRow {
    seq: i64,
    at_ms: i64,
    kind: String,
    thread_id: Option<String>,
    candidate_id: Option<String>,
    job_id: Option<String>,
    data: String,
}

#[derive(sqlx::FromRow)]
struct SeqRow {
    seq: i64,
}

impl Store {
    /// Events after `seq`, in order, of one thread or of all. A reader who goes on from the last number it got misses
    /// none: an event with a lower number that is committed later is waited for.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.events.after", skip_all)]
    pub async fn events_after(
        &self,
        seq: i64,
        thread: Option<ThreadId>,
        limit: i64,
        now: UnixMs,
    ) -> Result<Vec<Event>, StoreError> {
        let mut session = self.db.read().await?;
        let settled_before_ms = now.plus_ms(-GAP_SETTLES_AFTER_MS).0;
        let rows = match thread {
            Some(thread) => fetch_all!(session, events::AFTER_OF_THREAD => EventRow;
                    seq, settled_before_ms, limit, thread.to_string())?,
            None => fetch_all!(session, events::AFTER => EventRow; seq, settled_before_ms, limit)?,
        };
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// The newest events, newest first, for people who look on. A reader who must miss none uses [`Store::events_after`].
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.events.newest", skip_all)]
    pub async fn newest_events(&self, limit: i64) -> Result<Vec<Event>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, events::NEWEST => EventRow; limit)?;
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// The newest event's number; 0 when there is none.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.events.last", skip_all)]
    pub async fn last_event_seq(&self) -> Result<i64, StoreError> {
        let mut session = self.db.read().await?;
        Ok(fetch_one!(session, events::LAST => SeqRow;)?.seq)
    }
}

impl EventRow {
    fn into_event(self) -> Result<Event, StoreError> {
        let id = self.seq.to_string();
        let name = RowName { table: "events", id: &id };
        Ok(Event {
            seq: self.seq,
            at_ms: UnixMs(self.at_ms),
            kind: name.parse("kind", &self.kind)?,
            thread_id: name.parse_optional("thread_id", self.thread_id.as_deref())?,
            candidate_id: name.parse_optional("candidate_id", self.candidate_id.as_deref())?,
            job_id: name.parse_optional("job_id", self.job_id.as_deref())?,
            data: name.json("data", &self.data)?,
        })
    }
}
