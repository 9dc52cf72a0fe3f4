//! When one machine is not enough, and when one is too many.

use super::{Machine, Observation, Parameters, Phase, forecast::Forecast};

/// The load of the machines that remain, above which none is let go: the rest is room for chance.
const FULL_ENOUGH: f64 = 0.7;

/// What another machine would change.
pub(super) struct Relief {
    /// Waiting jobs that are late with the machines there are.
    pub(super) late: u64,
    /// And with one more.
    pub(super) late_with_one_more: u64,
    /// Jobs that still wait when the new machine would be ready.
    pub(super) left_then: u64,
}

/// What one more machine than `coming_now` orders of this plan would change; none when the deadlines do not ask for it, or
/// when what is left by the time it is ready would not keep it busy for as long as it boots.
pub(super) fn relief(
    parameters: &Parameters,
    forecast: &Forecast,
    seen: &Observation,
    coming_now: usize,
) -> Option<Relief> {
    // Before any job was served, how much one machine can do is only a guess, and not worth a second machine.
    if seen.history.job_ms.is_empty() {
        return None;
    }
    let mut ready_at_ms = ready_times(forecast, seen);
    let ordered_now_ms = seen.now_ms + forecast.boot_ms;
    ready_at_ms.extend(std::iter::repeat_n(ordered_now_ms, coming_now));
    let late = late_jobs(parameters, forecast, seen, &ready_at_ms);
    if late as f64 <= parameters.late_share * seen.work.queued as f64 {
        return None;
    }
    let left_then = left_at(forecast, seen, &ready_at_ms, ordered_now_ms);
    if (forecast.machine_ms(left_then) as f64)
        < forecast.boot_ms as f64 * parameters.backlog_worth_boots.max(1.0)
    {
        return None;
    }
    ready_at_ms.push(ordered_now_ms);
    let late_with_one_more = late_jobs(parameters, forecast, seen, &ready_at_ms);
    (late_with_one_more < late).then_some(Relief { late, late_with_one_more, left_then })
}

/// Whether what waits would be late without the machines on their way.
pub(super) fn needs_coming(parameters: &Parameters, forecast: &Forecast, seen: &Observation) -> bool {
    let ready = seen.machines.iter().filter(|machine| machine.phase == Phase::Ready);
    let ready_at_ms: Vec<i64> = ready.map(|_| seen.now_ms).collect();
    let late = late_jobs(parameters, forecast, seen, &ready_at_ms);
    late as f64 > parameters.late_share * seen.work.queued as f64
}

/// Which of these machines, which all take work and stay, the others do not need: nothing is queued, and what runs and
/// arrives fits on one fewer.
pub(super) fn superfluous<'a>(
    forecast: &Forecast,
    seen: &Observation,
    staying: &[&'a Machine],
) -> Option<&'a Machine> {
    if staying.len() < 2 || seen.work.is_waiting() {
        return None;
    }
    let room = (staying.len() - 1) as f64 * FULL_ENOUGH;
    let running = seen.work.in_flight as f64 / forecast.slots as f64;
    let arriving = forecast.arrivals_per_ms / forecast.jobs_per_ms();
    if running > room || arriving > room {
        return None;
    }
    // The least busy is free soonest; the id makes the choice the same every time.
    staying
        .iter()
        .copied()
        .filter(|machine| !machine.permanent)
        .min_by_key(|machine| (machine.in_flight, machine.id))
}

/// When each machine takes work, those that do already first.
fn ready_times(forecast: &Forecast, seen: &Observation) -> Vec<i64> {
    let mut times: Vec<i64> = seen
        .machines
        .iter()
        .filter_map(|machine| match machine.phase {
            Phase::Ready => Some(seen.now_ms),
            phase if phase.is_coming() => Some(seen.now_ms.max(machine.billed_since_ms + forecast.boot_ms)),
            _ => None,
        })
        .collect();
    times.sort_unstable();
    times
}

/// Waiting jobs that would be late: the queue is drained in the order of the deadlines at full speed.
fn late_jobs(parameters: &Parameters, forecast: &Forecast, seen: &Observation, ready_at_ms: &[i64]) -> u64 {
    let work = &seen.work;
    let finished_ms = |position: u64| {
        // Half of a running job is still to be done, on average.
        let ahead = position as f64 + work.in_flight as f64 / 2.0;
        done_at(forecast, ready_at_ms, ahead).map_or(i64::MAX, |at_ms| at_ms.saturating_add(forecast.job_ms))
    };
    let late = work
        .urgent
        .iter()
        .enumerate()
        .filter(|(position, job)| finished_ms(*position as u64) > job.deadline_ms);
    let late = late.count() as u64;
    // Those that are not listed came last: their deadline is taken to be the objective from now.
    let unlisted = work.queued.saturating_sub(work.urgent.len() as u64);
    let last_in_time_ms = seen.now_ms.saturating_add(parameters.latency_objective_ms);
    let unlisted_late = if unlisted > 0 && finished_ms(work.queued) > last_in_time_ms { unlisted } else { 0 };
    late + unlisted_late
}

/// When this many jobs are done; none when no machine comes.
fn done_at(forecast: &Forecast, ready_at_ms: &[i64], jobs: f64) -> Option<i64> {
    let mut left = jobs;
    for (position, at_ms) in ready_at_ms.iter().enumerate() {
        let speed = (position + 1) as f64 * forecast.jobs_per_ms();
        let takes_ms = left / speed;
        match ready_at_ms.get(position + 1) {
            Some(next_ms) if takes_ms > (next_ms - at_ms) as f64 => left -= speed * (next_ms - at_ms) as f64,
            _ => return Some(at_ms.saturating_add(takes_ms as i64)),
        }
    }
    None
}

/// Jobs that wait at a later moment, when arrivals go on as they did.
fn left_at(forecast: &Forecast, seen: &Observation, ready_at_ms: &[i64], at_ms: i64) -> u64 {
    let worked_ms: i64 = ready_at_ms.iter().map(|ready_ms| (at_ms - ready_ms).max(0)).sum();
    let arrived = forecast.arrivals_per_ms * (at_ms - seen.now_ms) as f64;
    let done = forecast.jobs_per_ms() * worked_ms as f64;
    (seen.work.queued as f64 + arrived - done).max(0.0) as u64
}
