//! Proof of leadership, which every command about machines carries.

use crate::{
    error::{Refusal, StoreError},
    leases::{Lease, LeaseRow},
    session::{Session, fetch_optional},
    statement::leases,
};

/// Who commands, and since which change of leader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaderGuard {
    /// The lease of the leader.
    pub lease: String,
    /// Who holds it.
    pub owner: String,
    /// The epoch it is held under.
    pub epoch: i64,
}

impl From<&Lease> for LeaderGuard {
    fn from(lease: &Lease) -> Self {
        Self { lease: lease.name.clone(), owner: lease.owner.clone(), epoch: lease.epoch }
    }
}

/// Checks that nobody took the lease over, and keeps it so until the transaction ends.
pub(crate) async fn ensure_leader(tx: &mut Session, guard: &LeaderGuard) -> Result<(), StoreError> {
    let row = fetch_optional!(tx, leases::HOLD_STILL => LeaseRow; guard.lease.as_str())?;
    if row.is_some_and(|row| row.owner == guard.owner && row.epoch == guard.epoch) {
        return Ok(());
    }
    Err(Refusal::NoLongerLeader { lease: guard.lease.clone(), epoch: guard.epoch }.into())
}
