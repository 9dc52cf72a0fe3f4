//! The lifecycle policy in virtual time: the shipped [`decide`](crate::lifecycle::decide) on a trace of the past, beside
//! the usual alternatives and the least that was possible.
//!
//! Nothing here sleeps, reads a clock or meets real chance: a run is a function of the trace, the [`Setup`] and its seed.

mod baselines;
mod optimum;
mod plot;
mod report;
mod setup;
mod trace;
mod world;

use std::str::FromStr;

pub use baselines::CRON_TICK_MS;
pub use plot::svg;
pub use report::{Comparison, Outcome};
pub use setup::{BootModel, ServiceModel, Setup};
pub use trace::{Request, TraceError, read};
pub use world::{Life, Run};

use crate::{
    cost::MicroUsd,
    lifecycle::{Observation, Plan},
};

/// A policy that can be run: ours or one to compare it with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyName {
    /// The shipped policy.
    Prospector,
    /// One machine all the time.
    AlwaysOn,
    /// Started at once, let go after this many seconds without work.
    IdleTimeout(u32),
    /// A cron job that looks every [`CRON_TICK_MS`].
    Cron,
    /// Started at once, let go when keeping it has cost as much as a boot.
    SkiRental,
}

impl PolicyName {
    /// All of them, ours first.
    pub const ALL: [Self; 8] = [
        Self::Prospector,
        Self::AlwaysOn,
        Self::IdleTimeout(5),
        Self::IdleTimeout(60),
        Self::IdleTimeout(300),
        Self::IdleTimeout(600),
        Self::Cron,
        Self::SkiRental,
    ];
}

impl std::fmt::Display for PolicyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Prospector => f.write_str("prospector"),
            Self::AlwaysOn => f.write_str("always-on"),
            Self::IdleTimeout(timeout_s) => write!(f, "idle-{timeout_s}"),
            Self::Cron => f.write_str("cron"),
            Self::SkiRental => f.write_str("ski-rental"),
        }
    }
}

/// There is no policy of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no policy is called {0:?}; known are prospector, always-on, idle-5, idle-60, idle-300, idle-600, cron, ski-rental"
)]
pub struct UnknownPolicy(String);

impl FromStr for PolicyName {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|policy| policy.to_string() == name);
        known.ok_or_else(|| UnknownPolicy(name.to_owned()))
    }
}

/// Runs one policy on a trace, whose requests are in the order of their arrival.
#[must_use]
pub fn run(setup: &Setup, trace: &[Request], policy: PolicyName) -> Run {
    let boot_ms = setup.boot.mean_ms;
    let mut policy: Box<dyn Policy + '_> = match policy {
        PolicyName::Prospector => Box::new(baselines::Shipped(&setup.parameters)),
        PolicyName::AlwaysOn => Box::new(baselines::AlwaysOn { boot_ms }),
        PolicyName::IdleTimeout(timeout_s) => {
            Box::new(baselines::IdleTimeout { boot_ms, timeout_ms: i64::from(timeout_s) * 1_000 })
        }
        PolicyName::Cron => Box::new(baselines::Cron { boot_ms, tick_ms: CRON_TICK_MS }),
        PolicyName::SkiRental => Box::new(baselines::IdleTimeout { boot_ms, timeout_ms: boot_ms }),
    };
    world::run(setup, trace, policy.as_mut())
}

/// Runs these policies on a trace and compares them with the least that was possible; also returns the runs.
#[must_use]
pub fn compare(
    setup: &Setup,
    name: &str,
    trace: &[Request],
    policies: &[PolicyName],
) -> (Comparison, Vec<Run>) {
    let optimum = optimum::optimum(setup, trace);
    let runs: Vec<Run> = policies.iter().map(|policy| run(setup, trace, *policy)).collect();
    let outcome = |(policy, run): (&PolicyName, &Run)| {
        Outcome::new(&policy.to_string(), run, setup.objective_ms(), optimum)
    };
    let comparison = Comparison {
        trace: name.to_owned(),
        slo_s: setup.objective_ms() as f64 / 1_000.0,
        boot_s: setup.boot.mean_ms as f64 / 1_000.0,
        optimum_usd: optimum.usd(),
        policies: policies.iter().zip(&runs).map(outcome).collect(),
    };
    (comparison, runs)
}

/// The least that any way of running machines could have cost on a trace, whose requests are in the order of their arrival,
/// with each answered within the objective. Of the setup's chance, budget and parameters only the mean boot and the objective
/// matter.
#[must_use]
pub fn least_cost(setup: &Setup, trace: &[Request]) -> MicroUsd {
    optimum::optimum(setup, trace)
}

/// Something that commands machines.
trait Policy {
    /// What is to be done.
    fn plan(&mut self, seen: &Observation) -> Plan;

    /// How long before the first request it wants to be asked, in milliseconds.
    fn ahead_ms(&self) -> i64 {
        0
    }

    /// Whether its machines are ended by the end of the trace and not by itself.
    fn ends_with_the_trace(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod properties;
