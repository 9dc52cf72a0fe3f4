//! What a run comes to: the numbers that are compared.

use serde::{Deserialize, Serialize};

use super::world::Run;
use crate::cost::MicroUsd;

/// The comparison of the policies on one trace under one objective. Field names are read by programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The trace's name.
    pub trace: String,
    /// The objective, in seconds.
    pub slo_s: f64,
    /// The mean boot, in seconds.
    pub boot_s: f64,
    /// What knowing the future would have cost at least, in dollars.
    pub optimum_usd: f64,
    /// The policies, ours first.
    pub policies: Vec<Outcome>,
}

/// What one policy came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The policy; ours is `prospector`.
    pub name: String,
    /// What the machines cost, in dollars.
    pub cost_usd: f64,
    /// Median of the time from a request's arrival to the end of its answer, in seconds.
    pub p50_s: f64,
    /// 95th percentile of the same.
    pub p95_s: f64,
    /// 99th percentile of the same.
    pub p99_s: f64,
    /// The longest.
    pub max_s: f64,
    /// The share of requests that took longer than the objective. Range: 0 to 1.
    pub late: f64,
    /// Machines ordered.
    pub provisions: u64,
    /// Hours in which machines took work and had none.
    pub idle_hours: f64,
    /// Cost over the optimum.
    pub ratio_to_optimum: f64,
}

impl Outcome {
    pub(super) fn new(name: &str, run: &Run, objective_ms: i64, optimum: MicroUsd) -> Self {
        let mut waits_ms = run.waits_ms.clone();
        waits_ms.sort_unstable();
        let late = waits_ms.len() - waits_ms.partition_point(|wait_ms| *wait_ms <= objective_ms);
        Self {
            name: name.to_owned(),
            cost_usd: run.cost.usd(),
            p50_s: quantile_s(&waits_ms, 50),
            p95_s: quantile_s(&waits_ms, 95),
            p99_s: quantile_s(&waits_ms, 99),
            max_s: quantile_s(&waits_ms, 100),
            late: late as f64 / waits_ms.len().max(1) as f64,
            provisions: run.lives.len() as u64,
            idle_hours: run.idle_ms as f64 / 3_600_000.0,
            ratio_to_optimum: run.cost.usd() / optimum.usd(),
        }
    }
}

/// The smallest value that this many percent do not exceed (nearest rank), in seconds.
fn quantile_s(sorted_ms: &[i64], percent: usize) -> f64 {
    let rank = (sorted_ms.len() * percent).div_ceil(100).max(1);
    sorted_ms.get(rank - 1).map_or(0.0, |value_ms| *value_ms as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_value_that_occurred() {
        let sorted_ms: Vec<i64> = (1..=200).map(|nth| nth * 1_000).collect();
        assert_eq!(
            [50, 95, 99, 100].map(|percent| quantile_s(&sorted_ms, percent)),
            [100.0, 190.0, 198.0, 200.0]
        );
        assert_eq!([50, 95].map(|percent| quantile_s(&[7_000], percent)), [7.0, 7.0]);
    }
}
