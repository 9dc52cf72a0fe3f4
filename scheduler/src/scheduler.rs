//! The loop, which only waits, and the tick, which does everything.

use std::{collections::HashMap, sync::Arc, time::Duration};

use prospector_domain::{
    source::{Clock, IdSource},
    time::{DAY_MS, UnixMs},
};
use prospector_queue::Queue;
use prospector_runtime::{
    clock::Stopwatch,
    config::{RetentionSettings, SchedulerSettings},
    failpoint::{self, Point},
    shutdown::Shutdown,
};
use prospector_store::{Lease, Retention, Store, StoreError};
use strum::VariantArray as _;

use tokio::sync::watch;

use crate::{
    duties::{Duty, DutyError, Relay, observe, prune, release, rescue, trim},
    leader::{Leader, Standing},
    machines::{MachineKeeper, MachineParts, MachinesReport},
    metrics,
};

/// Shortest wait between two ticks, however much is due: the queue needs a moment to be emptied.
const BREATH: Duration = Duration::from_millis(5);

/// What a scheduler works with.
#[derive(Clone)]
pub struct SchedulerParts {
    /// The truth.
    pub store: Arc<Store>,
    /// Where hints go.
    pub queue: Queue,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Names this process in the election.
    pub ids: Arc<dyn IdSource>,
    /// Its settings.
    pub settings: SchedulerSettings,
    /// What machines are kept with.
    pub machines: MachineParts,
}

/// One scheduler process. Several may run; one leads.
pub struct Scheduler {
    duties: DutyLoop,
    machines: MachineKeeper,
}

/// The duties, and the part in the election that they need.
struct DutyLoop {
    parts: SchedulerParts,
    retention: Retention,
    leader: Leader,
    relay: Relay,
    done_at: HashMap<Duty, UnixMs>,
    lead: watch::Sender<Option<Lease>>,
}

/// What one tick did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TickReport {
    /// False when somebody else leads; then nothing was done.
    pub leads: bool,
    /// What each duty counted that was done.
    pub done: Vec<(Duty, u64)>,
    /// Duties that failed, and will be tried again.
    pub failed: Vec<Duty>,
    /// True when there may be more to hint than was looked at.
    pub more: bool,
    /// When the next job becomes due.
    pub next_due_at: Option<UnixMs>,
}

impl Scheduler {
    /// A scheduler that has done nothing yet and does not lead.
    #[must_use]
    pub fn new(parts: SchedulerParts) -> Self {
        let (lead, leads) = watch::channel(None);
        let machines = MachineKeeper::new(&parts, leads);
        Self { duties: DutyLoop::new(parts, lead), machines }
    }

    /// Ticks until asked to stop, then gives the lead back. Machines are kept beside, at a pace of their own: a provider may
    /// take minutes to answer, and hints must not wait for it.
    pub async fn run(self, shutdown: &Shutdown) {
        tokio::join!(self.duties.run(shutdown), self.machines.run(shutdown));
    }

    /// Does every duty whose turn it is, when this process leads.
    ///
    /// # Errors
    /// When the lead cannot be asked for. A duty that fails is in the report instead.
    pub async fn tick(&mut self, now: UnixMs) -> Result<TickReport, StoreError> {
        self.duties.tick(now).await
    }

    /// One turn about machines, when this process led at its last tick.
    ///
    /// # Errors
    /// What the store says. What a provider says is dealt with.
    pub async fn turn_machines(&mut self) -> Result<MachinesReport, StoreError> {
        self.machines.turn().await
    }
}

impl DutyLoop {
    fn new(parts: SchedulerParts, lead: watch::Sender<Option<Lease>>) -> Self {
        let owner = parts.ids.next(parts.clock.now()).to_string();
        let leader = Leader::new(owner, parts.settings.lease_ms);
        let retention = retention(parts.settings.retention);
        Self { parts, retention, leader, relay: Relay::default(), done_at: HashMap::new(), lead }
    }

    async fn run(mut self, shutdown: &Shutdown) {
        while !shutdown.draining().is_cancelled() {
            let now = self.parts.clock.now();
            let wait = match shutdown.unless_stopped(self.tick(now)).await {
                Some(Ok(report)) => self.wait_after(&report),
                Some(Err(error)) => {
                    tracing::warn!(%error, "the store does not answer; waiting");
                    self.parts.settings.tick()
                }
                None => break,
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = shutdown.draining().cancelled() => {}
            }
        }
        // Nobody acts in the name of a lead that is given back.
        self.lead.send_replace(None);
        let _ = shutdown.unless_stopped(self.leader.step_down(&self.parts.store)).await;
    }

    async fn tick(&mut self, now: UnixMs) -> Result<TickReport, StoreError> {
        let standing = self.leader.stand(&self.parts.store, now).await;
        self.lead.send_replace(self.leader.held().cloned());
        match standing? {
            Standing::Follows => return Ok(TickReport::default()),
            Standing::Elected => {
                self.relay.forget();
                self.done_at.clear();
            }
            Standing::Leads => {}
        }
        failpoint::hit(Point::SchedulerAfterLease);
        let mut report = TickReport { leads: true, ..TickReport::default() };
        for duty in Duty::VARIANTS {
            let rested = self.done_at.get(duty).is_none_or(|at| now.since(*at) >= duty.rest_ms());
            if rested {
                self.do_duty(*duty, now, &mut report).await;
                self.done_at.insert(*duty, now);
            }
        }
        Ok(report)
    }

    async fn do_duty(&mut self, duty: Duty, now: UnixMs, report: &mut TickReport) {
        let stopwatch = Stopwatch::start();
        let outcome = self.carry_out(duty, now, report).await;
        metrics::duty_done(duty, stopwatch.elapsed().as_secs_f64(), outcome.is_err());
        match outcome {
            Ok(count) => report.done.push((duty, count)),
            Err(error) => {
                tracing::warn!(duty = %duty, %error, "a duty could not be done; it is tried again");
                report.failed.push(duty);
            }
        }
    }

    async fn carry_out(
        &mut self,
        duty: Duty,
        now: UnixMs,
        report: &mut TickReport,
    ) -> Result<u64, DutyError> {
        let SchedulerParts { store, queue, .. } = &self.parts;
        match duty {
            Duty::Rescue => rescue(store, now).await,
            Duty::Release => release(store, now).await,
            Duty::Relay => {
                let relayed = self.relay.relay(store, queue, now).await?;
                report.more = relayed.more;
                report.next_due_at = relayed.next_due_at;
                Ok(relayed.hints)
            }
            Duty::Observe => observe(store, now).await,
            Duty::Trim => trim(queue).await,
            Duty::Prune => prune(store, now, &self.retention).await,
        }
    }

    /// Until the next tick: at once while there is more to hint, else at the next due time, at most a tick.
    fn wait_after(&self, report: &TickReport) -> Duration {
        if report.more {
            return BREATH;
        }
        let tick = self.parts.settings.tick();
        let Some(next_due_at) = report.next_due_at else { return tick };
        let until_due_ms = next_due_at.since(self.parts.clock.now()).max(0);
        tick.min(Duration::from_millis(u64::try_from(until_due_ms).unwrap_or(0))).max(BREATH)
    }
}

fn retention(settings: RetentionSettings) -> Retention {
    Retention {
        finished_jobs_ms: settings.jobs_days * DAY_MS,
        dead_jobs_ms: settings.dead_jobs_days * DAY_MS,
        events_ms: settings.events_days * DAY_MS,
        idempotency_keys_ms: settings.idempotency_days * DAY_MS,
    }
}
