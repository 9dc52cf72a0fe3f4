//! What may be asked about model engines: builds, workflows, drafts, machines, costs.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use prospector_domain::{
    engine::EngineId,
    id::{DraftId, NodeId},
};

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum BuildsCommand {
    /// Registers a build. It never changes afterwards.
    Register {
        /// `do-gpu-<model>_<build>`.
        engine: EngineId,
        /// The name under which the inference server serves the model.
        #[arg(long)]
        model: String,
        /// Digest of the weights, such as sha256:….
        #[arg(long)]
        digest: String,
        /// Where a machine gets the weights: hf:owner/name@revision, or an absolute path on the machine. Not needed where
        /// the server is simply there or its command names them.
        #[arg(long)]
        weights: Option<String>,
    },
    /// Lists builds.
    List {
        /// Print JSON, one build a line.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum WorkflowsCommand {
    /// Publishes a workflow from a TOML file as a new version. The first version of a workflow is live at once.
    Publish {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Lists workflows with their versions and labels.
    List,
    /// Prints a version as a file that can be published again.
    Show {
        /// The workflow.
        id: String,
        /// Its version. Default: the live one.
        #[arg(long)]
        version: Option<i64>,
    },
    /// Makes a version live. Moving back is a rollback.
    Live {
        /// The workflow.
        id: String,
        /// The version.
        version: i64,
    },
    /// Lets a version write for a share of the threads beside the live one, while one engine is in force.
    Challenge {
        /// The workflow.
        id: String,
        /// The version.
        version: i64,
        /// Threads of a thousand that get it; 0 ends the challenge.
        #[arg(long, value_parser = clap::value_parser!(u16).range(0..=1000))]
        share_permille: u16,
        /// The engine it is bound to.
        #[arg(long)]
        engine: EngineId,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum DraftsCommand {
    /// Shows a draft: text, verdict, workflow, tokens and cost.
    Show {
        /// The draft.
        id: DraftId,
    },
    /// Prints the exact prompt of a draft, byte for byte as it was sent.
    Prompt {
        /// The draft.
        id: DraftId,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum NodesCommand {
    /// Lists machines, newest first.
    List {
        /// At most this many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Print JSON, one machine a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows a machine with its ledger.
    Show {
        /// The machine.
        id: NodeId,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct CostArgs {
    /// From when: a date or moment such as 2026-03-01 or 2026-03-01T12:00:00Z, or an age such as 24h or 7d.
    #[arg(long, default_value = "24h")]
    pub(crate) since: String,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}
