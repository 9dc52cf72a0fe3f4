//! When the first machine is ordered: just in time, or earlier when so much waits that it pays anyway.

use super::{Cause, Observation, Parameters, QueuedJob, draft::said, forecast::Forecast};

/// When a machine should be ordered, and why then.
pub(super) struct Start {
    pub(super) at_ms: i64,
    pub(super) cause: Cause,
    pub(super) reason: String,
}

/// When a machine should be ordered for what waits, given that none is there and none is coming; none when nothing waits.
///
/// Every minute of waiting gathers work that shares the next boot, so the order is put off as long as the deadlines allow:
/// until the share of waiting jobs that would be late by expectation reaches [`Parameters::late_share`]. One exact boot of
/// 270 s, jobs of 30 s and an objective of 900 s: 600 s after the first arrival.
pub(super) fn start(parameters: &Parameters, forecast: &Forecast, seen: &Observation) -> Option<Start> {
    let (now_ms, work) = (seen.now_ms, &seen.work);
    if !work.is_waiting() {
        return None;
    }
    if work.held > 0 {
        let reason = format!("{} held candidates wait for an engine, and no machine is there", work.held);
        return Some(Start { at_ms: now_ms, cause: Cause::Held, reason });
    }
    let backlog_ms = forecast.machine_ms(work.queued);
    if backlog_ms as f64 >= forecast.boot_ms as f64 * parameters.backlog_worth_boots {
        let reason = format!(
            "{} jobs wait, {} of work for a machine that boots in {}: that is worth a boot",
            work.queued,
            said(backlog_ms),
            said(forecast.boot_ms)
        );
        return Some(Start { at_ms: now_ms, cause: Cause::Backlog, reason });
    }
    let at_ms = latest_start(parameters, forecast, seen);
    let first_ms = work.urgent.first().map_or(now_ms, |job| job.deadline_ms);
    let reason = format!(
        "{} jobs wait, the first deadline is in {}, boot and job take {} to {}",
        work.queued,
        said(first_ms - now_ms),
        said(forecast.shortest_ms()),
        said(forecast.longest_ms())
    );
    Some(Start { at_ms, cause: Cause::Deadline, reason })
}

/// The latest moment, not before now, at which no more than the permitted share is late by expectation.
fn latest_start(parameters: &Parameters, forecast: &Forecast, seen: &Observation) -> i64 {
    let urgent = &seen.work.urgent;
    let Some(first) = urgent.first() else { return seen.now_ms };
    let permitted = parameters.late_share * seen.work.queued as f64;
    let in_time = |at_ms: i64| expected_late(forecast, urgent, at_ms) <= permitted;
    if !in_time(seen.now_ms) {
        return seen.now_ms;
    }
    // Everybody is late when the last listed deadline has passed, so the answer lies before it.
    let last_ms = urgent.last().map_or(first.deadline_ms, |job| job.deadline_ms);
    let (mut good_ms, mut bad_ms) = (seen.now_ms, last_ms.max(seen.now_ms) + 1);
    while bad_ms - good_ms > SEARCH_STEP_MS {
        let middle_ms = good_ms + (bad_ms - good_ms) / 2;
        if in_time(middle_ms) {
            good_ms = middle_ms;
        } else {
            bad_ms = middle_ms;
        }
    }
    good_ms
}

/// How finely the latest start is searched for, in milliseconds: far below anything a boot could honour.
const SEARCH_STEP_MS: i64 = 100;

/// How many of these are late by expectation when a machine is ordered then. Whoever does not fit beside the first waits for
/// a whole round of those before it.
fn expected_late(forecast: &Forecast, urgent: &[QueuedJob], at_ms: i64) -> f64 {
    let mut late = 0.0;
    for (round, jobs) in urgent.chunks(usize::try_from(forecast.slots).unwrap_or(usize::MAX)).enumerate() {
        let before_ms = forecast.job_ms.saturating_mul(round as i64);
        for job in jobs {
            let chance = forecast.chance_later_than(job.deadline_ms - at_ms - before_ms);
            if chance == 0.0 {
                break;
            }
            late += chance;
        }
    }
    late
}
