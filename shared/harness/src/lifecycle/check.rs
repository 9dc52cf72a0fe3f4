//! What is wrong with an operator's parameters.

use super::Parameters;
use crate::settings::{Checks, SettingProblem};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

impl Parameters {
    /// Everything that is wrong with these parameters.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingProblem> {
        let mut checks = Checks::default();
        checks.range("latency_objective_ms", &self.latency_objective_ms, &(1_000..=7 * DAY_MS));
        checks.range("max_machines", &self.max_machines, &(0..=64));
        checks.range("max_grace_ms", &self.max_grace_ms, &(0..=DAY_MS));
        checks.range("min_grace_ms", &self.min_grace_ms, &(0..=self.max_grace_ms));
        checks.range("boot_timeout_ms", &self.boot_timeout_ms, &(1_000..=DAY_MS));
        checks.range("boot_prior_ms", &self.boot_prior_ms, &(1_000..=self.boot_timeout_ms));
        checks.range("late_share", &self.late_share, &(0.0..=0.5));
        checks.range("backlog_worth_boots", &self.backlog_worth_boots, &(0.0..=1_000.0));
        checks.range("job_prior_ms", &self.job_prior_ms, &(1..=HOUR_MS));
        checks.range("slots_prior", &self.slots_prior, &(1..=4_096));
        checks.range("drain_reserve_ms", &self.drain_reserve_ms, &(0..=HOUR_MS));
        checks.range("drain_settle_ms", &self.drain_settle_ms, &(0..=self.drain_reserve_ms));
        checks.range("boundary_margin_ms", &self.boundary_margin_ms, &(0..=600_000));
        checks.range("failed_probes_max", &self.failed_probes_max, &(1..=100));
        checks.range("recheck_ms", &self.recheck_ms, &(1_000..=HOUR_MS));
        checks.problems()
    }
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
