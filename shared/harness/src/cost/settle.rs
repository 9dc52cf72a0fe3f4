//! What one machine's time was spent on, and who bears it.
//!
//! A session is billed as a whole, by the provider's granularity and minimum. That amount is spread over its time evenly,
//! so that its parts add up to it exactly; what rounding leaves over falls to the end. Busy time is borne by the calls that
//! kept the machine busy, by their tokens; coming up is borne by the jobs of the session, equally; idle time and what was
//! leaked are borne by nobody and reported on their own.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Billing, MicroUsd};

/// What time is spent on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SpentOn {
    /// Coming up, until the server answers.
    Boot,
    /// Loading the model, until a completion succeeds.
    Warm,
    /// At least one call is under way.
    Busy,
    /// Ready, and asked nothing.
    Idle,
    /// Letting go, from the decision until it is gone.
    Drain,
    /// Billed without anybody wanting it.
    Leaked,
}

/// The life of one machine, as far as it is known. Moments are UTC milliseconds, and each is at or after the one before;
/// one that is not counts as if it were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// How it is billed.
    pub billing: Billing,
    /// Since when.
    pub billed_from_ms: i64,
    /// When its server answered.
    pub warming_at_ms: Option<i64>,
    /// When it served.
    pub ready_at_ms: Option<i64>,
    /// When it was decided to let it go.
    pub letting_go_at_ms: Option<i64>,
    /// When it was gone.
    pub gone_at_ms: Option<i64>,
    /// True when nobody ever wanted it.
    pub is_leaked: bool,
}

/// A call that a machine answered, or tried to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeteredCall {
    /// Its key.
    pub id: Uuid,
    /// The job it was made for.
    pub job: Uuid,
    /// When it was sent.
    pub started_ms: i64,
    /// When it was over.
    pub ended_ms: i64,
    /// Tokens read and written. A call without any weighs as much as one with a single token.
    pub tokens: u64,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Its first moment.
    pub from_ms: i64,
    /// The moment after its last, later than the first.
    pub to_ms: i64,
    /// What it was spent on.
    pub spent_on: SpentOn,
    /// What it cost.
    pub cost: MicroUsd,
}

/// What one call bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallShare {
    /// The call.
    pub call: Uuid,
    /// Of the busy time.
    pub busy: MicroUsd,
    /// Of coming up; none until the session has ended, because only then it is known how many jobs share it.
    pub overhead: Option<MicroUsd>,
}

/// A session in money.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settlement {
    /// Its time, in order, without gaps and overlaps.
    pub intervals: Vec<Interval>,
    /// What each call bears, in the order of the calls that were given.
    pub shares: Vec<CallShare>,
    /// What the provider bills: the sum of all intervals.
    pub billed: MicroUsd,
}

impl Settlement {
    /// What was spent on one thing.
    #[must_use]
    pub fn spent_on(&self, what: SpentOn) -> MicroUsd {
        self.intervals.iter().filter(|interval| interval.spent_on == what).map(|interval| interval.cost).sum()
    }
}

/// Accounts for a session up to `until_ms`, or to its end when that came before. The same session and calls give the same
/// result, whatever the order of the calls.
#[must_use]
pub fn settle(session: &Session, calls: &[MeteredCall], until_ms: i64) -> Settlement {
    let from_ms = session.billed_from_ms;
    let end_ms = session.gone_at_ms.map_or(until_ms, |gone| gone.min(until_ms));
    let is_over = session.gone_at_ms.is_some_and(|gone| gone <= until_ms);
    if end_ms <= from_ms {
        // Nothing to bear is a share as well: a call without one would be asked about again and again.
        return Settlement { shares: shares(&[], calls, is_over), ..Settlement::default() };
    }
    let billed = session.billing.cost(end_ms - from_ms);
    let busy = if session.is_leaked { Vec::new() } else { busy_stretches(session, calls, end_ms) };
    let intervals = priced(stretches(session, &busy, end_ms), billed, from_ms, end_ms);
    let shares = shares(&intervals, calls, is_over);
    Settlement { intervals, shares, billed }
}

/// A stretch without its price.
type Stretch = (i64, i64, SpentOn);

/// Times during which at least one call was under way, within the time the machine served.
fn busy_stretches(session: &Session, calls: &[MeteredCall], end_ms: i64) -> Vec<(i64, i64)> {
    let Some(ready_ms) = session.ready_at_ms.filter(|ready_ms| *ready_ms < end_ms) else { return Vec::new() };
    let clip =
        |call: &MeteredCall| (call.started_ms.clamp(ready_ms, end_ms), call.ended_ms.clamp(ready_ms, end_ms));
    let mut spans: Vec<(i64, i64)> = calls.iter().map(clip).filter(|(from, to)| from < to).collect();
    spans.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// The whole session, cut where what it is spent on changes.
fn stretches(session: &Session, busy: &[(i64, i64)], end_ms: i64) -> Vec<Stretch> {
    let mut cut = Vec::new();
    let mut at_ms = session.billed_from_ms;
    let mut until = |to_ms: i64, what: SpentOn| {
        let to_ms = to_ms.clamp(at_ms, end_ms);
        if to_ms > at_ms {
            cut.push((at_ms, to_ms, what));
            at_ms = to_ms;
        }
    };
    if session.is_leaked {
        until(end_ms, SpentOn::Leaked);
        return cut;
    }
    let letting_go_ms = session.letting_go_at_ms.unwrap_or(end_ms);
    until(session.warming_at_ms.unwrap_or(letting_go_ms).min(letting_go_ms), SpentOn::Boot);
    until(session.ready_at_ms.unwrap_or(letting_go_ms).min(letting_go_ms), SpentOn::Warm);
    for (from_ms, to_ms) in busy {
        until((*from_ms).min(letting_go_ms), SpentOn::Idle);
        until(*from_ms, SpentOn::Drain);
        until(*to_ms, SpentOn::Busy);
    }
    until(letting_go_ms, SpentOn::Idle);
    until(end_ms, SpentOn::Drain);
    cut
}

/// Spreads `billed` over the stretches by their length.
fn priced(stretches: Vec<Stretch>, billed: MicroUsd, from_ms: i64, end_ms: i64) -> Vec<Interval> {
    let whole = i128::from(end_ms - from_ms);
    let cost_until = |at_ms: i64| {
        let part = i128::from(billed.0) * i128::from(at_ms - from_ms) / whole;
        i64::try_from(part).expect("a part of an amount that fits fits as well")
    };
    stretches
        .into_iter()
        .map(|(from_ms, to_ms, spent_on)| Interval {
            from_ms,
            to_ms,
            spent_on,
            cost: MicroUsd(cost_until(to_ms) - cost_until(from_ms)),
        })
        .collect()
}

fn shares(intervals: &[Interval], calls: &[MeteredCall], is_over: bool) -> Vec<CallShare> {
    let mut busy = vec![0_i64; calls.len()];
    for interval in intervals.iter().filter(|interval| interval.spent_on == SpentOn::Busy) {
        let (at, weights): (Vec<usize>, Vec<u64>) = calls
            .iter()
            .enumerate()
            .filter(|(_, call)| call.started_ms < interval.to_ms && call.ended_ms > interval.from_ms)
            .map(|(at, call)| (at, call.tokens.max(1)))
            .unzip();
        let ids: Vec<Uuid> = at.iter().map(|at| calls[*at].id).collect();
        for (at, part) in at.iter().zip(split(interval.cost.0, &weights, &ids)) {
            busy[*at] += part;
        }
    }
    let overhead = is_over.then(|| overhead(intervals, calls));
    calls
        .iter()
        .enumerate()
        .map(|(at, call)| CallShare {
            call: call.id,
            busy: MicroUsd(busy[at]),
            overhead: overhead.as_ref().map(|overhead| MicroUsd(overhead[at])),
        })
        .collect()
}

/// Coming up, shared by jobs equally; a job's part stands with its last call.
fn overhead(intervals: &[Interval], calls: &[MeteredCall]) -> Vec<i64> {
    let coming_up = |interval: &&Interval| matches!(interval.spent_on, SpentOn::Boot | SpentOn::Warm);
    let total: i64 = intervals.iter().filter(coming_up).map(|interval| interval.cost.0).sum();
    let mut last_of_job: std::collections::BTreeMap<Uuid, usize> = std::collections::BTreeMap::new();
    for (at, call) in calls.iter().enumerate() {
        let last = last_of_job.entry(call.job).or_insert(at);
        if (call.ended_ms, call.id) > (calls[*last].ended_ms, calls[*last].id) {
            *last = at;
        }
    }
    let jobs: Vec<Uuid> = last_of_job.keys().copied().collect();
    let mut borne = vec![0; calls.len()];
    for (part, at) in split(total, &vec![1; jobs.len()], &jobs).into_iter().zip(last_of_job.values()) {
        borne[*at] = part;
    }
    borne
}

/// Splits an amount by weights, exactly: each part rounded down, and what is left over given one by one to the largest
/// remainders, then to the lowest ids. Nothing to split among is nothing split.
fn split(amount: i64, weights: &[u64], ids: &[Uuid]) -> Vec<i64> {
    let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if whole == 0 {
        return vec![0; weights.len()];
    }
    let amount_wide = u128::from(amount.unsigned_abs());
    let exact: Vec<u128> = weights.iter().map(|weight| amount_wide * u128::from(*weight)).collect();
    let mut parts: Vec<i64> =
        exact.iter().map(|part| i64::try_from(part / whole).expect("no part is above the amount")).collect();
    let left = usize::try_from(amount - parts.iter().sum::<i64>()).unwrap_or(0);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(exact[*at] % whole), ids[*at]));
    for at in order.into_iter().take(left) {
        parts[at] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND_MS: i64 = 1_000;

    fn session() -> Session {
        Session {
            billing: Billing { price_microusd_per_hour: 3_600_000, granularity_ms: SECOND_MS, minimum_ms: 0 },
            billed_from_ms: 0,
            warming_at_ms: Some(60 * SECOND_MS),
            ready_at_ms: Some(100 * SECOND_MS),
            letting_go_at_ms: Some(200 * SECOND_MS),
            gone_at_ms: Some(210 * SECOND_MS),
            is_leaked: false,
        }
    }

    fn call(number: u128, job: u128, from_s: i64, to_s: i64, tokens: u64) -> MeteredCall {
        MeteredCall {
            id: Uuid::from_u128(number),
            job: Uuid::from_u128(job),
            started_ms: from_s * SECOND_MS,
            ended_ms: to_s * SECOND_MS,
            tokens,
        }
    }

    #[test]
    fn a_session_in_money() {
        // A dollar a thousand seconds: 1 000 µ$ a second.
        let calls = [call(1, 1, 110, 120, 100), call(2, 1, 115, 130, 300), call(3, 2, 150, 160, 0)];
        let settled = settle(&session(), &calls, 500 * SECOND_MS);
        let parts: Vec<(SpentOn, i64, i64)> = settled
            .intervals
            .iter()
            .map(|interval| (interval.spent_on, interval.from_ms / SECOND_MS, interval.cost.0))
            .collect();
        assert_eq!(
            parts,
            [
                (SpentOn::Boot, 0, 60_000),
                (SpentOn::Warm, 60, 40_000),
                (SpentOn::Idle, 100, 10_000),
                (SpentOn::Busy, 110, 20_000),
                (SpentOn::Idle, 130, 20_000),
                (SpentOn::Busy, 150, 10_000),
                (SpentOn::Idle, 160, 40_000),
                (SpentOn::Drain, 200, 10_000),
            ]
        );
        assert_eq!(settled.billed, MicroUsd(210_000));
        let shares: Vec<(i64, Option<i64>)> =
            settled.shares.iter().map(|share| (share.busy.0, share.overhead.map(|part| part.0))).collect();
        assert_eq!(shares, [(5_000, Some(0)), (15_000, Some(50_000)), (10_000, Some(50_000))]);
    }

    #[test]
    fn while_it_runs_nobody_bears_its_coming_up() {
        let running = Session { letting_go_at_ms: None, gone_at_ms: None, ..session() };
        let settled = settle(&running, &[call(1, 1, 110, 120, 1)], 130 * SECOND_MS);
        assert_eq!(settled.shares[0].overhead, None);
        assert_eq!(settled.billed, MicroUsd(130_000));
        assert_eq!(settled.spent_on(SpentOn::Idle), MicroUsd(20_000));
    }

    #[test]
    fn of_a_session_without_time_every_call_bears_nothing() {
        let never = Session { billed_from_ms: 210 * SECOND_MS, ..session() };
        let settled = settle(&never, &[call(1, 1, 110, 120, 1)], 500 * SECOND_MS);
        let nothing = CallShare { call: Uuid::from_u128(1), busy: MicroUsd(0), overhead: Some(MicroUsd(0)) };
        assert_eq!((settled.shares, settled.intervals.len()), (vec![nothing], 0));
        let running = Session { gone_at_ms: None, ..never };
        let settled = settle(&running, &[call(1, 1, 110, 120, 1)], 200 * SECOND_MS);
        assert_eq!(settled.shares, [CallShare { overhead: None, ..nothing }]);
    }

    #[test]
    fn a_boot_that_failed_is_boot_and_then_drain() {
        let failed = Session { warming_at_ms: None, ready_at_ms: None, ..session() };
        let settled = settle(&failed, &[], 500 * SECOND_MS);
        assert_eq!(settled.spent_on(SpentOn::Boot), MicroUsd(200_000));
        assert_eq!(settled.spent_on(SpentOn::Drain), MicroUsd(10_000));
    }

    #[test]
    fn what_nobody_wanted_is_leaked_from_beginning_to_end() {
        let leaked = Session { is_leaked: true, ..session() };
        let settled = settle(&leaked, &[], 500 * SECOND_MS);
        assert_eq!(settled.spent_on(SpentOn::Leaked), settled.billed);
    }

    #[test]
    fn the_hour_that_was_begun_is_billed_whole_and_spread_over_the_time() {
        let mut hourly = session();
        hourly.billing.granularity_ms = 3_600 * SECOND_MS;
        let settled = settle(&hourly, &[], 500 * SECOND_MS);
        assert_eq!(settled.billed, MicroUsd(3_600_000));
        assert_eq!(settled.spent_on(SpentOn::Boot), MicroUsd(1_028_571));
    }

    #[test]
    fn an_amount_is_split_to_the_last_millionth() {
        let ids = [3, 1, 2].map(Uuid::from_u128);
        assert_eq!(split(10, &[1, 1, 1], &ids), [3, 4, 3]);
        assert_eq!(split(7, &[0, 2, 5], &ids), [0, 2, 5]);
        assert_eq!(split(7, &[], &[]), [] as [i64; 0]);
    }

    fn any_call() -> impl Strategy<Value = MeteredCall> {
        (any::<u128>(), 0_u128..6, -10_i64..260, 0_i64..80, 0_u64..5_000)
            .prop_map(|(id, job, from, long, tokens)| call(id, job, from, from + long, tokens))
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_bill(
            calls in prop::collection::vec(any_call(), 0..20),
            price in 0_i64..10_000_000,
            granularity_s in 1_i64..4_000,
            minimum_s in 0_i64..400,
            marks in prop::array::uniform3(0_i64..250),
            until_s in 0_i64..400,
            seed in any::<u64>(),
        ) {
            let mut marks = marks;
            marks.sort_unstable();
            let session = Session {
                billing: Billing {
                    price_microusd_per_hour: price,
                    granularity_ms: granularity_s * SECOND_MS,
                    minimum_ms: minimum_s * SECOND_MS,
                },
                warming_at_ms: Some(marks[0] * SECOND_MS),
                ready_at_ms: Some(marks[1] * SECOND_MS),
                letting_go_at_ms: Some(marks[2] * SECOND_MS),
                gone_at_ms: Some(260 * SECOND_MS),
                ..session()
            };
            let settled = settle(&session, &calls, until_s * SECOND_MS);
            let total: MicroUsd = settled.intervals.iter().map(|interval| interval.cost).sum();
            prop_assert_eq!(total, settled.billed);
            prop_assert!(settled.intervals.iter().all(|interval| interval.cost.0 >= 0 && interval.from_ms < interval.to_ms));
            prop_assert!(settled.intervals.windows(2).all(|pair| pair[0].to_ms == pair[1].from_ms));
            let busy: MicroUsd = settled.shares.iter().map(|share| share.busy).sum();
            prop_assert_eq!(busy, settled.spent_on(SpentOn::Busy));
            if until_s >= 260 && !calls.is_empty() {
                let overhead: MicroUsd = settled.shares.iter().filter_map(|share| share.overhead).sum();
                prop_assert_eq!(overhead, settled.spent_on(SpentOn::Boot) + settled.spent_on(SpentOn::Warm));
            }
            let mut shuffled = calls;
            shuffled.sort_by_key(|call| call.id.as_u128() as u64 ^ seed);
            let again = settle(&session, &shuffled, until_s * SECOND_MS);
            prop_assert_eq!(&again.intervals, &settled.intervals);
            let of = |settled: &Settlement| {
                let mut shares: Vec<_> = settled.shares.iter().map(|share| (share.call, share.busy, share.overhead)).collect();
                shares.sort_unstable();
                shares
            };
            prop_assert_eq!(of(&again), of(&settled));
        }
    }
}
