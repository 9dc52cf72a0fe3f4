//! Letting go of what is finished and old.

use prospector_domain::time::{DAY_MS, UnixMs};

use crate::{
    Store,
    error::StoreError,
    session::execute,
    statement::{Statement, events, idempotency, jobs},
};

/// How long things are kept after they are over, in milliseconds. Threads, messages, candidates, drafts and decisions
/// are kept for good, and so is what explains them: prompts, workflows, calls, machines and their ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Jobs that succeeded or were cancelled. Default 7 days.
    pub finished_jobs_ms: i64,
    /// Dead jobs. Default 30 days.
    pub dead_jobs_ms: i64,
    /// Events. Default 30 days.
    pub events_ms: i64,
    /// Idempotency keys. Default 1 day.
    pub idempotency_keys_ms: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            finished_jobs_ms: 7 * DAY_MS,
            dead_jobs_ms: 30 * DAY_MS,
            events_ms: 30 * DAY_MS,
            idempotency_keys_ms: DAY_MS,
        }
    }
}

/// How many rows were let go of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Jobs that succeeded or were cancelled.
    pub finished_jobs: u64,
    /// Dead jobs.
    pub dead_jobs: u64,
    /// Events.
    pub events: u64,
    /// Idempotency keys.
    pub idempotency_keys: u64,
}

impl Pruned {
    /// The largest of the numbers: when it equals the limit of the call, there may be more to let go of.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.finished_jobs.max(self.dead_jobs).max(self.events).max(self.idempotency_keys)
    }
}

impl Store {
    /// Deletes what is older than `retention` says, at most `limit` rows of each kind, oldest first.
    ///
    /// # Errors
    /// What the database says; what was deleted before it stays so.
    #[tracing::instrument(name = "db.retention.prune", skip_all)]
    pub async fn prune(&self, now: UnixMs, retention: &Retention, limit: i64) -> Result<Pruned, StoreError> {
        let before = |kept_ms: i64| now.plus_ms(-kept_ms);
        Ok(Pruned {
            finished_jobs: self.delete(jobs::PRUNE, before(retention.finished_jobs_ms), limit).await?,
            dead_jobs: self.delete(jobs::PRUNE_DEAD, before(retention.dead_jobs_ms), limit).await?,
            events: self.delete(events::PRUNE, before(retention.events_ms), limit).await?,
            idempotency_keys: self
                .delete(idempotency::PRUNE, before(retention.idempotency_keys_ms), limit)
                .await?,
        })
    }

    async fn delete(&self, statement: Statement, before: UnixMs, limit: i64) -> Result<u64, StoreError> {
        self.retrying(statement.name, || async {
            let mut tx = self.db.begin().await?;
            let deleted = execute!(tx, statement; before.0, limit)?;
            tx.commit().await?;
            Ok(deleted)
        })
        .await
    }
}
