//! One hint, from claim to saved result: claimed, carried out within its limits, settled.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt as _;
use prospector_domain::{
    id::JobId,
    job::Job,
    source::{Chance, Clock},
    time::UnixMs,
};
use prospector_runtime::{
    clock::Stopwatch,
    config::KindSettings,
    failpoint::{Point, hit},
    shutdown::Shutdown,
    telemetry,
};
use prospector_store::{Advance, Hint, Outcome};
use tracing::Instrument as _;

use crate::{
    backoff::Backoff,
    batch::Batcher,
    claims::{Claimed, Claims},
    engine::CallLog,
    failure::HandlerError,
    hints::HintPusher,
    lease::{Lease, LeaseKeeper},
    metrics::{Ending, KindMetrics},
    settle::{Settled, Settlements},
};

/// Carries out jobs of one kind.
pub(crate) trait Handler: Send + Sync + 'static {
    /// Loads what it needs, calls out, and says what became of `job`. It may be dropped at any point where it waits,
    /// and called again for the same job afterwards. Calls of a model are noted in `log`.
    fn handle(&self, job: &Job, log: &CallLog) -> impl Future<Output = Result<Handled, HandlerError>> + Send;
}

/// What a handler made of a job.
#[derive(Debug)]
pub(crate) enum Handled {
    /// A result to be saved.
    Outcome(Outcome),
    /// The job was finished in a transaction of the handler's own; these may run because of it.
    Settled(Vec<Hint>),
    /// The lease turned out to be lost.
    Stale,
}

/// The way of all jobs of one kind through one worker.
pub(crate) struct Line<H> {
    pub(crate) settings: KindSettings,
    pub(crate) handler: H,
    pub(crate) claims: Batcher<Claims>,
    pub(crate) leases: LeaseKeeper,
    pub(crate) settlements: Batcher<Settlements>,
    pub(crate) hints: HintPusher,
    pub(crate) metrics: KindMetrics,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) shutdown: Shutdown,
}

impl<H: Handler> Line<H> {
    /// Follows a hint. Returns when the job is settled, or is not ours.
    pub(crate) async fn follow(&self, hint: JobId) {
        let Some(Some(job)) = self.shutdown.unless_stopped(self.claim(hint)).await else { return };
        hit(Point::WorkerAfterClaim);
        // A trace of its own, or its message's: the hint that led here is of neither.
        let span = tracing::info_span!(
            parent: None,
            "job",
            otel.name = format!("job {}", job.kind),
            otel.kind = "consumer",
            job.id = %job.id,
            job.kind = %job.kind,
            job.attempt = job.attempt,
            candidate.id = job.candidate_id.map(tracing::field::display),
            trace.parent = job.traceparent,
        );
        telemetry::continue_trace(&span, job.traceparent.as_deref());
        async {
            let ending = self.carry_out(&job).await;
            if matches!(ending, Ending::Discarded) {
                tracing::warn!(
                    "lost the lease of a job before its result was saved; the result is discarded"
                );
            }
            self.metrics.ended(ending);
        }
        .instrument(span)
        .await;
    }

    /// Claims the hinted job; waits for the store when it is away, unless it is time to stop.
    async fn claim(&self, hint: JobId) -> Option<Box<Job>> {
        let mut backoff = Backoff::new();
        loop {
            match self.claims.ask(hint).await {
                Some(Claimed::Job(job)) => return Some(job),
                Some(Claimed::Passed) => {
                    self.metrics.hints_passed.increment(1);
                    return None;
                }
                Some(Claimed::Away) | None => {}
            }
            self.shutdown.draining().run_until_cancelled(backoff.pause()).await?;
        }
    }

    async fn carry_out(&self, job: &Job) -> Ending {
        let claimed_at = job.started_at_ms.unwrap_or(job.run_at_ms);
        self.metrics.pickup.record(seconds_between(job.run_at_ms, claimed_at));
        let lease = self.leases.keep(job, claimed_at);
        let watch = Stopwatch::start();
        let log = CallLog::default();
        let handled = tokio::select! {
            biased;
            handled = self.attempt(job, &log) => handled,
            () = lease.lost() => return Ending::Abandoned,
            () = self.shutdown.stopping().cancelled() => return Ending::Abandoned,
        };
        self.metrics.run.record(watch.elapsed_s());
        match handled {
            Ok(Handled::Outcome(outcome)) => self.settle(job, outcome, &lease, &log).await,
            Ok(Handled::Settled(hints)) => {
                self.hints.push(hints);
                Ending::Stopped
            }
            Ok(Handled::Stale) => Ending::Discarded,
            Err(error) => self.settle(job, self.failed(job, error), &lease, &log).await,
        }
    }

    /// One run of the handler, within the time limit of its kind. A panic is a failure like any other.
    async fn attempt(&self, job: &Job, log: &CallLog) -> Result<Handled, HandlerError> {
        let run = AssertUnwindSafe(self.handler.handle(job, log)).catch_unwind();
        match tokio::time::timeout(self.settings.timeout(), run).await {
            Ok(Ok(handled)) => handled,
            Ok(Err(_)) => Err(HandlerError::panicked()),
            Err(_) => Err(HandlerError::timed_out(self.settings.timeout_ms)),
        }
    }

    fn failed(&self, job: &Job, error: HandlerError) -> Outcome {
        self.metrics.failed(error.class);
        tracing::warn!(error.class = %error.class, error.chain = ?error.chain, "an attempt failed");
        error.outcome(job, &self.settings.retry, self.clock.now(), self.chance.unit())
    }

    /// Saves a result, again and again while the store is away and the lease holds.
    async fn settle(&self, job: &Job, outcome: Outcome, lease: &Lease, log: &CallLog) -> Ending {
        lease.ends();
        let mut outcome = outcome;
        let mut refused = false;
        let mut backoff = Backoff::new();
        loop {
            match self.settlements.ask(log.with(Advance::of(job, outcome.clone()))).await {
                Some(Settled::Saved(mut hints)) => {
                    // The relay believes that the hint which led here is still on its way, and would take its time.
                    if matches!(outcome, Outcome::Wait { delay_ms: 0, .. }) {
                        let run_at_ms = self.clock.now();
                        hints.push(Hint { kind: job.kind, job_id: job.id, run_at_ms });
                    }
                    self.hints.push(hints);
                    return ending(&outcome);
                }
                Some(Settled::Stale) => return Ending::Discarded,
                Some(Settled::Refused(error)) if !refused => {
                    // The job must not stay behind because of a result that cannot be saved.
                    refused = true;
                    outcome = self.failed(job, error.into());
                    continue;
                }
                Some(Settled::Refused(error)) => {
                    tracing::error!(%error, "not even the failure of a job can be saved; it waits for its lease");
                    return Ending::Unsaved;
                }
                Some(Settled::Away) | None => {}
            }
            tokio::select! {
                () = backoff.pause() => {}
                () = lease.lost() => return Ending::Abandoned,
                () = self.shutdown.stopping().cancelled() => return Ending::Abandoned,
            }
        }
    }
}

const fn ending(outcome: &Outcome) -> Ending {
    match outcome {
        Outcome::Done(_) | Outcome::Step(_) => Ending::Done,
        Outcome::StepAndRetry(..) | Outcome::Retry(_) => Ending::Retried,
        Outcome::Wait { .. } => Ending::Parked,
        Outcome::Dead(_) => Ending::Dead,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a waiting time is far below 2^52 milliseconds")]
fn seconds_between(from: UnixMs, to: UnixMs) -> f64 {
    to.since(from).max(0) as f64 / 1_000.0
}

#[cfg(test)]
mod tests;
