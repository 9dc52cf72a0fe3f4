//! What may be simulated.

use std::path::PathBuf;

use ai_harness::simulate::{PolicyName, UnknownPolicy};
use clap::Args;

#[derive(Debug, Clone, Args)]
#[command(allow_negative_numbers = true)]
pub(crate) struct SimulateArgs {
    /// The trace: CSV with arrival_seconds,input_tokens,output_tokens; may be compressed with gzip.
    #[arg(long, value_name = "FILE")]
    pub(crate) trace: PathBuf,
    /// Only this policy: prospector, always-on, idle-5, idle-60, idle-300, idle-600, cron or ski-rental. Default: all.
    #[arg(long, value_name = "POLICY", default_value = "all", hide_default_value = true, value_parser = policy)]
    pub(crate) policy: Policies,
    /// Seconds from the order of a machine until it is ready, on average.
    #[arg(long, value_name = "SECONDS", default_value_t = 270.0, value_parser = positive)]
    pub(crate) boot_s: f64,
    /// Price of a machine, in dollars an hour.
    #[arg(long, value_name = "DOLLARS", default_value_t = 1.57, value_parser = positive)]
    pub(crate) price_hour: f64,
    /// Seconds from a request's arrival within which its answer should be complete; may be given several times.
    #[arg(long, value_name = "SECONDS", default_values_t = [300.0], value_parser = positive)]
    pub(crate) slo_s: Vec<f64>,
    /// What is billed: started seconds, minutes or hours.
    #[arg(long, value_enum, default_value_t = BillingUnit::S)]
    pub(crate) billing: BillingUnit,
    /// Standard deviation of the boots over their mean; 0 makes them all equal, 2 is the most.
    #[arg(long, value_name = "RATIO", default_value_t = 0.0, value_parser = up_to_two)]
    pub(crate) boot_cv: f64,
    /// Share of boots that never end; 0.9 at most.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = up_to_nine_tenths)]
    pub(crate) boot_fail: f64,
    /// Most machines at a time.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) max_nodes: u32,
    /// Seed of all chance; the same gives the same result.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Prompt tokens a machine reads in a second.
    #[arg(long, value_name = "TOKENS", default_value_t = 8_000.0, value_parser = positive)]
    pub(crate) prefill_tokens_per_s: f64,
    /// Tokens in which a machine answers one request in a second.
    #[arg(long, value_name = "TOKENS", default_value_t = 60.0, value_parser = positive)]
    pub(crate) decode_tokens_per_s: f64,
    /// Requests a machine serves side by side.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) slots: u32,
    /// Print one JSON object a line for each objective.
    #[arg(long)]
    pub(crate) json: bool,
    /// Draw machines, queue and costs into this SVG file.
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
}

/// All policies, or one.
pub(crate) type Policies = Option<PolicyName>;

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum BillingUnit {
    S,
    Min,
    Hour,
}

impl BillingUnit {
    pub(crate) fn milliseconds(self) -> i64 {
        match self {
            Self::S => 1_000,
            Self::Min => 60_000,
            Self::Hour => 3_600_000,
        }
    }
}

fn policy(name: &str) -> Result<Policies, UnknownPolicy> {
    if name == "all" { Ok(None) } else { name.parse().map(Some) }
}

/// What a year of seconds, dollars or tokens comes to, and more than anybody means.
const NUMBER_MAX: f64 = 31_536_000.0;

fn positive(text: &str) -> Result<f64, String> {
    number(text, f64::MIN_POSITIVE, NUMBER_MAX, "a number above 0, at most 31536000")
}

fn up_to_two(text: &str) -> Result<f64, String> {
    number(text, 0.0, 2.0, "a number from 0 to 2")
}

fn up_to_nine_tenths(text: &str) -> Result<f64, String> {
    number(text, 0.0, 0.9, "a number from 0 to 0.9")
}

fn number(text: &str, least: f64, most: f64, expected: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("expected {expected}"))
}
