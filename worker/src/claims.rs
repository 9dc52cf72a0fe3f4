//! Claiming jobs: one statement for all hints that wait at the moment.

use std::{collections::HashMap, sync::Arc};

use prospector_domain::{
    id::JobId,
    job::{Claim, Job, JobKind},
    source::Clock,
};
use prospector_store::{ClaimOptions, Hint, Store};
use tokio_util::sync::CancellationToken;

use crate::{batch::GroupCall, hints::HintPusher};

/// Hints claimed by one statement, at most. More would hold the locks of more rows for longer and gain nothing: the
/// cost of a commit is shared out well before.
pub(crate) const LARGEST_CLAIM: usize = 256;

/// Claims in the name of one worker, for one kind of job.
pub(crate) struct Claims {
    pub(crate) kind: JobKind,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) options: ClaimOptions,
    /// Once cancelled, what is claimed is handed back at once, and the hints at it go back to the queue.
    pub(crate) draining: CancellationToken,
    pub(crate) hints: HintPusher,
}

/// What a hint led to.
#[derive(Debug)]
pub(crate) enum Claimed {
    /// It is ours.
    Job(Box<Job>),
    /// It is not: somebody else has it, it waits its turn, or it is over.
    Passed,
    /// Nobody knows: the store did not answer.
    Away,
}

impl GroupCall for Claims {
    type Ask = JobId;
    type Answer = Claimed;

    async fn call(&mut self, hints: Vec<JobId>) -> Vec<Claimed> {
        if self.draining.is_cancelled() {
            return self.pass_on(&hints);
        }
        let jobs = match self.store.claim(self.clock.now(), &hints, &self.options).await {
            Ok(jobs) => jobs,
            Err(error) => {
                tracing::warn!(%error, hints = hints.len(), "failed to claim jobs");
                return hints.iter().map(|_| Claimed::Away).collect();
            }
        };
        if self.draining.is_cancelled() {
            self.hand_back(&jobs).await;
            return self.pass_on(&hints);
        }
        let mut by_id: HashMap<JobId, Job> = jobs.into_iter().map(|job| (job.id, job)).collect();
        // The same hint may wait twice; the first one gets the job.
        let claimed =
            |id: &JobId| by_id.remove(id).map_or(Claimed::Passed, |job| Claimed::Job(Box::new(job)));
        hints.iter().map(claimed).collect()
    }
}

impl Claims {
    /// Leaves hints to another worker, which would otherwise wait for the relay to notice.
    fn pass_on(&self, hints: &[JobId]) -> Vec<Claimed> {
        let run_at_ms = self.clock.now();
        let hint = |id: &JobId| Hint { kind: self.kind, job_id: *id, run_at_ms };
        self.hints.push(hints.iter().map(hint).collect());
        hints.iter().map(|_| Claimed::Passed).collect()
    }

    async fn hand_back(&self, jobs: &[Job]) {
        let claims: Vec<Claim> = jobs.iter().map(Job::claim).collect();
        match self.store.hand_back(self.clock.now(), &claims).await {
            Ok(jobs) => tracing::info!(jobs, "handed back jobs that were claimed but not begun"),
            Err(error) => {
                tracing::warn!(%error, "failed to hand jobs back; they wait for the end of their lease");
            }
        }
    }
}
