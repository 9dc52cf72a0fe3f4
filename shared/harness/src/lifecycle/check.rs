//! What is wrong with an operator's parameters.

use std::{fmt, ops::RangeInclusive};

use super::Parameters;
use crate::providers::SettingProblem;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

impl Parameters {
    /// Everything that is wrong with these parameters.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingProblem> {
        let mut found = Vec::new();
        let mut add = |problem: Option<SettingProblem>| found.extend(problem);
        add(range("latency_objective_ms", self.latency_objective_ms, &(1_000..=7 * DAY_MS)));
        add(range("max_machines", self.max_machines, &(0..=64)));
        add(range("max_grace_ms", self.max_grace_ms, &(0..=DAY_MS)));
        add(range("min_grace_ms", self.min_grace_ms, &(0..=self.max_grace_ms)));
        add(range("boot_timeout_ms", self.boot_timeout_ms, &(1_000..=DAY_MS)));
        add(range("boot_prior_ms", self.boot_prior_ms, &(1_000..=self.boot_timeout_ms)));
        add(range("late_share", self.late_share, &(0.0..=0.5)));
        add(range("backlog_worth_boots", self.backlog_worth_boots, &(0.0..=1_000.0)));
        add(range("job_prior_ms", self.job_prior_ms, &(1..=HOUR_MS)));
        add(range("slots_prior", self.slots_prior, &(1..=4_096)));
        add(range("drain_reserve_ms", self.drain_reserve_ms, &(0..=HOUR_MS)));
        add(range("drain_settle_ms", self.drain_settle_ms, &(0..=self.drain_reserve_ms)));
        add(range("boundary_margin_ms", self.boundary_margin_ms, &(0..=600_000)));
        add(range("failed_probes_max", self.failed_probes_max, &(1..=100)));
        add(range("recheck_ms", self.recheck_ms, &(1_000..=HOUR_MS)));
        found
    }
}

fn range<T: PartialOrd + Copy + fmt::Display>(
    field: &'static str,
    value: T,
    range: &RangeInclusive<T>,
) -> Option<SettingProblem> {
    // Written so that a value that compares with nothing, such as NaN, is refused.
    let is_within = value >= *range.start() && value <= *range.end();
    (!is_within).then(|| SettingProblem {
        field,
        reason: format!("is {value}, outside {} to {}", range.start(), range.end()),
        remedy: "choose a value in the range",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_fine_and_what_is_not_is_named() {
        assert_eq!(Parameters::default().problems(), []);
        let wrong = Parameters {
            min_grace_ms: 2,
            max_grace_ms: 1,
            late_share: f64::NAN,
            failed_probes_max: 0,
            ..Parameters::default()
        };
        let fields: Vec<&str> = wrong.problems().iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["min_grace_ms", "late_share", "failed_probes_max"]);
    }
}
