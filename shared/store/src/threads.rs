//! Looking at threads and their messages.

use prospector_domain::{
    id::{MessageId, ThreadId},
    record::{Candidate, Message, Thread},
};
use serde::Serialize;

use crate::{
    Store,
    error::StoreError,
    pipeline::{CandidateRow, MessageRow, ThreadRow},
    session::{Session, fetch_all, fetch_optional},
    statement::{candidates, messages, threads},
};

/// Which threads to list.
#[derive(Debug, Clone, Default)]
pub struct ThreadFilter {
    /// Only those of this contact.
    pub contact: Option<String>,
    /// Only those on this channel.
    pub channel: Option<String>,
    /// Only threads older than this one: the cursor.
    pub before: Option<ThreadId>,
}

/// A thread with its newest messages.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadView {
    /// The thread.
    pub thread: Thread,
    /// The candidate that is live, when there is one.
    pub live: Option<Candidate>,
    /// Its messages, newest first.
    pub messages: Vec<Message>,
}

impl Store {
    /// Threads, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.threads.list", skip_all)]
    pub async fn threads(&self, filter: &ThreadFilter, limit: i64) -> Result<Vec<Thread>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, threads::LIST => ThreadRow;
            filter.contact.as_deref(),
            filter.channel.as_deref(),
            filter.before.map(|id| id.to_string()),
            limit)?;
        rows.into_iter().map(ThreadRow::into_thread).collect()
    }

    /// A thread with its live candidate and its newest `messages_max` messages.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.threads.view", skip_all)]
    pub async fn thread(&self, id: ThreadId, messages_max: i64) -> Result<Option<ThreadView>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_optional!(session, threads::GET => ThreadRow; id.to_string())?;
        let Some(thread) = row.map(ThreadRow::into_thread).transpose()? else { return Ok(None) };
        let live = fetch_optional!(session, candidates::LIVE => CandidateRow; id.to_string())?
            .map(CandidateRow::into_candidate)
            .transpose()?;
        let messages = read_messages(&mut session, id, None, messages_max).await?;
        Ok(Some(ThreadView { thread, live, messages }))
    }

    /// Messages of a thread older than `before`, newest first.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.messages.list", skip_all)]
    pub async fn thread_messages(
        &self,
        id: ThreadId,
        before: Option<MessageId>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        read_messages(&mut self.db.read().await?, id, before, limit).await
    }
}

async fn read_messages(
    session: &mut Session,
    thread: ThreadId,
    before: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let rows = fetch_all!(session, messages::OF_THREAD => MessageRow;
        thread.to_string(), before.map(|id| id.to_string()), limit)?;
    rows.into_iter().map(MessageRow::into_message).collect()
}
