//! Leases on duties that only one process may do at a time. Each change of holder gets a new epoch; whatever a holder
//! commands carries its epoch and is refused once that is no longer the current one.

use prospector_domain::time::UnixMs;

use crate::{
    Store,
    error::StoreError,
    session::{execute, fetch_optional},
    statement::leases,
};

/// A lease that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What it is for.
    pub name: String,
    /// Who holds it. Must differ between any two processes that ever run.
    pub owner: String,
    /// Rises by one with every change of holder.
    pub epoch: i64,
    /// When it ends unless renewed.
    pub until_ms: UnixMs,
}

#[derive(sqlx::FromRow)]
struct EpochRow {
    epoch: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct LeaseRow {
    pub(crate) owner: String,
    pub(crate) epoch: i64,
    pub(crate) until_ms: i64,
}

impl Store {
    /// Takes the lease when it is free or has run out, or renews it when `owner` holds it already, until
    /// `now + ttl_ms`. None means that somebody else holds it.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.leases.acquire", skip_all, fields(lease = name))]
    pub async fn acquire_lease(
        &self,
        now: UnixMs,
        name: &str,
        owner: &str,
        ttl_ms: i64,
    ) -> Result<Option<Lease>, StoreError> {
        self.retrying("db.leases.acquire", || async {
            let until_ms = now.plus_ms(ttl_ms);
            let mut tx = self.db.begin().await?;
            let row = fetch_optional!(tx, leases::ACQUIRE => EpochRow; name, owner, until_ms.0, now.0)?;
            tx.commit().await?;
            Ok(row.map(|row| Lease {
                name: name.to_owned(),
                owner: owner.to_owned(),
                epoch: row.epoch,
                until_ms,
            }))
        })
        .await
    }

    /// Gives a lease back, so that the next holder need not wait for its end. One that is lost already stays as it is.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.leases.release", skip_all, fields(lease = lease.name))]
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        execute!(tx, leases::RELEASE; lease.name.as_str(), lease.owner.as_str(), lease.epoch)?;
        tx.commit().await
    }

    /// True while nobody took the lease over since `epoch` began, even when its time has run out: until somebody
    /// does, its holder is still the only one.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.leases.check_epoch", skip_all, fields(lease = name))]
    pub async fn check_epoch(&self, name: &str, epoch: i64) -> Result<bool, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_optional!(session, leases::GET => LeaseRow; name)?;
        Ok(row.is_some_and(|row| row.epoch == epoch))
    }

    /// Who holds a lease, or held it last.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.leases.get", skip_all, fields(lease = name))]
    pub async fn lease(&self, name: &str) -> Result<Option<Lease>, StoreError> {
        let mut session = self.db.read().await?;
        let row = fetch_optional!(session, leases::GET => LeaseRow; name)?;
        Ok(row.map(|row| Lease {
            name: name.to_owned(),
            owner: row.owner,
            epoch: row.epoch,
            until_ms: UnixMs(row.until_ms),
        }))
    }
}
