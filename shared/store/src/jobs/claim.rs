//! Taking jobs under a lease, and keeping it.

use prospector_domain::{
    id::JobId,
    job::{Claim, Job},
    time::UnixMs,
};

use super::row::JobRow;
use crate::{
    Store,
    error::StoreError,
    row::{RowName, to_json},
    session::{execute, fetch_all},
    statement::jobs,
};

/// Who claims, and for how long.
#[derive(Debug, Clone)]
pub struct ClaimOptions {
    /// The worker's name, for people.
    pub owner: String,
    /// How long the lease lasts unless renewed, in milliseconds.
    pub lease_ms: i64,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    id: String,
    fence: i64,
}

impl Store {
    /// Claims those of `ids` that may run now: queued, due, of a kind that is not paused, and first in the order of
    /// their thread. The others are simply not in the answer: somebody else has them, or will.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.claim", skip_all, fields(hints = ids.len()))]
    pub async fn claim(
        &self,
        now: UnixMs,
        ids: &[JobId],
        options: &ClaimOptions,
    ) -> Result<Vec<Job>, StoreError> {
        self.retrying("db.jobs.claim", || async {
            let until_ms = now.plus_ms(options.lease_ms).0;
            let mut tx = self.db.begin().await?;
            let rows =
                fetch_all!(tx, jobs::CLAIM => JobRow; to_json(&ids), options.owner.clone(), until_ms, now.0)?;
            tx.commit().await?;
            Ok(rows.into_iter().filter_map(readable).collect())
        })
        .await
    }

    /// Renews leases until `now + lease_ms` and returns the claims that still hold. A claim that is missing from the
    /// answer is lost: its job was rescued or cancelled, and nothing it does may be saved.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.renew", skip_all, fields(claims = claims.len()))]
    pub async fn renew(
        &self,
        now: UnixMs,
        claims: &[Claim],
        lease_ms: i64,
    ) -> Result<Vec<Claim>, StoreError> {
        self.retrying("db.jobs.renew", || async {
            let held: Vec<_> = claims.iter().map(ClaimJson::from).collect();
            let mut tx = self.db.begin().await?;
            let held = to_json(&held);
            let mut rows = fetch_all!(tx, jobs::RENEW => HeldRow; held.as_str(), now.plus_ms(lease_ms).0)?;
            if rows.len() < claims.len() {
                // A row that somebody is writing to at this moment is passed over instead of being waited for: it is
                // held until that is committed, and the next renewal sees what came of it.
                rows = fetch_all!(tx, jobs::STILL_HELD => HeldRow; held.as_str())?;
            }
            tx.commit().await?;
            rows.into_iter().map(HeldRow::into_claim).collect()
        })
        .await
    }

    /// Gives claimed jobs back untouched, the attempt included: used when a worker must stop before it began.
    ///
    /// # Errors
    /// What the database says.
    #[tracing::instrument(name = "db.jobs.hand_back", skip_all, fields(claims = claims.len()))]
    pub async fn hand_back(&self, now: UnixMs, claims: &[Claim]) -> Result<u64, StoreError> {
        self.retrying("db.jobs.hand_back", || async {
            let mut given_back = 0;
            let mut tx = self.db.begin().await?;
            for claim in claims {
                given_back += execute!(tx, jobs::HAND_BACK; claim.job_id.to_string(), claim.fence, now.0)?;
            }
            tx.commit().await?;
            Ok(given_back)
        })
        .await
    }
}

/// A row that cannot be read must not take the other jobs of its batch with it: it comes back when its lease ends.
fn readable(row: JobRow) -> Option<Job> {
    row.into_job().map_err(|error| tracing::error!(%error, "claimed a job that cannot be read")).ok()
}

/// A claim as the statements take it.
#[derive(serde::Serialize)]
pub(super) struct ClaimJson {
    pub(super) id: JobId,
    pub(super) fence: i64,
}

impl From<&Claim> for ClaimJson {
    fn from(claim: &Claim) -> Self {
        Self { id: claim.job_id, fence: claim.fence }
    }
}

impl HeldRow {
    fn into_claim(self) -> Result<Claim, StoreError> {
        let job_id = RowName { table: "jobs", id: &self.id }.parse("id", &self.id)?;
        Ok(Claim { job_id, fence: self.fence })
    }
}
