//! Holds that end by themselves.

use prospector_domain::{
    candidate::{CandidateEvent, Hold},
    hold::HoldReason,
    id::CandidateId,
    time::UnixMs,
};
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
        self.release_each(now, due, |hold| hold.release_at_ms.is_some_and(|at| at <= now)).await
    }

    /// Lets candidates go on that are held because no engine could be reached, at most `limit` of them, oldest first,
    /// each in a transaction of its own: for when a machine is ready, or another engine was chosen. They are read anew,
    /// and wait again should the engine be gone by then.
    ///
    /// # Errors
    /// What the database says when it is away; those let go before it stay so. A candidate that cannot be let go is
    /// logged, and the others are.
    #[tracing::instrument(name = "db.candidates.release_engine_holds", skip_all)]
    pub async fn release_engine_holds(&self, now: UnixMs, limit: i64) -> Result<Vec<Hint>, StoreError> {
        let held = {
            let mut session = self.db.read().await?;
            fetch_all!(session, candidates::HELD_FOR_ENGINE => ReleaseRow; limit)?
        };
        self.release_each(now, held, |hold| hold.reason == HoldReason::EngineUnavailable).await
    }

    async fn release_each(
        &self,
        now: UnixMs,
        listed: Vec<ReleaseRow>,
        has_ended: impl Fn(&Hold) -> bool + Sync,
    ) -> Result<Vec<Hint>, StoreError> {
        let mut hints = Vec::new();
        for row in listed {
            let id = row.candidate_id()?;
            let released = self
                .retrying("db.candidates.release", || async { self.release_one(now, id, &has_ended).await })
                .await;
            match released {
                Ok(released) => hints.extend(released),
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => {
                    tracing::error!(%error, candidate = %id, "a hold that ended could not be lifted");
                }
            }
        }
        Ok(hints)
    }

    /// What was listed may have moved since: only the hold that is found under the thread's lock counts.
    async fn release_one(
        &self,
        now: UnixMs,
        id: CandidateId,
        has_ended: impl Fn(&Hold) -> bool,
    ) -> Result<Vec<Hint>, StoreError> {
        let mut tx = self.db.begin().await?;
        let (thread, mut candidate) = lock_candidate(&mut tx, id).await?;
        if !candidate.hold.as_ref().is_some_and(has_ended) {
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
