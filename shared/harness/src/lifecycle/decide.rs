//! The decision: what cannot go on is ended, then what waits is served, then what is not needed is let go.

use super::{
    Cause, Machine, Observation, Parameters, Phase, Plan,
    commitment::left_at_next_look,
    draft::{Draft, said},
    forecast::Forecast,
    grace, scale, start,
};
use crate::cost::MicroUsd;

/// What is to be done about the machines, given what is seen. The same question always gets the same answer.
///
/// It wants to be asked whenever work arrives or ends, whenever a machine changes its phase, and at [`Plan::wake_at_ms`].
/// Commands are to be carried out in their order; what they change is seen the next time. A machine is only ever destroyed
/// after it was drained, or before it was ready.
#[must_use]
pub fn decide(parameters: &Parameters, seen: &Observation) -> Plan {
    let forecast = Forecast::new(parameters, &seen.history, seen.now_ms);
    let mut draft = Draft::new(parameters, seen);
    let overspent = left_at_next_look(parameters, seen).filter(|left| *left < MicroUsd::ZERO);
    let needs_coming = scale::needs_coming(parameters, &forecast, seen);
    let mut serving = 0;
    for machine in &seen.machines {
        let stays = match machine.phase {
            Phase::Ordered | Phase::Booting | Phase::Warming => {
                coming(&mut draft, &forecast, seen, machine, needs_coming, overspent)
            }
            Phase::Ready => ready(&mut draft, parameters, machine, overspent),
            Phase::Draining => draining(&mut draft, parameters, seen, machine, overspent),
            Phase::Destroying => false,
        };
        serving += usize::from(stays);
    }
    if seen.work.is_waiting() {
        serve(&mut draft, parameters, &forecast, seen, serving, overspent);
    }
    if serving > 0 && seen.limits.left().is_some() {
        draft.wake_at(seen.now_ms + parameters.recheck_ms);
    }
    if serving > 0 {
        release(&mut draft, parameters, &forecast, seen, overspent);
    }
    draft.finish()
}

/// A machine on its way: given up when it takes too long, called off when nothing is left for it; whether it stays.
fn coming(
    draft: &mut Draft<'_>,
    forecast: &Forecast,
    seen: &Observation,
    machine: &Machine,
    needed: bool,
    overspent: Option<MicroUsd>,
) -> bool {
    // A machine on which something runs is never destroyed, whatever its row says.
    if machine.in_flight > 0 || machine.permanent {
        return true;
    }
    let since_ms = seen.now_ms - machine.billed_since_ms;
    if since_ms >= forecast.give_up_ms {
        let given_up = said(forecast.give_up_ms);
        draft.give_up(
            machine.id,
            Cause::BootFailed,
            format!("not ready after {}, given up after {given_up}", said(since_ms)),
        );
        return false;
    }
    if let Some(left) = overspent {
        draft.destroy(
            machine.id,
            Cause::Budget,
            format!("the budget is exceeded by {} at the next look", -left),
        );
        return false;
    }
    let others = seen.machines.iter().filter(|other| other.phase == Phase::Ready).count();
    if !seen.work.is_any() || (others > 0 && !needed) {
        let reason = format!("{} jobs wait, for which {others} ready machines are enough", seen.work.queued);
        draft.destroy(machine.id, Cause::Superfluous, reason);
        return false;
    }
    draft.wake_at(machine.billed_since_ms + forecast.give_up_ms);
    true
}

/// A machine that takes work: drained when it is ill or can no longer be paid; whether it stays.
fn ready(
    draft: &mut Draft<'_>,
    parameters: &Parameters,
    machine: &Machine,
    overspent: Option<MicroUsd>,
) -> bool {
    if machine.failed_probes >= parameters.failed_probes_max {
        draft.drain(
            machine.id,
            Cause::Unhealthy,
            format!("{} health probes failed in a row", machine.failed_probes),
        );
        return false;
    }
    match overspent {
        Some(left) if !machine.permanent => {
            draft.drain(
                machine.id,
                Cause::Budget,
                format!("the budget is exceeded by {} at the next look", -left),
            );
            false
        }
        _ => true,
    }
}

/// A machine that takes no new work: destroyed when it is empty, taken back when work waits; whether it stays.
fn draining(
    draft: &mut Draft<'_>,
    parameters: &Parameters,
    seen: &Observation,
    machine: &Machine,
    overspent: Option<MicroUsd>,
) -> bool {
    let healthy = machine.failed_probes < parameters.failed_probes_max;
    if seen.work.is_waiting() && healthy && overspent.is_none() {
        draft.resume(
            machine.id,
            Cause::WorkCame,
            format!("{} jobs wait and it is still there", seen.work.queued + seen.work.held),
        );
        return true;
    }
    let drained_at_ms = machine.phase_since_ms + parameters.drain_settle_ms;
    if machine.permanent {
        return false;
    }
    if machine.in_flight == 0 && seen.now_ms >= drained_at_ms {
        draft.destroy(machine.id, Cause::Drained, "drained, and nothing runs on it".to_owned());
        return false;
    }
    draft.wake_at(if machine.in_flight == 0 { drained_at_ms } else { seen.now_ms + parameters.recheck_ms });
    false
}

/// Orders what the waiting work needs.
fn serve(
    draft: &mut Draft<'_>,
    parameters: &Parameters,
    forecast: &Forecast,
    seen: &Observation,
    serving: usize,
    overspent: Option<MicroUsd>,
) {
    let queued = seen.work.queued;
    if let Some(left) = overspent {
        draft.note(format!("{queued} jobs wait, but the budget is exceeded by {}", -left));
        draft.wake_at(seen.now_ms + parameters.recheck_ms);
        return;
    }
    let mut ordered = 0;
    if serving == 0 {
        let Some(start) = start::start(parameters, forecast, seen) else { return };
        if start.at_ms > seen.now_ms {
            draft.note(format!(
                "{}: a machine is ordered in {}",
                start.reason,
                said(start.at_ms - seen.now_ms)
            ));
            draft.wake_at(start.at_ms);
            return;
        }
        if !draft.order(start.cause, start.reason) {
            draft.wake_at(seen.now_ms + parameters.recheck_ms);
            return;
        }
        ordered = 1;
    } else if let Some(reason) = doubt(draft, forecast, seen) {
        ordered = usize::from(draft.order(Cause::Doubt, reason));
    }
    while let Some(relief) = scale::relief(parameters, forecast, seen, ordered) {
        let reason = format!(
            "{queued} jobs wait for {} machines and {} would be late, {} with one more, which would find {} of them waiting",
            serving + ordered,
            relief.late,
            relief.late_with_one_more,
            relief.left_then,
        );
        if !draft.order(Cause::Relief, reason) {
            break;
        }
        ordered += 1;
    }
    if ordered == 0 {
        draft.note(format!("{queued} jobs wait, {} run, {serving} machines serve them", seen.work.in_flight));
    }
    draft.wake_at(seen.now_ms + parameters.recheck_ms);
}

/// Why the machines on their way can no longer be relied upon, when there are no others.
fn doubt(draft: &mut Draft<'_>, forecast: &Forecast, seen: &Observation) -> Option<String> {
    let coming =
        seen.machines.iter().filter(|machine| machine.phase.is_coming() && !draft.is_decided(machine.id));
    let newest_ms = coming.map(|machine| machine.billed_since_ms).max()?;
    if seen.machines.iter().any(|machine| matches!(machine.phase, Phase::Ready | Phase::Draining)) {
        return None;
    }
    let doubtful_ms = newest_ms.saturating_add(forecast.doubtful_ms());
    if seen.now_ms < doubtful_ms {
        draft.wake_at(doubtful_ms);
        return None;
    }
    Some(format!("not ready after {}, which may well mean never", said(seen.now_ms - newest_ms)))
}

/// Lets go what is not needed: never while anything waits, and one at a time while anything runs.
fn release(
    draft: &mut Draft<'_>,
    parameters: &Parameters,
    forecast: &Forecast,
    seen: &Observation,
    overspent: Option<MicroUsd>,
) {
    if seen.work.is_waiting() || overspent.is_some() {
        return;
    }
    let ready = seen.machines.iter().filter(|machine| machine.phase == Phase::Ready);
    let staying: Vec<&Machine> = ready.filter(|machine| !draft.is_decided(machine.id)).collect();
    if seen.work.in_flight > 0 {
        if let Some(machine) = scale::superfluous(forecast, seen, &staying) {
            let running = seen.work.in_flight;
            draft.drain(
                machine.id,
                Cause::Superfluous,
                format!("{running} jobs run, which the other machines have room for"),
            );
        } else {
            draft.note(format!("{} jobs run", seen.work.in_flight));
        }
        draft.wake_at(seen.now_ms + parameters.recheck_ms);
        return;
    }
    for machine in staying.into_iter().filter(|machine| machine.in_flight == 0 && !machine.permanent) {
        let kept = grace::kept(parameters, forecast, seen, machine);
        if kept.until_ms <= seen.now_ms {
            draft.drain(machine.id, Cause::Idle, kept.reason);
        } else {
            draft.note(kept.reason);
            draft.wake_at(kept.until_ms);
        }
    }
}
