//! What the recent past says about the near future: how long a boot takes, how long a job, how many arrive.

use std::cell::OnceCell;

use super::{History, Parameters};

/// While fewer than this many were seen, the prior stands in for the missing ones.
const FEW: usize = 5;
/// Boots that must have succeeded before one is given up earlier than at the configured time-out.
const BOOTS_TO_JUDGE_BY: usize = 10;
/// Failures among the recent boots from which on they are expected and not a freak.
const FAILURES_THAT_TELL: usize = 2;
/// The chance of failure from which on a second machine is ordered beside one that boots. When the first comes after all, the
/// second has cost the short time between; when it does not, a whole time-out was saved.
const DOUBTFUL: f64 = 0.25;
/// Points by which a distribution of boots, or of jobs, is represented when the two are added up.
const POINTS: usize = 32;

/// What is expected. Durations in milliseconds.
#[derive(Debug, Clone)]
pub(super) struct Forecast {
    /// Mean of a boot that succeeds.
    pub(super) boot_ms: i64,
    /// When a boot is called failed.
    pub(super) give_up_ms: i64,
    /// Mean time a job holds its place.
    pub(super) job_ms: i64,
    /// Jobs that run side by side on a machine; at least 1.
    pub(super) slots: u64,
    /// Arrivals a millisecond.
    pub(super) arrivals_per_ms: f64,
    boots: Vec<i64>,
    failed: usize,
    jobs: Vec<i64>,
    /// Boot and job together, as equally likely values, sorted; made when first asked for, as most decisions do not.
    to_finish_ms: OnceCell<Vec<i64>>,
}

impl Forecast {
    pub(super) fn new(parameters: &Parameters, history: &History, now_ms: i64) -> Self {
        let recent = newest(&history.boots, History::BOOTS_MAX);
        let succeeded = recent.iter().filter(|boot| boot.succeeded);
        let seen: Vec<i64> = succeeded.map(|boot| boot.took_ms.max(0)).collect();
        let failed = recent.len() - seen.len();
        let give_up_ms = give_up_ms(parameters, &seen, failed);
        let boots = with_prior(seen, parameters.boot_prior_ms);
        let jobs = with_prior(newest(&history.job_ms, History::JOBS_MAX).to_vec(), parameters.job_prior_ms);
        Self {
            boot_ms: mean(&boots),
            give_up_ms,
            job_ms: mean(&jobs).max(1),
            slots: u64::from(if history.slots == 0 { parameters.slots_prior } else { history.slots }).max(1),
            arrivals_per_ms: arrivals_per_ms(newest(&history.arrivals_ms, History::ARRIVALS_MAX), now_ms),
            boots,
            failed,
            jobs,
            to_finish_ms: OnceCell::new(),
        }
    }

    /// The chance that a machine ordered now has finished a job later than after this time, boots that fail apart.
    pub(super) fn chance_later_than(&self, within_ms: i64) -> f64 {
        let to_finish_ms = self.to_finish_ms();
        let in_time = to_finish_ms.partition_point(|takes_ms| *takes_ms <= within_ms);
        (to_finish_ms.len() - in_time) as f64 / to_finish_ms.len() as f64
    }

    /// How long a machine ordered now takes until it has finished a job, except for this share of the cases.
    pub(super) fn within_ms(&self, share: f64) -> i64 {
        let rank = (self.to_finish_ms().len() as f64 * (1.0 - share)).ceil() as usize;
        self.to_finish_ms().get(rank.max(1) - 1).copied().unwrap_or_default()
    }

    /// The longest that boot and job together are expected to take.
    pub(super) fn longest_ms(&self) -> i64 {
        self.to_finish_ms().last().copied().unwrap_or_default()
    }

    /// The shortest that boot and job together are expected to take.
    pub(super) fn shortest_ms(&self) -> i64 {
        self.to_finish_ms().first().copied().unwrap_or_default()
    }

    /// When the chance that a boot which is not ready has failed reaches [`DOUBTFUL`]: with `f` failures lately (half a
    /// failure is added, as none seen does not mean none), that is when only `f (1 - D) / D` of the boots seen took longer;
    /// not before a tenth more than the mean. While few were seen, it is half as long again as the longest of them and the
    /// prior.
    pub(super) fn doubtful_ms(&self) -> i64 {
        let mut sorted = self.boots.clone();
        sorted.sort_unstable();
        let longest_ms = sorted.last().copied().unwrap_or_default();
        let doubtful_ms = if sorted.len() < BOOTS_TO_JUDGE_BY {
            longest_ms.saturating_add(longest_ms / 2)
        } else {
            let share = (self.failed as f64 + 0.5) * (1.0 - DOUBTFUL) / DOUBTFUL;
            let still_to_come = (share.floor() as usize).min(sorted.len() - 1);
            sorted[sorted.len() - 1 - still_to_come].max(self.boot_ms + self.boot_ms / 10)
        };
        doubtful_ms.min(self.give_up_ms)
    }

    fn to_finish_ms(&self) -> &[i64] {
        self.to_finish_ms.get_or_init(|| sums(&points(self.boots.clone()), &points(self.jobs.clone())))
    }

    /// How long a machine of its own would need for this many jobs.
    pub(super) fn machine_ms(&self, jobs: u64) -> i64 {
        let exact = i128::from(jobs) * i128::from(self.job_ms) / i128::from(self.slots);
        i64::try_from(exact).unwrap_or(i64::MAX)
    }

    /// Jobs that one machine finishes in a millisecond when it is full.
    pub(super) fn jobs_per_ms(&self) -> f64 {
        self.slots as f64 / self.job_ms as f64
    }
}

/// A boot that takes longer than those before it may still come, or never. Of the last `n` successes the next is longer
/// than the longest with a chance of 1 in `n + 1`: where at least two boots failed lately, failure is the likelier by then.
/// Otherwise much more patience is due. Never later than the configured time-out.
fn give_up_ms(parameters: &Parameters, seen: &[i64], failed: usize) -> i64 {
    if seen.len() < BOOTS_TO_JUDGE_BY {
        return parameters.boot_timeout_ms;
    }
    let mean = mean(seen) as f64;
    let variance =
        seen.iter().map(|took_ms| (*took_ms as f64 - mean).powi(2)).sum::<f64>() / seen.len() as f64;
    let longest = seen.iter().copied().max().unwrap_or_default() as f64;
    let learned = if failed >= FAILURES_THAT_TELL {
        (longest * 1.02).max(mean + 2.5 * variance.sqrt())
    } else {
        (longest * 1.25).max(mean + 4.0 * variance.sqrt())
    };
    parameters.boot_timeout_ms.min(learned.ceil() as i64)
}

pub(super) fn newest<T>(all: &[T], most: usize) -> &[T] {
    &all[all.len().saturating_sub(most)..]
}

fn with_prior(mut seen: Vec<i64>, prior_ms: i64) -> Vec<i64> {
    if seen.len() < FEW {
        seen.resize(FEW, prior_ms);
    }
    seen
}

fn mean(values: &[i64]) -> i64 {
    let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
    i64::try_from(sum / values.len().max(1) as i128).unwrap_or(i64::MAX)
}

/// At most [`POINTS`] equally likely values that stand for these; the largest is always among them.
fn points(mut values: Vec<i64>) -> Vec<i64> {
    values.sort_unstable();
    if values.first() == values.last() {
        values.truncate(1);
    }
    let count = values.len().min(POINTS);
    (1..=count).map(|nth| values[nth * values.len() / count - 1]).collect()
}

fn sums(boots: &[i64], jobs: &[i64]) -> Vec<i64> {
    let mut sums: Vec<i64> =
        boots.iter().flat_map(|boot| jobs.iter().map(move |job| boot.saturating_add(*job))).collect();
    sums.sort_unstable();
    sums
}

/// Counted up to now, so that a rate fades when nothing arrives any more.
fn arrivals_per_ms(arrivals_ms: &[i64], now_ms: i64) -> f64 {
    match arrivals_ms.first() {
        Some(first_ms) if now_ms > *first_ms => arrivals_ms.len() as f64 / (now_ms - first_ms) as f64,
        _ => 0.0,
    }
}
