//! How long a machine without work is kept.

use super::{
    History, Machine, Observation, Parameters,
    draft::said,
    forecast::{Forecast, newest},
};

/// While fewer arrivals were seen, the grace is what being there is worth: at most twice the cost of knowing the future.
const ARRIVALS_TO_LEARN_FROM: usize = 32;
/// Into how many steps the range of sensible graces is divided when the best is looked for.
const CANDIDATES: i64 = 8;

/// Until when a machine on which nothing runs is kept, and why.
pub(super) struct Kept {
    pub(super) until_ms: i64,
    pub(super) reason: String,
}

/// Until when an idle machine is kept: the grace after its last work, and on to just before the next boundary where started
/// hours or minutes are billed, for that time is paid already. Where crossing a boundary costs more than being there for
/// the next job is worth, the unit that is paid is all there is.
pub(super) fn kept(
    parameters: &Parameters,
    forecast: &Forecast,
    seen: &Observation,
    machine: &Machine,
) -> Kept {
    let worth_ms = worth_ms(parameters, forecast);
    let billing = &machine.billing;
    let grace_ms = if billing.granularity_ms > worth_ms {
        parameters.min_grace_ms
    } else {
        grace_ms(parameters, forecast, seen, worth_ms)
    };
    let grace_ends_ms = machine.idle_since_ms + grace_ms;
    let paid_ms = billing.billed_ms(grace_ends_ms.max(seen.now_ms) - machine.billed_since_ms);
    let margin_ms = parameters.boundary_margin_ms.min(billing.granularity_ms / 2);
    let paid_ends_ms = machine.billed_since_ms + paid_ms - margin_ms;
    let idle = said(seen.now_ms - machine.idle_since_ms);
    if paid_ends_ms > grace_ends_ms.max(seen.now_ms + 1_000) {
        let reason = format!("idle for {idle}; it is paid for another {}", said(paid_ends_ms - seen.now_ms));
        return Kept { until_ms: paid_ends_ms, reason };
    }
    Kept { until_ms: grace_ends_ms, reason: format!("idle for {idle} of a grace of {}", said(grace_ms)) }
}

/// What it is worth, in milliseconds of the machine's time, to be there when the next job comes: nothing when the objective
/// leaves room to gather for a boot and then boot, a boot where it leaves room for the boot only, and two where being in
/// time without a machine is out of the question.
///
/// With boots of 270 s and jobs of 30 s: objective 600 s, nothing; 300 s, 270 s; 30 s, 540 s.
fn worth_ms(parameters: &Parameters, forecast: &Forecast) -> i64 {
    let needed_ms = 2 * forecast.boot_ms + forecast.job_ms;
    if parameters.latency_objective_ms >= 2 * forecast.boot_ms {
        return 0;
    }
    (needed_ms - parameters.latency_objective_ms).clamp(0, 2 * forecast.boot_ms)
}

/// The grace that would have been cheapest for the recent arrivals, were they to come again.
fn grace_ms(parameters: &Parameters, forecast: &Forecast, seen: &Observation, worth_ms: i64) -> i64 {
    let arrivals_ms = newest(&seen.history.arrivals_ms, History::ARRIVALS_MAX);
    let learned_ms = if arrivals_ms.len() < ARRIVALS_TO_LEARN_FROM {
        worth_ms
    } else {
        let candidates = (0..=CANDIDATES).map(|nth| worth_ms * nth / CANDIDATES);
        // The first of equals wins, which is the shortest.
        candidates
            .min_by_key(|grace_ms| replayed_ms(parameters, forecast, arrivals_ms, *grace_ms))
            .unwrap_or(0)
    };
    learned_ms.clamp(parameters.min_grace_ms, parameters.max_grace_ms.max(parameters.min_grace_ms))
}

/// What these arrivals would have cost with a grace, in milliseconds of machine time: machines are ordered as late as the
/// objective allows, boot, serve, and wait out the grace. A boot counts up to twice, by the chance that it makes a request
/// late.
fn replayed_ms(parameters: &Parameters, forecast: &Forecast, arrivals_ms: &[i64], grace_ms: i64) -> i64 {
    let slack_ms = parameters.latency_objective_ms - forecast.within_ms(parameters.late_share);
    let late = forecast.chance_later_than(parameters.latency_objective_ms);
    let boot_ms = (forecast.boot_ms as f64 * (1.0 + late)) as i64;
    let (mut paid_ms, mut left) = (0, arrivals_ms);
    while let Some(first_ms) = left.first() {
        let ready_ms = first_ms + slack_ms.max(0) + forecast.boot_ms;
        let mut ends_ms = ready_ms;
        while let Some(arrived_ms) = left.first()
            && *arrived_ms <= ends_ms + grace_ms
        {
            ends_ms = ends_ms.max(*arrived_ms.max(&ready_ms) + forecast.job_ms);
            left = &left[1..];
        }
        paid_ms += boot_ms + ends_ms + grace_ms - ready_ms;
    }
    paid_ms
}
