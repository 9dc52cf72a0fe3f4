//! The command line: what may be asked for. Text only; nothing here acts.

mod backup;
mod bench;
mod config;
mod engine;
mod gate;
mod simulate;
mod top;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use prospector_domain::{
    id::{ApiKeyId, CandidateId, JobId, ThreadId},
    job::{JobKind, JobState},
    mode::Mode,
};
use prospector_runtime::config::Overrides;

pub(crate) use self::{
    backup::{BackupArgs, RestoreArgs},
    bench::{BenchCommand, BenchEngineArgs, BenchPipelineArgs},
    config::ConfigCommand,
    engine::{BuildsCommand, CostArgs, DraftsCommand, NodesCommand, WorkflowsCommand},
    gate::{ClassifyArgs, FactsCommand, GateArgs},
    simulate::SimulateArgs,
    top::TopArgs,
};

/// Answers inbound messages under a gate, durably. Without a command it runs every role in one process (`up`).
#[derive(Debug, Parser)]
#[command(name = "prospector", version = prospector_runtime::build_info::VERSION, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Settings that every command takes; each wins over the configuration file and the environment.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Common {
    /// Configuration file (TOML). Default: ./prospector.toml where it exists.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder for what this machine keeps.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Database: postgres://… or sqlite:….
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Queue: memory: or redis://….
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) queue: Option<String>,
    /// What is logged, such as info or prospector_worker=debug.
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// Log format: pretty or json.
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
}

impl Common {
    /// The flags as settings.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides::new()
            .with_some("--data-dir", "data_dir", self.data_dir.as_ref().map(|path| path.display()))
            .with_some("--database", "database.url", self.database.as_ref())
            .with_some("--queue", "queue.url", self.queue.as_ref())
            .with_some("--log", "telemetry.log_filter", self.log.as_ref())
            .with_some("--log-format", "telemetry.log_format", self.log_format.as_ref())
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs every role in this process until it is stopped. The default.
    Up(UpArgs),
    /// Feeds messages of an example guesthouse through the whole system and shows what became of each.
    Demo(DemoArgs),
    /// Runs the job workers.
    Worker(RoleArgs),
    /// Runs the scheduler; of several, one leads at a time.
    Scheduler(RoleArgs),
    /// Runs the HTTP API.
    Api(UpArgs),
    /// Brings the database to the schema of this program.
    Migrate,
    /// Publishes the example guesthouse's facts, canon, playbook and workflows where there are none.
    Seed,
    /// Copies the database while everything runs. Postgres: prints or runs the pg_dump line.
    Backup(BackupArgs),
    /// Puts a copy in the place of the database, while nothing runs. Postgres: prints or runs the pg_restore line.
    Restore(RestoreArgs),
    /// Checks everything this configuration depends on and says how to mend what is wrong.
    Doctor(JsonArgs),
    /// Asks a running role whether it can work, and fails when it cannot: the health check of a container.
    Health(HealthArgs),
    /// Shows what is going on: queues, workers, machines, money, events. Reads the database and changes nothing.
    Top(TopArgs),
    /// Hands one inbound message in, as an upstream system would.
    Enqueue(EnqueueArgs),
    /// Looks at jobs and acts on them.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Looks at conversations and acts on them.
    #[command(subcommand)]
    Threads(ThreadsCommand),
    /// Looks at candidates and decides about them.
    #[command(subcommand)]
    Candidates(CandidatesCommand),
    /// Shows or changes the settings in force.
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Publishes or shows facts, templates and the playbook.
    #[command(subcommand)]
    Publish(PublishCommand),
    /// Checks facts before they are published, and shows those in force.
    #[command(subcommand)]
    Facts(FactsCommand),
    /// Passes drafts of a file through the gate and prints the verdicts.
    Gate(GateArgs),
    /// Reads messages of a file by rules and prints what they want.
    Classify(ClassifyArgs),
    /// Creates and revokes API keys.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Registers and lists engine builds: which weights an engine id stands for.
    #[command(subcommand)]
    Builds(BuildsCommand),
    /// Publishes workflows and moves their labels.
    #[command(subcommand)]
    Workflows(WorkflowsCommand),
    /// Shows drafts and the exact prompts they came from.
    #[command(subcommand)]
    Drafts(DraftsCommand),
    /// Shows machines.
    #[command(subcommand)]
    Nodes(NodesCommand),
    /// Shows what machines cost.
    Cost(CostArgs),
    /// Receives webhooks, checks their signatures and prints them.
    Sink(SinkArgs),
    /// Measures this machine with the shipped code.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Runs the shipped machine policy on a trace in virtual time, beside others and the least possible cost.
    Simulate(SimulateArgs),
    /// Shows settings: those in force, and all that there are.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Prints every setting with its default, as a configuration file. The same as `config example`.
    #[command(hide = true)]
    ConfigExample,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct UpArgs {
    /// Address and port of the HTTP API; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RoleArgs {
    /// Serve /health and /metrics of this role here; port 0 takes a free one. Default: not served.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) health_listen: Option<SocketAddr>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct JsonArgs {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct HealthArgs {
    /// What to ask. Default: /health/ready of the API at `api.listen`, on this machine.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<url::Url>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct DemoArgs {
    /// Feed this file instead of the sample: one JSON object a line,
    /// {id?, thread?, contact?, channel?, text, received_at?}.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Print one JSON object at the end instead of the table.
    #[arg(long)]
    pub(crate) json: bool,
    /// The mode for all channels. Default: go, with the channel `web` in draft for the sample.
    #[arg(long)]
    pub(crate) mode: Option<Mode>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct EnqueueArgs {
    /// What the contact wrote.
    pub(crate) text: String,
    /// The conversation. Default: one of its own.
    #[arg(long)]
    pub(crate) thread: Option<String>,
    /// The contact's address.
    #[arg(long, default_value = "+15550100")]
    pub(crate) contact: String,
    /// The channel.
    #[arg(long, default_value = "sms")]
    pub(crate) channel: String,
    /// The message's identity; handing the same one in twice changes nothing. Default: a new one.
    #[arg(long)]
    pub(crate) id: Option<String>,
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum JobsCommand {
    /// Lists jobs, newest first.
    List {
        /// Only this kind.
        #[arg(long)]
        kind: Option<JobKind>,
        /// Only this state.
        #[arg(long)]
        state: Option<JobState>,
        /// Only this thread.
        #[arg(long)]
        thread: Option<ThreadId>,
        /// At most this many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Print JSON, one job a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows one job, with the whole chain of its errors.
    Show {
        /// The job.
        id: JobId,
    },
    /// Puts a dead or cancelled job back in line.
    Retry {
        /// The job.
        id: JobId,
    },
    /// Calls a job off.
    Cancel {
        /// The job.
        id: JobId,
    },
    /// Stops workers from taking jobs of a kind. Those that run are finished.
    Pause {
        /// The kind.
        kind: JobKind,
    },
    /// Lets workers take jobs of a kind again.
    Resume {
        /// The kind.
        kind: JobKind,
    },
    /// Shows how deep each queue is.
    Depth {
        /// Print JSON, one kind and state a line.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum ThreadsCommand {
    /// Lists conversations, newest first.
    List {
        /// At most this many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Print JSON, one thread a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows a conversation with its messages.
    Show {
        /// The thread.
        id: ThreadId,
    },
    /// From now on a person answers the conversation.
    TakeOver {
        /// The thread.
        id: ThreadId,
    },
    /// Gives the conversation back to the machine.
    GiveBack {
        /// The thread.
        id: ThreadId,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum CandidatesCommand {
    /// Lists candidates, newest first.
    List {
        /// Only this state.
        #[arg(long)]
        state: Option<prospector_domain::candidate::CandidateState>,
        /// At most this many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
        /// Print JSON, one candidate a line.
        #[arg(long)]
        json: bool,
    },
    /// Shows a candidate with its drafts and decisions.
    Show {
        /// The candidate.
        id: CandidateId,
    },
    /// Approves the clean draft, or an edited text in its place.
    Approve {
        /// The candidate.
        id: CandidateId,
        /// The text to send instead; it passes the same gate.
        #[arg(long)]
        text: Option<String>,
    },
    /// Decides that it must not be sent.
    Reject {
        /// The candidate.
        id: CandidateId,
    },
    /// Calls a scheduled message back for review.
    Undo {
        /// The candidate.
        id: CandidateId,
    },
    /// Lets a held candidate go on.
    Release {
        /// The candidate.
        id: CandidateId,
    },
    /// Notes that a message whose delivery was unknown did arrive.
    MarkDelivered {
        /// The candidate.
        id: CandidateId,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Shows the settings in force.
    Show,
    /// Sets the global mode, or a channel's.
    Mode {
        /// go, draft or pause.
        mode: Mode,
        /// Only for this channel.
        #[arg(long)]
        channel: Option<String>,
    },
    /// Sets the draft engine.
    DraftEngine {
        /// `template`, or `do-gpu-<model>_<build>`.
        engine: prospector_domain::engine::EngineId,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum PublishCommand {
    /// New facts, from a TOML or JSON file.
    Facts {
        /// The file.
        file: PathBuf,
    },
    /// A new canon: templates, voice, lines, from a TOML file.
    Canon {
        /// The file.
        file: PathBuf,
    },
    /// A new playbook, from a TOML file.
    Playbook {
        /// The file.
        file: PathBuf,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum KeysCommand {
    /// Creates a key and prints it once; only its hash is kept.
    Create {
        /// Who will use it; also the source of the messages handed in with it.
        #[arg(long)]
        name: String,
        /// What it may do: enqueue, read, operate, admin; several with commas.
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<prospector_api::key::Scope>,
        /// Days until it expires. Default: never.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
        expires_days: Option<u32>,
    },
    /// Lists keys, without their secrets.
    List {
        /// Print JSON, one key a line.
        #[arg(long)]
        json: bool,
    },
    /// Revokes a key.
    Revoke {
        /// The key's id, as listed.
        id: ApiKeyId,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct SinkArgs {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:9090", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// The sink's secret, `whsec_…`. Default: one is made and printed.
    #[arg(long, env = "PROSPECTOR_SINK_SECRET", hide_env_values = true)]
    pub(crate) secret: Option<String>,
    /// Print JSON, one message a line.
    #[arg(long)]
    pub(crate) json: bool,
}
