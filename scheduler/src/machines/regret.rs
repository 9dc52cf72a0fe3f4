//! What machines have cost, beside the least that they could have cost for whoever had known what would come.

use ai_harness::{
    cost::Billing,
    lifecycle::Parameters,
    simulate::{BootModel, Request, ServiceModel, Setup, least_cost},
};
use prospector_domain::{
    engine::EngineId,
    time::{DAY_MS, HOUR_MS, UnixMs},
};
use prospector_store::{Boot, FinishedJob, StoreError};

use super::{MachineKeeper, metrics};

/// How often it is worked out, in milliseconds.
const LOOK_EVERY_MS: i64 = HOUR_MS;
/// Jobs that are looked back at, at most; when there were more within a day, only the time they span is.
const JOBS_MAX: i64 = 1_000;
/// Boots that the mean is taken of.
const BOOTS_MAX: i64 = 50;

impl MachineKeeper {
    /// Once an hour works out the ratio for the last day: what the engine's machines of this provider cost in it, over the
    /// least that serving the same jobs in time could have cost. Shows zero while there is nothing to compare.
    pub(super) async fn look_back(
        &mut self,
        provider: &'static str,
        parameters: &Parameters,
        engine: &EngineId,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let is_due = self.memory.looked_back_at.is_none_or(|at| now.since(at) >= LOOK_EVERY_MS);
        let offer = self.memory.offers.as_ref().and_then(|(_, offers)| offers.first());
        let Some(billing) = offer.map(|offer| offer.billing).filter(|_| is_due) else { return Ok(()) };
        self.memory.looked_back_at = Some(now);
        let jobs = self.store.finished_engine_jobs(engine, JOBS_MAX).await?;
        let since = beginning(&jobs, now);
        let boots = self.store.recent_boots(provider, engine, BOOTS_MAX).await?;
        let setup = setup(billing, &boots, parameters, self.parts.settings.calls.concurrency_max);
        let trace = trace(&jobs, since);
        let spent_microusd: i64 = self
            .store
            .spend_since(since)
            .await?
            .iter()
            .filter(|part| part.engine == *engine && part.provider == provider)
            .map(|part| part.cost_microusd)
            .sum();
        // Many requests take it a while, for which no other task of this thread should have to wait.
        let least = tokio::task::spawn_blocking(move || least_cost(&setup, &trace)).await;
        metrics::regret(spent_microusd, least.map_or(0, |least| least.0));
        Ok(())
    }
}

/// Since when these jobs, the newest first, are all there are: a day ago, or the oldest of them when they are too many.
fn beginning(jobs: &[FinishedJob], now: UnixMs) -> UnixMs {
    let a_day_ago = now.plus_ms(-DAY_MS);
    let is_cut = i64::try_from(jobs.len()).is_ok_and(|count| count >= JOBS_MAX);
    let oldest = jobs.iter().map(|job| job.finished_at_ms).min().filter(|_| is_cut);
    oldest.map_or(a_day_ago, |oldest| oldest.max(a_day_ago))
}

/// The jobs as requests, by arrival. How long each took is known, so that one token stands for one millisecond.
fn trace(jobs: &[FinishedJob], since: UnixMs) -> Vec<Request> {
    let mut trace: Vec<Request> = jobs
        .iter()
        .filter(|job| job.finished_at_ms >= since)
        .map(|job| Request {
            arrived_ms: job.arrived_at_ms.since(since),
            input_tokens: 0,
            output_tokens: u64::try_from(job.finished_at_ms.since(job.started_at_ms)).unwrap_or(0),
        })
        .collect();
    trace.sort_by_key(|request| request.arrived_ms);
    trace
}

fn setup(billing: Billing, boots: &[Boot], parameters: &Parameters, slots: u32) -> Setup {
    let served: Vec<i64> = boots.iter().filter(|boot| boot.served).map(|boot| boot.took_ms).collect();
    let mean_ms = match i64::try_from(served.len()) {
        Ok(count) if count > 0 => served.iter().sum::<i64>() / count,
        _ => parameters.boot_prior_ms,
    };
    Setup {
        billing,
        boot: BootModel { mean_ms, cv: 0.0, fail: 0.0 },
        service: ServiceModel { prefill_tokens_per_s: 1_000.0, decode_tokens_per_s: 1_000.0, slots },
        seed: 0,
        budget: None,
        parameters: parameters.clone(),
    }
}

#[cfg(test)]
mod tests {
    use ai_harness::cost::MicroUsd;
    use prospector_domain::time::{MINUTE_MS, SECOND_MS};

    use super::*;

    /// An hour costs 3.6 dollars: a second is a thousand millionths.
    const BILLING: Billing = Billing { price_microusd_per_hour: 3_600_000, granularity_ms: 1, minimum_ms: 0 };
    const NOW: UnixMs = UnixMs(100 * DAY_MS);

    fn job(arrived_at_ms: UnixMs, took_ms: i64) -> FinishedJob {
        // It had to wait for a machine, which is no part of the work.
        let started_at_ms = arrived_at_ms.plus_ms(MINUTE_MS);
        FinishedJob { arrived_at_ms, started_at_ms, finished_at_ms: started_at_ms.plus_ms(took_ms) }
    }

    #[test]
    fn two_bursts_far_apart_need_two_boots_and_their_work() {
        let early = NOW.plus_ms(-10 * HOUR_MS);
        let late = NOW.plus_ms(-HOUR_MS);
        let jobs =
            [job(late, 20 * SECOND_MS), job(early, 10 * SECOND_MS), job(NOW.plus_ms(-2 * DAY_MS), SECOND_MS)];
        let since = beginning(&jobs, NOW);
        assert_eq!(since, NOW.plus_ms(-DAY_MS));
        let trace = trace(&jobs, since);
        assert_eq!(trace.len(), 2, "what was over before is not looked at");
        let boots =
            [Boot { took_ms: 40 * SECOND_MS, served: true }, Boot { took_ms: HOUR_MS, served: false }];
        let setup = setup(BILLING, &boots, &Parameters::default(), 1);
        assert_eq!(least_cost(&setup, &trace), MicroUsd((40 + 10 + 40 + 20) * 1_000));
    }

    #[test]
    fn where_jobs_are_too_many_only_their_time_counts() {
        let jobs: Vec<FinishedJob> =
            (0..JOBS_MAX).map(|number| job(NOW.plus_ms(-number * SECOND_MS - HOUR_MS), SECOND_MS)).collect();
        assert_eq!(beginning(&jobs, NOW), jobs.last().unwrap().finished_at_ms);
    }
}
