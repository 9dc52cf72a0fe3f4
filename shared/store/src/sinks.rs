//! Sinks that must not be sent to. Where a sink is and what its secret is stands in the configuration; only whether it
//! is disabled is kept here.

use prospector_domain::{event::EventKind, time::UnixMs};
use serde::Serialize;
use serde_json::json;

use crate::{
    Store,
    error::StoreError,
    event_log::{About, record},
    session::{execute, fetch_all, fetch_optional},
    statement::sinks,
};

/// What is known about a sink. One that was never disabled is not known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SinkState {
    /// Its name in the configuration.
    pub name: String,
    /// Since when it is disabled.
    pub disabled_at_ms: Option<UnixMs>,
    /// Why.
    pub reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct SinkRow {
    name: String,
    disabled_at_ms: Option<i64>,
    reason: Option<String>,
}

impl Store {
    /// Sends nothing more to a sink until somebody enables it again. One that is disabled already keeps the moment and
    /// the reason of that.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.sinks.disable", skip_all, fields(sink = name))]
    pub async fn disable_sink(&self, now: UnixMs, name: &str, reason: &str) -> Result<(), StoreError> {
        self.retrying("db.sinks.disable", || async {
            let mut tx = self.db.begin().await?;
            let known = fetch_optional!(tx, sinks::GET => SinkRow; name)?;
            if known.is_some_and(|sink| sink.disabled_at_ms.is_some()) {
                return Ok(());
            }
            execute!(tx, sinks::SET; name, Some(now.0), Some(reason))?;
            let data = json!({ "sink": name, "reason": reason });
            record(&mut tx, now, EventKind::SinkDisabled, About::default(), &data).await?;
            tx.commit().await
        })
        .await
    }

    /// Lets a sink be sent to again. Candidates held because of it are released by hand.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.sinks.enable", skip_all, fields(sink = name))]
    pub async fn enable_sink(&self, now: UnixMs, name: &str, by: &str) -> Result<(), StoreError> {
        self.retrying("db.sinks.enable", || async {
            let mut tx = self.db.begin().await?;
            let known = fetch_optional!(tx, sinks::GET => SinkRow; name)?;
            if known.is_none_or(|sink| sink.disabled_at_ms.is_none()) {
                return Ok(());
            }
            execute!(tx, sinks::SET; name, None::<i64>, None::<&str>)?;
            let data = json!({ "sink": name, "by": by });
            record(&mut tx, now, EventKind::SinkEnabled, About::default(), &data).await?;
            tx.commit().await
        })
        .await
    }

    /// Every sink that is or was disabled, by name.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.sinks.list", skip_all)]
    pub async fn sinks(&self) -> Result<Vec<SinkState>, StoreError> {
        let mut session = self.db.read().await?;
        let rows = fetch_all!(session, sinks::LIST => SinkRow;)?;
        let state = |row: SinkRow| SinkState {
            name: row.name,
            disabled_at_ms: row.disabled_at_ms.map(UnixMs),
            reason: row.reason,
        };
        Ok(rows.into_iter().map(state).collect())
    }
}
