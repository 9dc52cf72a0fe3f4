//! Holds that end by themselves.

use prospector_domain::{candidate::CandidateEvent, id::CandidateId, time::UnixMs};
use serde_json::json;

use super::{Hint, Scene, load::lock_candidate, rows::ReleaseRow};
use crate::{Store, error::StoreError, session::fetch_all, statement::candidates};

impl Store {
    /// Lets candidates go on whose hold has ended, at most `limit` of them, each in a transaction of its own. They
    /// pass the admission gate again, so one that is let go too early is simply held again.
    ///
    /// # Errors
    /// What the database says when it is away; those let go before it stay so. A candidate that cannot be let go is
    /// logged, and the others are.
    #[tracing::instrument(name = "db.candidates.release_due", skip_all)]
    pub async fn release_due(&self, now: UnixMs, limit: i64) -> Result<Vec<Hint>, StoreError> {
        let due = {
            let mut session = self.db.read().await?;
            fetch_all!(session, candidates::TO_RELEASE => ReleaseRow; now.0, limit)?
        };
        let mut hints = Vec::new();
        for row in due {
            let id = row.candidate_id()?;
            match self.retrying("db.candidates.release_due", || self.release_ended(now, id)).await {
                Ok(released) => hints.extend(released),
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => {
                    tracing::error!(%error, candidate = %id, "a hold that ended could not be lifted");
                }
            }
        }
        Ok(hints)
    }

    async fn release_ended(&self, now: UnixMs, id: CandidateId) -> Result<Vec<Hint>, StoreError> {
        let mut tx = self.db.begin().await?;
        let (thread, mut candidate) = lock_candidate(&mut tx, id).await?;
        let ends_at = candidate.hold.as_ref().and_then(|hold| hold.release_at_ms);
        if ends_at.is_none_or(|at| at > now) {
            return Ok(Vec::new());
        }
        let approved = candidate.approved_by.is_some() && candidate.draft_id.is_some();
        let event = CandidateEvent::Released { approved };
        let scene = Scene { store: self, now, by_job: None };
        let data = json!({ "by": "scheduler" });
        let hints = scene.move_candidate(&mut tx, &thread, &mut candidate, &event, data).await?;
        tx.commit().await?;
        Ok(hints)
    }
}
