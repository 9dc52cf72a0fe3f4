//! What an operator may set about the policy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Parameters of the policy. Every duration is in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// Within what time of its arrival a job should be answered. Range: 1 000 to 604 800 000 (a week). Default: 300 000. With
    /// twice the boot time or more, work is collected and no machine is ever kept waiting for more.
    pub latency_objective_ms: i64,
    /// Most machines at a time. Range: 0 (none is ever ordered) to 64. Default: 2, as a second one stands in for a boot in
    /// doubt.
    pub max_machines: u32,
    /// Shortest time a machine is kept after its last work. Range: 0 to `max_grace_ms`. Default: 0.
    pub min_grace_ms: i64,
    /// Longest time a machine is kept after its last work, whatever was learned. Range: 0 to 86 400 000. Default: 900 000.
    pub max_grace_ms: i64,
    /// What a boot is taken to last while too few were seen. Range: 1 000 to `boot_timeout_ms`. Default: 300 000.
    pub boot_prior_ms: i64,
    /// When a boot is given up and the machine replaced. Range: 1 000 to 86 400 000. Default: 1 200 000.
    pub boot_timeout_ms: i64,
    /// The share of waiting jobs that may be late by expectation when a start is put off: what boots and jobs lasted lately
    /// is weighed against every deadline. Range: 0 to 0.5. Default: 0.01.
    pub late_share: f64,
    /// A machine is ordered before any deadline asks for it once the work that waits would keep it busy for this many boot
    /// times. Range: 0 (at once) and up. Default: 1.
    pub backlog_worth_boots: f64,
    /// What a job is taken to last while none was seen. Range: 1 to 3 600 000. Default: 20 000.
    pub job_prior_ms: i64,
    /// Jobs a machine is taken to run side by side while that is not known. Range: 1 to 4 096. Default: 16.
    pub slots_prior: u32,
    /// Time within which a draining machine has finished its work and is gone; this much of a running machine's future bill
    /// counts as committed. Range: 0 to 3 600 000. Default: 180 000.
    pub drain_reserve_ms: i64,
    /// Shortest time between draining and destroying, so that every worker has heard of it. Range: 0 to `drain_reserve_ms`.
    /// Default: 2 000.
    pub drain_settle_ms: i64,
    /// Where started hours or minutes are billed, how long before the boundary a machine must be let go, so that it is gone
    /// in time. Range: 0 to 600 000. Default: 30 000.
    pub boundary_margin_ms: i64,
    /// Failed probes in a row after which a machine is replaced. Range: 1 to 100. Default: 5.
    pub failed_probes_max: u32,
    /// Longest time until the policy wants to be asked again while anything waits or costs money. Range: 1 000 to 3 600 000.
    /// Default: 30 000.
    pub recheck_ms: i64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            latency_objective_ms: 300_000,
            max_machines: 2,
            min_grace_ms: 0,
            max_grace_ms: 900_000,
            boot_prior_ms: 300_000,
            boot_timeout_ms: 1_200_000,
            late_share: 0.01,
            backlog_worth_boots: 1.0,
            job_prior_ms: 20_000,
            slots_prior: 16,
            drain_reserve_ms: 180_000,
            drain_settle_ms: 2_000,
            boundary_margin_ms: 30_000,
            failed_probes_max: 5,
            recheck_ms: 30_000,
        }
    }
}
