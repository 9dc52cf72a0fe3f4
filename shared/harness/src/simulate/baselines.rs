//! What ours is compared with: the usual ways to run a machine, as policies in the same world.

use super::Policy;
use crate::lifecycle::{Action, Cause, Command, Machine, Observation, Parameters, Phase, Plan, decide};

/// The tick of the cron job, in milliseconds: ten minutes, a usual choice.
pub const CRON_TICK_MS: i64 = 600_000;

/// The shipped policy.
pub(super) struct Shipped<'a>(pub(super) &'a Parameters);

impl Policy for Shipped<'_> {
    fn plan(&mut self, seen: &Observation) -> Plan {
        decide(self.0, seen)
    }
}

/// One machine that stands from the first request to the end of the last.
pub(super) struct AlwaysOn {
    pub(super) boot_ms: i64,
}

impl Policy for AlwaysOn {
    fn plan(&mut self, seen: &Observation) -> Plan {
        let mut plan = Plan { commands: Vec::new(), reason: String::new(), wake_at_ms: None };
        replace_failed(&mut plan, seen, self.boot_ms);
        if seen.machines.is_empty() {
            command(&mut plan, Action::Provision, Cause::Backlog);
        }
        plan
    }

    fn ahead_ms(&self) -> i64 {
        self.boot_ms
    }

    fn ends_with_the_trace(&self) -> bool {
        true
    }
}

/// Orders as soon as anything waits, lets go after a fixed time without work.
pub(super) struct IdleTimeout {
    pub(super) boot_ms: i64,
    pub(super) timeout_ms: i64,
}

impl Policy for IdleTimeout {
    fn plan(&mut self, seen: &Observation) -> Plan {
        let mut plan = Plan { commands: Vec::new(), reason: String::new(), wake_at_ms: None };
        replace_failed(&mut plan, seen, self.boot_ms);
        if seen.machines.is_empty() && seen.work.queued > 0 {
            command(&mut plan, Action::Provision, Cause::Backlog);
        }
        release_idle(&mut plan, seen, self.timeout_ms);
        plan
    }
}

/// Looks only at each tick: orders when anything waits; a machine that has drained the queue ends at once.
pub(super) struct Cron {
    pub(super) boot_ms: i64,
    pub(super) tick_ms: i64,
}

impl Policy for Cron {
    fn plan(&mut self, seen: &Observation) -> Plan {
        let mut plan = Plan { commands: Vec::new(), reason: String::new(), wake_at_ms: None };
        replace_failed(&mut plan, seen, self.boot_ms);
        release_idle(&mut plan, seen, 0);
        if seen.machines.is_empty() && seen.work.queued > 0 {
            if seen.now_ms % self.tick_ms == 0 {
                command(&mut plan, Action::Provision, Cause::Backlog);
            } else {
                wake(&mut plan, (seen.now_ms.div_euclid(self.tick_ms) + 1) * self.tick_ms);
            }
        }
        plan
    }
}

/// Boots that take twice the usual time are given up; the next look orders another.
fn replace_failed(plan: &mut Plan, seen: &Observation, boot_ms: i64) {
    for machine in seen.machines.iter().filter(|machine| machine.phase.is_coming()) {
        let given_up_ms = machine.billed_since_ms + 2 * boot_ms;
        if seen.now_ms >= given_up_ms {
            command(plan, Action::GiveUp(machine.id), Cause::BootFailed);
        } else {
            wake(plan, given_up_ms);
        }
    }
}

fn release_idle(plan: &mut Plan, seen: &Observation, timeout_ms: i64) {
    let is_idle = |machine: &&Machine| machine.phase == Phase::Ready && machine.in_flight == 0;
    if seen.work.queued > 0 {
        return;
    }
    for machine in seen.machines.iter().filter(is_idle) {
        let ends_ms = machine.idle_since_ms + timeout_ms;
        if seen.now_ms >= ends_ms {
            command(plan, Action::Destroy(machine.id), Cause::Idle);
        } else {
            wake(plan, ends_ms);
        }
    }
}

fn command(plan: &mut Plan, action: Action, cause: Cause) {
    plan.commands.push(Command { action, cause, reason: String::new() });
}

fn wake(plan: &mut Plan, at_ms: i64) {
    plan.wake_at_ms = Some(plan.wake_at_ms.map_or(at_ms, |earlier| earlier.min(at_ms)));
}
