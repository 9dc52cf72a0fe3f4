//! The least that any way of running machines could have cost, knowing the future: a dynamic programme.
//!
//! It knows every arrival, length and boot in advance, may order a machine before the first request arrives, may let
//! requests wait although a machine is ready, may serve any number side by side, and needs no time to let a machine go. It
//! may not answer a request later than the objective. Nothing that runs on real machines can be cheaper and in time, so a
//! ratio to it never flatters.
//!
//! One machine at a time is enough: of two that overlap, one that stands from the first's order to the second's end serves
//! the same requests for no more money. A session is then a ready interval `[r, e]` and costs a boot and `e - r`. Request
//! `j` with arrival `a`, length `d` and latest start `l = a + S - d` is served by it when `r <= l` and
//! `max(a, r) + d <= e`. A session may be moved to the right until `r` is the latest start of a request that no other
//! serves, and cut on the right to the end of a request; so a plan is a chain of choices of `e`, and each choice fixes the
//! next `r`: the earliest latest start of what is still to be served. One thing is taken too lightly: a request that waited
//! through a session which was too short for it counts as served when, begun on arrival, it would have ended by then. That
//! lowers the bound by a few seconds where it happens, and keeps the number of states small.

use std::collections::{BTreeMap, HashMap};

use super::{Request, Setup};
use crate::cost::{Billing, MicroUsd};

/// Billing this fine is taken as exact: the rounding is left out, which can only lower the bound.
const FINE_MS: i64 = 1_000;

/// The bound for a trace under an objective.
pub(super) fn optimum(setup: &Setup, trace: &[Request]) -> MicroUsd {
    let problem = Problem::new(setup, trace);
    let work_ms: i64 = problem.requests.iter().map(|request| request.takes_ms).sum();
    // Whatever the order, this much work needs a machine for at least this long.
    let least_ms = problem.boot_ms + work_ms / i64::from(setup.service.slots.max(1));
    let billed_ms = problem.solve().max(least_ms);
    let exact = i128::from(billed_ms) * i128::from(setup.billing.price_microusd_per_hour.max(0)) / 3_600_000;
    MicroUsd(i64::try_from(exact).unwrap_or(i64::MAX))
}

/// A request as the programme sees it.
#[derive(Debug, Clone, Copy)]
struct Job {
    arrived_ms: i64,
    takes_ms: i64,
    latest_start_ms: i64,
}

struct Problem {
    boot_ms: i64,
    objective_ms: i64,
    billing: Billing,
    /// By arrival.
    requests: Vec<Job>,
    /// The least latest start of the requests from here on.
    latest_from: Vec<i64>,
    /// Requests by the moment at which they end when they are served on arrival.
    by_end: Vec<usize>,
    longest_ms: i64,
}

/// A partial plan: every request whose latest start lies before `ready_ms` is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Label {
    billed_ms: i64,
    /// What could have ended by then counts as served; the least moment that says so.
    ended_ms: i64,
}

impl Problem {
    fn new(setup: &Setup, trace: &[Request]) -> Self {
        let objective_ms = setup.objective_ms();
        let requests: Vec<Job> = trace
            .iter()
            .map(|request| {
                let takes_ms = setup.service.takes_ms(request);
                // What is longer than the objective is late in any case; it may start on arrival at the latest.
                let latest_start_ms = request.arrived_ms + (objective_ms - takes_ms).max(0);
                Job { arrived_ms: request.arrived_ms, takes_ms, latest_start_ms }
            })
            .collect();
        let mut latest_from = vec![i64::MAX; requests.len() + 1];
        for (position, job) in requests.iter().enumerate().rev() {
            latest_from[position] = latest_from[position + 1].min(job.latest_start_ms);
        }
        let mut by_end: Vec<usize> = (0..requests.len()).collect();
        by_end.sort_by_key(|position| requests[*position].arrived_ms + requests[*position].takes_ms);
        let longest_ms = requests.iter().map(|job| job.takes_ms).max().unwrap_or_default();
        let (boot_ms, billing) = (setup.boot.mean_ms, setup.billing);
        Self { boot_ms, objective_ms, billing, requests, latest_from, by_end, longest_ms }
    }

    /// The least billed time, in milliseconds.
    fn solve(&self) -> i64 {
        let Some(first_ms) = self.latest_from.first().copied().filter(|ms| *ms < i64::MAX) else { return 0 };
        let mut best_ms = i64::MAX;
        let mut open: BTreeMap<i64, Vec<Label>> = BTreeMap::new();
        open.insert(first_ms, vec![Label { billed_ms: 0, ended_ms: i64::MIN }]);
        let mut running = HashMap::new();
        while let Some((ready_ms, labels)) = open.pop_first() {
            for label in labels {
                self.extend(ready_ms, label, &mut running, &mut |next_ms, next| match next_ms {
                    None => best_ms = best_ms.min(next.billed_ms),
                    Some(next_ms) => keep_undominated(open.entry(next_ms).or_default(), next),
                });
            }
        }
        best_ms
    }

    /// Reports every sensible end of a session that is ready at `ready_ms`, with the moment at which the next must be ready.
    fn extend(
        &self,
        ready_ms: i64,
        label: Label,
        running: &mut HashMap<i64, i64>,
        report: &mut impl FnMut(Option<i64>, Label),
    ) {
        let waiting = self.waiting(ready_ms, label.ended_ms);
        let mut next_waiting = 0;
        let mut next_ending = self.by_end.partition_point(|position| self.end_ms(*position) <= ready_ms);
        loop {
            while let Some(position) = self.by_end.get(next_ending)
                && self.requests[*position].arrived_ms <= ready_ms
            {
                next_ending += 1;
            }
            let waiting_ends_ms = waiting.get(next_waiting).map(|(takes_ms, _)| ready_ms + takes_ms);
            let arriving_ends_ms = self.by_end.get(next_ending).map(|position| self.end_ms(*position));
            let Some(end_ms) = waiting_ends_ms.into_iter().chain(arriving_ends_ms).min() else { return };
            while waiting.get(next_waiting).is_some_and(|(takes_ms, _)| ready_ms + takes_ms <= end_ms) {
                next_waiting += 1;
            }
            while self.by_end.get(next_ending).is_some_and(|position| self.end_ms(*position) <= end_ms) {
                next_ending += 1;
            }
            let left_waiting_ms = waiting.get(next_waiting).map_or(i64::MAX, |(_, latest_ms)| *latest_ms);
            let left_running_ms = self.left_running(ready_ms, end_ms);
            let next_arrival = self.requests.partition_point(|job| job.arrived_ms <= end_ms);
            let next_ms = left_waiting_ms.min(left_running_ms).min(self.latest_from[next_arrival]);
            let billed_ms = label.billed_ms + self.billed_ms(end_ms - ready_ms + self.boot_ms);
            let next = Label { billed_ms, ended_ms: end_ms };
            if next_ms == i64::MAX {
                return report(None, next);
            }
            // A machine that would be ordered before this one ends is never cheaper than keeping this one.
            if next_ms >= end_ms + self.boot_ms {
                report(Some(next_ms), Label { ended_ms: self.counted_end(end_ms, next_ms), ..next });
            }
            let is_idle = left_waiting_ms == i64::MAX && left_running_ms == i64::MAX;
            if is_idle && self.requests[next_arrival].arrived_ms > end_ms + self.boot_ms + 2 * self.unit_ms()
            {
                return;
            }
            // Once all that waited at the start has ended, only what was paid tells two sessions apart.
            if self.unit_ms() == 0 && end_ms >= ready_ms + self.longest_ms {
                let paid_ms = running.entry(end_ms).or_insert(i64::MAX);
                if *paid_ms <= billed_ms {
                    return;
                }
                *paid_ms = billed_ms;
            }
        }
    }

    /// What waits at this moment, shortest first, each with the least latest start of itself and those behind it.
    fn waiting(&self, ready_ms: i64, ended_ms: i64) -> Vec<(i64, i64)> {
        let from = self.requests.partition_point(|job| job.arrived_ms < ready_ms - self.objective_ms);
        let to = self.requests.partition_point(|job| job.arrived_ms <= ready_ms);
        let open = self.requests[from..to]
            .iter()
            .filter(|job| job.latest_start_ms >= ready_ms && job.arrived_ms + job.takes_ms > ended_ms);
        let mut waiting: Vec<(i64, i64)> = open.map(|job| (job.takes_ms, job.latest_start_ms)).collect();
        waiting.sort_unstable();
        let mut least_ms = i64::MAX;
        for (_, latest_ms) in waiting.iter_mut().rev() {
            least_ms = least_ms.min(*latest_ms);
            *latest_ms = least_ms;
        }
        waiting
    }

    /// The least latest start of the requests that arrived since the machine was ready and have not ended.
    fn left_running(&self, ready_ms: i64, end_ms: i64) -> i64 {
        let since_ms = ready_ms.max(end_ms - self.longest_ms);
        let from = self.requests.partition_point(|job| job.arrived_ms <= since_ms);
        let arrived = self.requests[from..].iter().take_while(|job| job.arrived_ms <= end_ms);
        let left = arrived.filter(|job| job.arrived_ms + job.takes_ms > end_ms);
        left.map(|job| job.latest_start_ms).min().unwrap_or(i64::MAX)
    }

    /// The last end, of requests that ended by then, that matters to a session which is ready at `ready_ms`: two sessions
    /// whose difference nobody will notice are one state.
    fn counted_end(&self, end_ms: i64, ready_ms: i64) -> i64 {
        let place = self.by_end.partition_point(|position| self.end_ms(*position) <= end_ms);
        let earliest_ms = ready_ms - self.objective_ms;
        let ended =
            self.by_end[..place].iter().rev().take_while(|position| self.end_ms(**position) >= earliest_ms);
        let counted = ended.filter(|position| self.requests[**position].latest_start_ms >= ready_ms);
        counted.map(|position| self.end_ms(*position)).next().unwrap_or(i64::MIN)
    }

    fn end_ms(&self, position: usize) -> i64 {
        self.requests[position].arrived_ms + self.requests[position].takes_ms
    }

    /// The unit of billing, where it is too coarse to be left out.
    fn unit_ms(&self) -> i64 {
        if self.billing.granularity_ms > FINE_MS { self.billing.granularity_ms } else { 0 }
    }

    fn billed_ms(&self, existed_ms: i64) -> i64 {
        if self.unit_ms() > 0 { self.billing.billed_ms(existed_ms) } else { existed_ms }
    }
}

/// Keeps a label unless one that is there has paid no more and served no less; drops those it is better than.
fn keep_undominated(labels: &mut Vec<Label>, new: Label) {
    let serves_all = |a: &Label, b: &Label| a.billed_ms <= b.billed_ms && a.ended_ms >= b.ended_ms;
    if labels.iter().any(|label| serves_all(label, &new)) {
        return;
    }
    labels.retain(|label| !serves_all(&new, label));
    labels.push(new);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        lifecycle::Parameters,
        simulate::{BootModel, ServiceModel},
    };

    const BOOT_MS: i64 = 100_000;

    fn setup(objective_ms: i64, granularity_ms: i64) -> Setup {
        Setup {
            billing: Billing { price_microusd_per_hour: 3_600_000, granularity_ms, minimum_ms: 0 },
            boot: BootModel { mean_ms: BOOT_MS, cv: 0.0, fail: 0.0 },
            // A token is a second.
            service: ServiceModel { prefill_tokens_per_s: 1.0, decode_tokens_per_s: 1.0, slots: 1_000 },
            seed: 0,
            budget: None,
            parameters: Parameters { latency_objective_ms: objective_ms, ..Parameters::default() },
        }
    }

    fn request(arrived_s: i64, takes_s: u64) -> Request {
        Request { arrived_ms: arrived_s * 1_000, input_tokens: 0, output_tokens: takes_s }
    }

    /// The optimum by trying every way to divide the requests among sessions.
    fn by_trying_all(setup: &Setup, trace: &[Request], sessions: &mut Vec<Vec<Request>>) -> i64 {
        let Some((request, others)) = trace.split_last() else {
            return sessions.iter().map(|session| session_ms(setup, session)).sum();
        };
        sessions.push(vec![*request]);
        let mut best_ms = by_trying_all(setup, others, sessions);
        sessions.pop();
        for nth in 0..sessions.len() {
            sessions[nth].push(*request);
            best_ms = best_ms.min(by_trying_all(setup, others, sessions));
            sessions[nth].pop();
        }
        best_ms
    }

    fn session_ms(setup: &Setup, session: &[Request]) -> i64 {
        let takes_ms = |request: &Request| setup.service.takes_ms(request);
        let latest =
            |request: &Request| request.arrived_ms + (setup.objective_ms() - takes_ms(request)).max(0);
        let ready_ms = session.iter().map(latest).min().unwrap_or_default();
        let end_ms = session.iter().map(|request| request.arrived_ms.max(ready_ms) + takes_ms(request)).max();
        let existed_ms = BOOT_MS + end_ms.unwrap_or_default() - ready_ms;
        if setup.billing.granularity_ms > FINE_MS { setup.billing.billed_ms(existed_ms) } else { existed_ms }
    }

    #[test]
    fn what_fits_into_one_session_shares_a_boot_and_what_does_not_pays_another() {
        let cost = |trace: &[Request]| optimum(&setup(60_000, 1_000), trace).0;
        assert_eq!(cost(&[request(0, 10)]), 110_000);
        assert_eq!(cost(&[request(0, 10), request(50, 10)]), 110_000);
        // Ready at 50, the second ends at 100; a second boot would cost more.
        assert_eq!(cost(&[request(0, 10), request(90, 10)]), 150_000);
        assert_eq!(cost(&[request(0, 10), request(900, 10)]), 220_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn it_is_no_more_than_trying_everything_finds_and_hardly_less(
            mut rows in prop::collection::vec((0_i64..900, 1_u64..120), 1..8), objective_s in 1_i64..400,
            granularity_ms in prop::sample::select(vec![1_000_i64, 60_000]),
        ) {
            rows.sort_unstable();
            let trace: Vec<Request> = rows.into_iter().map(|(arrived_s, takes_s)| request(arrived_s, takes_s)).collect();
            let setup = setup(objective_s * 1_000, granularity_ms);
            let tried_ms = by_trying_all(&setup, &trace, &mut Vec::new());
            let bound_ms = Problem::new(&setup, &trace).solve();
            prop_assert!(bound_ms <= tried_ms && bound_ms * 10 >= tried_ms * 9, "{bound_ms} where {tried_ms} is possible");
        }
    }
}
