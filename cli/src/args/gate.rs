//! Commands that measure texts: the gate, the rules classifier, facts before they are published.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Clone, Args)]
pub(crate) struct GateArgs {
    /// The facts, in TOML or JSON; or a JSON object with several, by the name that a case calls its `profile`.
    #[arg(long, value_name = "FILE")]
    pub(crate) facts: PathBuf,
    /// The drafts, one JSON object a line: {id, body, inbound?, profile?, channel?, expect?}; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print one JSON object a draft: {id, verdict, violations, mentions}.
    #[arg(long)]
    pub(crate) json: bool,
    /// Fail when a verdict is not the one that its case expects (`ok` or `hold`).
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ClassifyArgs {
    /// The messages, one JSON object a line: {id?, text, received_at?}; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The facts, in TOML or JSON, whose places and time zone are the business's. Default: the example guesthouse's.
    #[arg(long, value_name = "FILE")]
    pub(crate) facts: Option<PathBuf>,
    /// Print one JSON object a message.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum FactsCommand {
    /// Checks facts without publishing them.
    Check {
        /// The file, in TOML or JSON.
        file: PathBuf,
        /// Also check them against the templates in force, and list the recent drafts whose verdict they would change.
        #[arg(long)]
        replay: bool,
        /// How many drafts to look at, the newest first.
        #[arg(long, value_name = "DRAFTS", default_value_t = 500, requires = "replay",
              value_parser = clap::value_parser!(i64).range(1..=100_000))]
        last: i64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints the facts in force, as they were written.
    Show {
        /// Their version. Default: the one in force.
        #[arg(long)]
        version: Option<i64>,
    },
    /// Prints the JSON Schema of facts, for editors and other programs.
    Schema,
}
