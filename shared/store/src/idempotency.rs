//! Idempotency keys: the same request under the same key is answered once, and replayed after that.

use prospector_domain::time::{SECOND_MS, UnixMs};
use uuid::Uuid;

use crate::{
    Store,
    error::StoreError,
    row::RowName,
    session::{execute, fetch_optional},
    statement::idempotency,
};

/// A request that was begun and not answered for this long was begun by a server that is gone, in milliseconds. No
/// request takes half as long.
const ABANDONED_AFTER_MS: i64 = 60 * SECOND_MS;

/// What is known about a request under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Idempotency {
    /// Not seen before: carry it out, then finish or abandon the ticket.
    New(IdempotencyTicket),
    /// Somebody carries it out at this moment.
    InFlight,
    /// It was answered: answer the same.
    Replay {
        /// HTTP status of the answer.
        status: u16,
        /// Body of the answer.
        body: String,
    },
    /// The key was used for a different request.
    Mismatch,
}

/// Proof that a request may be carried out, by one server at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyTicket {
    scope: String,
    key: String,
    begun_at_ms: UnixMs,
    subject: Uuid,
}

impl IdempotencyTicket {
    /// The id that what the request makes is to have. It stays the same when another server takes the request over, so
    /// that what the first one made before it vanished is found instead of made again.
    #[must_use]
    pub const fn subject(&self) -> Uuid {
        self.subject
    }
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    request_hash: String,
    subject: String,
    response_status: Option<i64>,
    response_body: Option<String>,
    created_at_ms: i64,
}

impl Store {
    /// Begins a request. `scope` keeps the keys of different callers apart; `request_hash` tells two requests apart.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.idempotency.begin", skip_all)]
    pub async fn begin_idempotent(
        &self,
        now: UnixMs,
        scope: &str,
        key: &str,
        request_hash: &str,
    ) -> Result<Idempotency, StoreError> {
        self.retrying("db.idempotency.begin", || async {
            let ticket = |subject| IdempotencyTicket {
                scope: scope.to_owned(),
                key: key.to_owned(),
                begun_at_ms: now,
                subject,
            };
            let subject = self.ids.next(now);
            let mut tx = self.db.begin().await?;
            let inserted =
                execute!(tx, idempotency::INSERT; scope, key, request_hash, now.0, subject.to_string())?;
            if inserted == 1 {
                tx.commit().await?;
                return Ok(Idempotency::New(ticket(subject)));
            }
            // The row may have been abandoned since: then the next try finds the key free.
            let Some(row) = fetch_optional!(tx, idempotency::GET => KeyRow; scope, key)? else {
                return Ok(Idempotency::InFlight);
            };
            if row.request_hash != request_hash {
                return Ok(Idempotency::Mismatch);
            }
            let name = RowName { table: "idempotency_keys", id: key };
            if let Some(status) = row.response_status {
                let status = u16::try_from(status).map_err(|error| name.bad("response_status", error))?;
                return Ok(Idempotency::Replay { status, body: row.response_body.unwrap_or_default() });
            }
            if now.since(UnixMs(row.created_at_ms)) < ABANDONED_AFTER_MS {
                return Ok(Idempotency::InFlight);
            }
            let taken = execute!(tx, idempotency::TAKE_OVER; scope, key, row.created_at_ms, now.0)?;
            tx.commit().await?;
            let subject = name.parse("subject", &row.subject)?;
            Ok(if taken == 1 { Idempotency::New(ticket(subject)) } else { Idempotency::InFlight })
        })
        .await
    }

    /// Keeps the answer of a request for its repeats. False when another server took the request over meanwhile.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.idempotency.finish", skip_all)]
    pub async fn finish_idempotent(
        &self,
        ticket: &IdempotencyTicket,
        status: u16,
        body: &str,
    ) -> Result<bool, StoreError> {
        self.retrying("db.idempotency.finish", || async {
            let mut tx = self.db.begin().await?;
            let finished = execute!(tx, idempotency::FINISH;
                ticket.scope.as_str(), ticket.key.as_str(), ticket.begun_at_ms.0, i64::from(status), body)?;
            tx.commit().await?;
            Ok(finished == 1)
        })
        .await
    }

    /// Forgets a request that changed nothing, so that it may be tried again under the same key.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.idempotency.abandon", skip_all)]
    pub async fn abandon_idempotent(&self, ticket: &IdempotencyTicket) -> Result<(), StoreError> {
        self.retrying("db.idempotency.abandon", || async {
            let mut tx = self.db.begin().await?;
            execute!(tx, idempotency::ABANDON;
                ticket.scope.as_str(), ticket.key.as_str(), ticket.begun_at_ms.0)?;
            tx.commit().await
        })
        .await
    }
}
