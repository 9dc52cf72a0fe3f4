//! What is not tried for a while because it failed, such as one size in one region.

use prospector_domain::time::UnixMs;
use serde::Serialize;

use super::guard::{LeaderGuard, ensure_leader};
use crate::{
    Store,
    error::StoreError,
    session::{execute, fetch_all},
    statement::breakers,
};

/// Something that is not tried for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breaker {
    /// What, such as `digitalocean/nyc2/gpu-l40sx1-48gb`.
    pub name: String,
    /// Not before this moment; one that lies in the past blocks nothing.
    pub blocked_until_ms: UnixMs,
    /// Failures in a row.
    pub failures: i64,
    /// What went wrong last, in words.
    pub words: String,
}

#[derive(sqlx::FromRow)]
struct BreakerRow {
    name: String,
    blocked_until_ms: i64,
    failures: i64,
    words: String,
}

impl Store {
    /// Notes that something is not to be tried for a while, or may be tried again.
    ///
    /// # Errors
    /// [`crate::Refusal::NoLongerLeader`]; otherwise what the database says.
    #[tracing::instrument(name = "db.breakers.set", skip_all)]
    pub async fn set_breaker(
        &self,
        now: UnixMs,
        guard: &LeaderGuard,
        breaker: &Breaker,
    ) -> Result<(), StoreError> {
        self.retrying("db.breakers.set", || async {
            let mut tx = self.db.begin().await?;
            ensure_leader(&mut tx, guard).await?;
            execute!(tx, breakers::SET;
                breaker.name.as_str(),
                breaker.blocked_until_ms.0,
                breaker.failures,
                breaker.words.as_str(),
                now.0)?;
            tx.commit().await
        })
        .await
    }

    /// Everything that ever failed, by name, whether it is still blocked or not.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.breakers.list", skip_all)]
    pub async fn breakers(&self) -> Result<Vec<Breaker>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, breakers::ALL => BreakerRow;)?;
        Ok(rows
            .into_iter()
            .map(|row| Breaker {
                name: row.name,
                blocked_until_ms: UnixMs(row.blocked_until_ms),
                failures: row.failures,
                words: row.words,
            })
            .collect())
    }
}
