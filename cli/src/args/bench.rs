//! What may be measured on this machine.

use clap::{Args, Subcommand};

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum BenchCommand {
    /// Preloads no-op jobs through the real store and queue and measures one worker process.
    Pipeline(BenchPipelineArgs),
    /// Drafts on a real inference server through the whole pipeline, then sends the same requests with a bare load generator.
    Engine(BenchEngineArgs),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct BenchEngineArgs {
    /// The server, without /v1.
    #[arg(long, env = "GPU_INFERENCE_URL", value_name = "URL")]
    pub(crate) url: url::Url,
    /// The name under which it serves the model.
    #[arg(long)]
    pub(crate) model: String,
    /// Its key, when it wants one.
    #[arg(long, env = "GPU_INFERENCE_KEY", hide_env_values = true)]
    pub(crate) key: Option<String>,
    /// How many drafts.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) jobs: u32,
    /// How often to measure, after drafts that warm the server up and do not count; the median counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// How many requests the bare load generator has under way; each is tried, and the best counts.
    #[arg(long, value_delimiter = ',', default_value = "1,2,4,8,16")]
    pub(crate) concurrency: Vec<std::num::NonZeroUsize>,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct BenchPipelineArgs {
    /// How many jobs.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    pub(crate) jobs: u32,
    /// Redis for the hints; the same as --queue.
    #[arg(long, value_name = "URL")]
    pub(crate) redis: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}
