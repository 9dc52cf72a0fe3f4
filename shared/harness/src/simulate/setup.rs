//! What is simulated: prices, boots, and how fast a machine works.

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::Request;
use crate::{
    cost::{Billing, MicroUsd},
    lifecycle::Parameters,
};

/// The circumstances of a simulation.
#[derive(Debug, Clone)]
pub struct Setup {
    /// How machines are billed, from the order until they are destroyed.
    pub billing: Billing,
    /// How long machines boot.
    pub boot: BootModel,
    /// How fast they work.
    pub service: ServiceModel,
    /// Seed of all chance; the same seed gives the same result.
    pub seed: u64,
    /// What may be spent in all; none where there is no budget. With one, what is not served within a day of the last arrival
    /// never is. The baselines know of no budget.
    pub budget: Option<MicroUsd>,
    /// The parameters of our policy. The objective is also what lateness is measured by, and the number of machines bounds
    /// every policy.
    pub parameters: Parameters,
}

impl Setup {
    /// The latency objective, in milliseconds.
    #[must_use]
    pub fn objective_ms(&self) -> i64 {
        self.parameters.latency_objective_ms
    }
}

/// How long machines boot, from the order to ready.
#[derive(Debug, Clone, Copy)]
pub struct BootModel {
    /// Mean of those that succeed, in milliseconds.
    pub mean_ms: i64,
    /// Standard deviation over mean; the durations are log-normal. Range: 0 (always the mean) to 2.
    pub cv: f64,
    /// The share of boots that never end: the machine bills until somebody gives it up. Range: 0 to 0.9.
    pub fail: f64,
}

/// Draws the boots of one run, so that every policy meets the same luck: its n-th order boots as every other's n-th.
#[derive(Debug)]
pub(super) struct Boots {
    model: BootModel,
    rng: StdRng,
}

impl Boots {
    pub(super) fn new(model: BootModel, seed: u64) -> Self {
        Self { model, rng: StdRng::seed_from_u64(seed) }
    }

    /// How long the next boot takes, in milliseconds; none when it never ends.
    pub(super) fn next_boot(&mut self) -> Option<i64> {
        let fails = self.rng.random::<f64>() < self.model.fail;
        // A normal variate by Box and Muller; 1 - u is never 0, so that the logarithm exists.
        let radius = (-2.0 * (1.0 - self.rng.random::<f64>()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.rng.random::<f64>()).cos();
        let variance = (1.0 + self.model.cv * self.model.cv).ln();
        let factor = (normal * variance.sqrt() - variance / 2.0).exp();
        (!fails).then(|| ((self.model.mean_ms as f64 * factor).round() as i64).max(1))
    }
}

/// How fast a machine works: it serves up to `slots` requests side by side, each at the same speed whatever runs beside it.
#[derive(Debug, Clone, Copy)]
pub struct ServiceModel {
    /// Prompt tokens that are read in a second. Range: above 0.
    pub prefill_tokens_per_s: f64,
    /// Tokens that one request is answered with in a second. Range: above 0.
    pub decode_tokens_per_s: f64,
    /// Requests side by side. Range: 1 and up.
    pub slots: u32,
}

impl ServiceModel {
    /// How long a request holds its slot, in milliseconds; at least 1.
    ///
    /// 5 000 tokens read at 10 000 a second and 900 written at 60: 500 + 15 000.
    #[must_use]
    pub fn takes_ms(&self, request: &Request) -> i64 {
        let reading_s = request.input_tokens as f64 / self.prefill_tokens_per_s;
        let writing_s = request.output_tokens as f64 / self.decode_tokens_per_s;
        (((reading_s + writing_s) * 1_000.0).round() as i64).max(1)
    }
}
