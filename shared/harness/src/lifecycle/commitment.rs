//! What a machine will have cost at worst, however soon it is let go: the amount that counts against a budget.

use super::{Machine, Observation, Parameters, Phase};
use crate::cost::{Billing, MicroUsd};

/// What a live machine has cost and will cost at the least favourable, were it let go now: a machine that boots may fail to
/// until the boot time-out; one that works is given the drain reserve to finish.
#[must_use]
pub fn committed(parameters: &Parameters, machine: &Machine, now_ms: i64) -> MicroUsd {
    let end_ms = match machine.phase {
        Phase::Ordered | Phase::Booting | Phase::Warming => {
            now_ms.max(machine.billed_since_ms + parameters.boot_timeout_ms) + parameters.drain_reserve_ms
        }
        Phase::Ready => now_ms + parameters.drain_reserve_ms,
        Phase::Draining => now_ms.max(machine.phase_since_ms + parameters.drain_reserve_ms),
        Phase::Destroying => now_ms,
    };
    machine.billing.cost(end_ms - machine.billed_since_ms)
}

/// What ordering a machine commits: a boot that fails only at the time-out, and the drain reserve.
#[must_use]
pub fn commitment_of_order(parameters: &Parameters, offer: &Billing) -> MicroUsd {
    offer.cost(parameters.boot_timeout_ms + parameters.drain_reserve_ms)
}

/// What is left of the budgets at the next look, were nothing done until then: hours and minutes that start meanwhile are
/// paid in one piece. None where there is no budget.
pub(super) fn left_at_next_look(parameters: &Parameters, seen: &Observation) -> Option<MicroUsd> {
    let next_look_ms = seen.now_ms + parameters.recheck_ms;
    let more = |machine: &Machine| {
        committed(parameters, machine, next_look_ms) - committed(parameters, machine, seen.now_ms)
    };
    Some(seen.limits.left()? - seen.machines.iter().map(more).sum())
}
