//! The decision.

use super::{Action, Command, Observation, Parameters, Phase, Plan, commitment_of_order};

/// What is to be done about the machines, given what is seen. The same question always gets the same answer.
#[must_use]
pub fn decide(parameters: &Parameters, seen: &Observation) -> Plan {
    let live = seen.machines.len();
    let most = usize::try_from(parameters.max_machines.min(seen.limits.max_machines)).unwrap_or(usize::MAX);
    let affordable = seen.offer.as_ref().is_some_and(|offer| {
        seen.limits.left().is_none_or(|left| commitment_of_order(parameters, offer) <= left)
    });
    let open = seen.limits.blocked.is_none() && seen.limits.provisions_left != Some(0);
    let mut commands = Vec::new();
    if live == 0 && most > 0 && seen.work.is_waiting() && affordable && open {
        let reason = format!("{} jobs wait and there is no machine", seen.work.queued + seen.work.held);
        commands.push(Command { action: Action::Provision, reason });
    }
    for machine in &seen.machines {
        if machine.phase == Phase::Ready && !seen.work.is_any() {
            commands.push(Command {
                action: Action::Drain(machine.id),
                reason: "nothing is left to do".to_owned(),
            });
        } else if machine.phase == Phase::Draining && machine.in_flight == 0 {
            commands
                .push(Command { action: Action::Destroy(machine.id), reason: "it is drained".to_owned() });
        }
    }
    let reason = format!("{} waiting, {} running, {live} machines", seen.work.queued, seen.work.in_flight);
    let wake_at_ms = (seen.work.is_any() || live > 0).then(|| seen.now_ms + parameters.recheck_ms);
    Plan { commands, reason, wake_at_ms }
}
