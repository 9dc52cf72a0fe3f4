//! How long a machine without work is kept.

use super::{Machine, Observation, Parameters, draft::said, forecast::Forecast};

/// While fewer gaps were seen, the grace is what a missed arrival would cost: at most twice the cost of knowing the future.
const GAPS_TO_LEARN_FROM: usize = 8;

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
        grace_ms(parameters, &seen.history.gaps_ms, worth_ms)
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

/// The grace that would have been best for the recent gaps: each hit earns its worth, each moment of waiting costs itself.
fn grace_ms(parameters: &Parameters, gaps_ms: &[i64], worth_ms: i64) -> i64 {
    let gaps_ms = &gaps_ms[gaps_ms.len().saturating_sub(super::History::GAPS_MAX)..];
    let learned_ms =
        if gaps_ms.len() < GAPS_TO_LEARN_FROM { worth_ms } else { best_grace_ms(gaps_ms, worth_ms) };
    let highest_ms = parameters.max_grace_ms.max(parameters.min_grace_ms);
    learned_ms.clamp(parameters.min_grace_ms, highest_ms)
}

fn best_grace_ms(gaps_ms: &[i64], worth_ms: i64) -> i64 {
    let mut sorted = gaps_ms.to_vec();
    sorted.sort_unstable();
    let (mut best_ms, mut best_gain, mut waited_ms) = (0, 0_i64, 0_i64);
    for (position, gap_ms) in sorted.iter().enumerate() {
        // Waiting longer than a hit is worth cannot pay for that hit.
        if *gap_ms > worth_ms {
            break;
        }
        let hits = position as i64 + 1;
        waited_ms = waited_ms.saturating_add(*gap_ms);
        let misses = (sorted.len() - position - 1) as i64;
        let gain = hits * worth_ms - waited_ms - misses.saturating_mul(*gap_ms);
        if gain > best_gain {
            (best_ms, best_gain) = (*gap_ms, gain);
        }
    }
    best_ms
}
