//! The command line: what may be asked for. Text only; nothing here acts.

use std::{net::SocketAddr, path::PathBuf};

use ai_harness::simulate::{PolicyName, UnknownPolicy};
use clap::{Args, Parser, Subcommand};
use prospector_domain::{
    id::{ApiKeyId, CandidateId, JobId, ThreadId},
    job::{JobKind, JobState},
    mode::Mode,
};
use prospector_runtime::config::Overrides;

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
    /// Publishes the example guesthouse's facts, canon and playbook where there are none.
    Seed,
    /// Checks everything this configuration depends on and says how to mend what is wrong.
    Doctor(JsonArgs),
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
    /// Prints every setting with its default, as a configuration file.
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
    Depth,
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
    List,
    /// Revokes a key.
    Revoke {
        /// The key's id, as listed.
        id: ApiKeyId,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum BuildsCommand {
    /// Registers a build. It never changes afterwards.
    Register {
        /// `do-gpu-<model>_<build>`.
        engine: prospector_domain::engine::EngineId,
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
        engine: prospector_domain::engine::EngineId,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum DraftsCommand {
    /// Shows a draft: text, verdict, workflow, tokens and cost.
    Show {
        /// The draft.
        id: prospector_domain::id::DraftId,
    },
    /// Prints the exact prompt of a draft, byte for byte as it was sent.
    Prompt {
        /// The draft.
        id: prospector_domain::id::DraftId,
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
        id: prospector_domain::id::NodeId,
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
