//! What is counted about machines.

use std::collections::BTreeSet;

use ::metrics::{counter, gauge, histogram};
use ai_harness::{
    lifecycle::{Action, Cause, Command},
    providers::ProviderErrorKind,
};
use prospector_domain::{
    node::{CostPhase, NodePhase},
    time::UnixMs,
};
use prospector_runtime::telemetry::{Family, FamilyKind, Label, SECONDS, values_of};
use prospector_store::{Node, Spend};
use strum::VariantArray as _;

const NODES: &str = "prospector_nodes";
const BOOT: &str = "prospector_node_boot_seconds";
const WARM: &str = "prospector_node_warm_seconds";
const PROVISIONS: &str = "prospector_provisions_total";
const PROVIDER_FAILURES: &str = "prospector_provider_failures_total";
const DESTROYS: &str = "prospector_node_destroys_total";
const ORPHANS: &str = "prospector_orphans_total";
const DECISIONS: &str = "prospector_lifecycle_decisions_total";
const COST: &str = "prospector_cost_today_dollars";
const REGRET: &str = "prospector_lifecycle_regret_ratio";
const BUDGET: &str = "prospector_budget_dollars";
const BUDGET_LEFT: &str = "prospector_budget_left_dollars";

const MICROUSD_PER_DOLLAR: f64 = 1_000_000.0;
const MICROUSD_PER_CENT: i64 = 10_000;

/// The metrics about machines, to be created at zero when the process starts.
pub const METRICS: &[Family] = &[
    Family {
        name: NODES,
        kind: FamilyKind::Gauge,
        help: "Machines by phase, as the leader last saw them.",
        labels: &[Label { name: "phase", values: live_phases }],
    },
    Family {
        name: BOOT,
        kind: FamilyKind::Histogram(SECONDS),
        help: "From ordering a machine until it served, or was given up.",
        labels: &[Label { name: "outcome", values: || vec!["served", "failed"] }],
    },
    Family {
        name: WARM,
        kind: FamilyKind::Histogram(SECONDS),
        help: "From the moment a machine's server could be reached until it gave its first completion.",
        labels: &[],
    },
    Family {
        name: PROVISIONS,
        kind: FamilyKind::Counter,
        help: "Machines ordered, by what the provider answered.",
        labels: &[Label { name: "outcome", values: provision_outcomes }],
    },
    Family {
        name: PROVIDER_FAILURES,
        kind: FamilyKind::Counter,
        help: "Questions to the provider that failed, by kind.",
        labels: &[Label { name: "kind", values: values_of::<ProviderErrorKind> }],
    },
    Family {
        name: DESTROYS,
        kind: FamilyKind::Counter,
        help: "Requests to destroy a machine, by whether the provider took them.",
        labels: &[Label { name: "outcome", values: || vec!["accepted", "failed"] }],
    },
    Family {
        name: ORPHANS,
        kind: FamilyKind::Counter,
        help: "Machines found at the provider that nobody wanted.",
        labels: &[],
    },
    Family {
        name: DECISIONS,
        kind: FamilyKind::Counter,
        help: "Commands of the lifecycle policy, by why they were given.",
        labels: &[
            Label { name: "action", values: || vec!["provision", "give_up", "drain", "resume", "destroy"] },
            Label { name: "cause", values: values_of::<Cause> },
        ],
    },
    Family {
        name: COST,
        kind: FamilyKind::Gauge,
        help: "What machines have cost since midnight UTC, by what their time was spent on.",
        labels: &[
            Label { name: "provider", values: Vec::new },
            Label { name: "engine", values: Vec::new },
            Label { name: "phase", values: values_of::<CostPhase> },
        ],
    },
    Family {
        name: BUDGET,
        kind: FamilyKind::Gauge,
        help: "Today's budget for machines; 0 until an engine is in force.",
        labels: &[],
    },
    Family {
        name: BUDGET_LEFT,
        kind: FamilyKind::Gauge,
        help: "What is left of today's budget once live machines are paid for.",
        labels: &[],
    },
    Family {
        name: REGRET,
        kind: FamilyKind::Gauge,
        help: "What machines cost within a day, over the least that the same jobs could have cost; 0 until there are some.",
        labels: &[],
    },
];

fn live_phases() -> Vec<&'static str> {
    NodePhase::VARIANTS.iter().filter(|phase| phase.is_live()).map(Into::into).collect()
}

fn provision_outcomes() -> Vec<&'static str> {
    let mut outcomes = values_of::<ProviderErrorKind>();
    outcomes.push("created");
    outcomes
}

pub(super) fn nodes(nodes: &[Node]) {
    for phase in NodePhase::VARIANTS.iter().filter(|phase| phase.is_live()) {
        let count = nodes.iter().filter(|node| node.phase == *phase).count();
        gauge!(NODES, "phase" => <&'static str>::from(phase)).set(approximate(count as u64));
    }
}

pub(super) fn boot_ended(node: &Node, now: UnixMs, served: bool) {
    let outcome = if served { "served" } else { "failed" };
    let took_ms = u64::try_from(now.since(node.created_at_ms)).unwrap_or(0);
    histogram!(BOOT, "outcome" => outcome).record(approximate(took_ms) / 1_000.0);
    if let Some(reached_at) = node.warming_at_ms.filter(|_| served) {
        let took_ms = u64::try_from(now.since(reached_at)).unwrap_or(0);
        histogram!(WARM).record(approximate(took_ms) / 1_000.0);
    }
}

/// `outcome` is `created`, or how the provider failed.
pub(super) fn provisioned(outcome: &'static str) {
    counter!(PROVISIONS, "outcome" => outcome).increment(1);
}

pub(super) fn provider_failed(kind: &'static str) {
    counter!(PROVIDER_FAILURES, "kind" => kind).increment(1);
}

pub(super) fn destroy_asked(failed: bool) {
    let outcome = if failed { "failed" } else { "accepted" };
    counter!(DESTROYS, "outcome" => outcome).increment(1);
}

pub(super) fn orphan_found() {
    counter!(ORPHANS).increment(1);
}

pub(super) fn decided(command: &Command) {
    let action = match command.action {
        Action::Provision => "provision",
        Action::GiveUp(_) => "give_up",
        Action::Drain(_) => "drain",
        Action::Resume(_) => "resume",
        Action::Destroy(_) => "destroy",
    };
    counter!(DECISIONS, "action" => action, "cause" => <&'static str>::from(command.cause)).increment(1);
}

/// What machines have cost today. Remembers whose costs were shown, so that a new day begins at zero for them.
#[derive(Debug, Default)]
pub(super) struct SpendGauges {
    shown: BTreeSet<(String, String)>,
}

impl SpendGauges {
    pub(super) fn show(&mut self, spend: &[Spend]) {
        self.shown.extend(spend.iter().map(|part| (part.provider.clone(), part.engine.to_string())));
        for (provider, engine) in &self.shown {
            for phase in CostPhase::VARIANTS {
                let of_phase = |part: &&Spend| {
                    part.phase == *phase && part.provider == *provider && part.engine.to_string() == *engine
                };
                let microusd = spend.iter().filter(of_phase).map(|part| part.cost_microusd).sum();
                let labels = [
                    ("provider", provider.clone()),
                    ("engine", engine.clone()),
                    ("phase", phase.to_string()),
                ];
                gauge!(COST, &labels).set(dollars(microusd));
            }
        }
    }
}

/// What there is to be spent today, and what is left of it.
pub(super) fn budget(of_today_cents: i64, left_microusd: Option<i64>) {
    gauge!(BUDGET).set(dollars(of_today_cents.saturating_mul(MICROUSD_PER_CENT)));
    if let Some(left) = left_microusd {
        gauge!(BUDGET_LEFT).set(dollars(left));
    }
}

/// `spent` and `least` are in millionths of a dollar; where the least is nothing, nothing can be compared.
pub(super) fn regret(spent: i64, least: i64) {
    gauge!(REGRET).set(if least > 0 { dollars(spent) / dollars(least) } else { 0.0 });
}

#[expect(clippy::cast_precision_loss, reason = "amounts stay far below 2^52 millionths of a dollar")]
fn dollars(microusd: i64) -> f64 {
    microusd as f64 / MICROUSD_PER_DOLLAR
}

#[expect(clippy::cast_precision_loss, reason = "gauges are doubles; counts stay far below 2^52")]
const fn approximate(count: u64) -> f64 {
    count as f64
}
