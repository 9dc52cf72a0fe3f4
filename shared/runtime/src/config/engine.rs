//! `[engine]`: the model engine and the machines it is served on.

use std::path::Path;

use ai_harness::{
    Secret, SettingProblem,
    lifecycle::Parameters,
    providers::{CommandSettings, DigitalOceanSettings, Installation, ScriptSettings, StaticSettings},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{error::Problems, layers::Environment};

/// The address of a server that is simply there, as other programs know it too. Wins over `engine.static.url`.
pub(super) const INFERENCE_URL_VARIABLE: &str = "GPU_INFERENCE_URL";
/// The key of that server.
const INFERENCE_KEY_VARIABLE: &str = "GPU_INFERENCE_KEY";

/// Where machines come from.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    strum::Display,
    strum::IntoStaticStr,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ProviderKind {
    /// From nowhere: only the `template` engine can write.
    #[default]
    None,
    /// A server that is simply there: `engine.static.url` or `GPU_INFERENCE_URL`.
    Static,
    /// A local process.
    Command,
    /// The operator's own scripts.
    Script,
    /// GPU droplets.
    DigitalOcean,
}

/// The model engine and the machines it is served on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EngineSettings {
    /// Where machines come from. Default `static` where `GPU_INFERENCE_URL` is set, else `none`.
    pub provider: ProviderKind,
    /// What the names of this installation's machines begin with. Two installations in one account need two. Default
    /// `prospector`.
    #[schemars(with = "String")]
    pub installation: Installation,
    /// How long work waits for an engine before its candidate is held as `engine_unavailable`, in seconds. The hold ends
    /// by itself when the engine is there. Range 10 to 604,800, default 1,800.
    pub wait_max_s: i64,
    /// Whether the engine also judges what it wrote, after the gate. A judgement can hold a draft, never let one go, and
    /// costs about one more call of the model a reply. Default true.
    pub judge: bool,
    /// How long an order that left no trace counts as a machine that may still turn up, in seconds: longer than a provider
    /// may take to answer, and a new machine may be missing from its list. Range 5 to 3,600, default 180.
    pub order_grace_s: i64,
    /// A machine that served nothing for so long ends itself, in seconds, in case nobody is left to do it. Range 300 to
    /// 86,400, default 1,800.
    pub deadman_s: u64,
    /// What machines may cost.
    pub budget: BudgetSettings,
    /// When machines are ordered, kept and let go.
    pub policy: Parameters,
    /// Calls of a model.
    pub calls: CallSettings,
    /// The provider `static`.
    #[serde(rename = "static")]
    pub static_url: StaticSettings,
    /// The key of the server that is simply there, from `GPU_INFERENCE_KEY`.
    #[serde(skip)]
    pub static_key: Option<Secret>,
    /// The provider `command`.
    pub command: CommandSettings,
    /// The provider `script`.
    pub script: ScriptSettings,
    /// The provider `digitalocean`.
    pub digitalocean: DigitalOceanSettings,
    /// The variables that hold the tokens of `digitalocean`.
    pub tokens: TokenSettings,
    /// The token of the provider `digitalocean`.
    #[serde(skip)]
    pub digitalocean_token: Option<Secret>,
    /// The token that a droplet ends itself with, when it has one.
    #[serde(skip)]
    pub destroy_token: Option<Secret>,
    /// The token that a droplet downloads weights with, when it needs one.
    #[serde(skip)]
    pub hub_token: Option<Secret>,
}

/// The variables that hold the tokens of `digitalocean`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TokenSettings {
    /// Holds the token that creates, lists and destroys droplets. Default `DIGITALOCEAN_TOKEN`.
    pub digitalocean_env: String,
    /// Holds a token that can do nothing but destroy droplets, which is put on each of them for its dead-man's switch.
    /// Default `DIGITALOCEAN_DESTROY_TOKEN`; without one a droplet switches itself off, which goes on to be billed.
    pub destroy_env: String,
    /// Holds a token for weights that are not public, which is put on each droplet. Default `HF_TOKEN`.
    pub hub_env: String,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self {
            digitalocean_env: "DIGITALOCEAN_TOKEN".to_owned(),
            destroy_env: "DIGITALOCEAN_DESTROY_TOKEN".to_owned(),
            hub_env: "HF_TOKEN".to_owned(),
        }
    }
}

/// What machines may cost. A machine is ordered only when what it costs at worst still fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetSettings {
    /// For a day, in US cents; 0 is no budget at all. Days begin at midnight UTC. Range 0 to 10,000,000, default 1,000.
    pub daily_usd_cents: i64,
    /// For a calendar month, in US cents. Range 0 to 100,000,000, default 10,000.
    pub monthly_usd_cents: i64,
    /// Machines ordered within an hour, at most. Range 1 to 1,000, default 10.
    pub provisions_per_hour: u32,
}

/// Calls of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CallSettings {
    /// Longest wait for the first token, in milliseconds. Range 100 to 600,000, default 60,000.
    pub first_token_timeout_ms: u64,
    /// Longest pause between two tokens, in milliseconds. Range 100 to 600,000, default 20,000.
    pub idle_timeout_ms: u64,
    /// Longest call, in milliseconds. Range 100 to 3,600,000, default 180,000.
    pub total_timeout_ms: u64,
    /// Longest wait for room on an endpoint, in milliseconds; then the work goes back to the queue. Range 100 to 60,000,
    /// default 5,000.
    pub room_timeout_ms: u64,
    /// Calls that a worker process has on one endpoint: it begins with so many and learns. Range 1 to 1,024, default 4.
    pub concurrency_start: u32,
    /// Most of them, whatever is learned. Range 1 to 1,024, default 64.
    pub concurrency_max: u32,
    /// Whether the servers schedule by priority (vLLM with `--scheduling-policy priority`). Default false.
    pub priority: bool,
}

impl Default for BudgetSettings {
    fn default() -> Self {
        Self { daily_usd_cents: 1_000, monthly_usd_cents: 10_000, provisions_per_hour: 10 }
    }
}

impl Default for CallSettings {
    fn default() -> Self {
        Self {
            first_token_timeout_ms: 60_000,
            idle_timeout_ms: 20_000,
            total_timeout_ms: 180_000,
            room_timeout_ms: 5_000,
            concurrency_start: 4,
            concurrency_max: 64,
            priority: false,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawEngine {
    provider: Option<ProviderKind>,
    installation: String,
    wait_max_s: i64,
    judge: bool,
    order_grace_s: i64,
    deadman_s: u64,
    budget: BudgetSettings,
    policy: Parameters,
    calls: CallSettings,
    #[serde(rename = "static")]
    static_url: StaticSettings,
    command: CommandSettings,
    script: ScriptSettings,
    digitalocean: DigitalOceanSettings,
    tokens: TokenSettings,
}

impl Default for RawEngine {
    fn default() -> Self {
        Self {
            provider: None,
            installation: "prospector".to_owned(),
            wait_max_s: 1_800,
            judge: true,
            order_grace_s: 180,
            deadman_s: 1_800,
            budget: BudgetSettings::default(),
            policy: Parameters::default(),
            calls: CallSettings::default(),
            static_url: StaticSettings::default(),
            command: CommandSettings::default(),
            script: ScriptSettings::default(),
            digitalocean: DigitalOceanSettings::default(),
            tokens: TokenSettings::default(),
        }
    }
}

impl RawEngine {
    pub(super) fn resolve(
        mut self,
        data_dir: &Path,
        environment: &Environment,
        problems: &mut Problems<'_>,
    ) -> EngineSettings {
        // What a machine keeps belongs to the folder for what this machine keeps.
        self.command.state_folder = data_dir.join(&self.command.state_folder);
        if let Some(url) = environment.get(INFERENCE_URL_VARIABLE) {
            url.trim().clone_into(&mut self.static_url.url);
        }
        let by_address =
            if self.static_url.url.is_empty() { ProviderKind::None } else { ProviderKind::Static };
        let provider = self.provider.unwrap_or(by_address);
        self.check(provider, problems);
        let installation = Installation::new(self.installation).unwrap_or_else(|error| {
            problems.add("engine.installation", error.to_string(), "choose another prefix");
            Installation::new("prospector").expect("this prefix makes a host name")
        });
        let token = |variable: &str| {
            let text = environment.get(variable).map(str::trim).filter(|text| !text.is_empty());
            text.map(Secret::new)
        };
        let digitalocean_token = token(&self.tokens.digitalocean_env);
        if provider == ProviderKind::DigitalOcean && digitalocean_token.is_none() {
            problems.add(
                "engine.tokens.digitalocean_env",
                format!("the variable {} is not set", self.tokens.digitalocean_env),
                "set it to an API token where Prospector is started",
            );
        }
        EngineSettings {
            provider,
            installation,
            wait_max_s: self.wait_max_s,
            judge: self.judge,
            order_grace_s: self.order_grace_s,
            deadman_s: self.deadman_s,
            budget: self.budget,
            policy: self.policy,
            calls: self.calls,
            static_url: self.static_url,
            static_key: token(INFERENCE_KEY_VARIABLE),
            command: self.command,
            script: self.script,
            digitalocean_token,
            destroy_token: token(&self.tokens.destroy_env),
            hub_token: token(&self.tokens.hub_env),
            digitalocean: self.digitalocean,
            tokens: self.tokens,
        }
    }

    fn check(&self, provider: ProviderKind, problems: &mut Problems<'_>) {
        problems.range("engine.wait_max_s", self.wait_max_s, &(10..=604_800));
        problems.range("engine.order_grace_s", self.order_grace_s, &(5..=3_600));
        problems.range("engine.deadman_s", self.deadman_s, &(300..=86_400));
        self.check_waits(problems);
        self.budget.check(problems);
        self.calls.check(problems);
        for problem in self.policy.problems() {
            add(problems, "policy", &problem);
        }
        let section = match provider {
            ProviderKind::None => return,
            ProviderKind::Static => self.static_url.problems(),
            ProviderKind::Command => self.command.problems(),
            ProviderKind::Script => self.script.problems(),
            ProviderKind::DigitalOcean => self.digitalocean.problems(),
        };
        for problem in section {
            add(problems, provider.into(), &problem);
        }
    }
}

impl RawEngine {
    /// Waits that would cut each other short.
    fn check_waits(&self, problems: &mut Problems<'_>) {
        /// What a machine may need beyond its grace before it is let go, in seconds.
        const MARGIN_S: i64 = 300;
        let needed_s = (self.policy.latency_objective_ms + self.policy.boot_timeout_ms) / 1_000;
        if self.wait_max_s < needed_s {
            problems.add(
                "engine.wait_max_s",
                format!(
                    "is {} s, and a machine may take {needed_s} s to come: the latency objective, and a boot that is \
                     given up",
                    self.wait_max_s
                ),
                format!("raise it to at least {needed_s}, or lower those of engine.policy"),
            );
        }
        let least_s = self.policy.max_grace_ms / 1_000 + MARGIN_S;
        if i64::try_from(self.deadman_s).unwrap_or(i64::MAX) < least_s {
            problems.add(
                "engine.deadman_s",
                format!(
                    "is {} s, and a machine may idle for {least_s} s before it is let go",
                    self.deadman_s
                ),
                format!("raise it to at least {least_s}, or lower engine.policy.max_grace_ms"),
            );
        }
    }
}

fn add(problems: &mut Problems<'_>, section: &str, problem: &SettingProblem) {
    problems.add(&format!("engine.{section}.{}", problem.field), problem.reason.clone(), problem.remedy);
}

impl BudgetSettings {
    fn check(&self, problems: &mut Problems<'_>) {
        problems.range("engine.budget.daily_usd_cents", self.daily_usd_cents, &(0..=10_000_000));
        problems.range("engine.budget.monthly_usd_cents", self.monthly_usd_cents, &(0..=100_000_000));
        problems.range("engine.budget.provisions_per_hour", self.provisions_per_hour, &(1..=1_000));
    }
}

impl CallSettings {
    fn check(&self, problems: &mut Problems<'_>) {
        let field = |name: &str| format!("engine.calls.{name}");
        problems.range(&field("first_token_timeout_ms"), self.first_token_timeout_ms, &(100..=600_000));
        problems.range(&field("idle_timeout_ms"), self.idle_timeout_ms, &(100..=600_000));
        problems.range(&field("total_timeout_ms"), self.total_timeout_ms, &(100..=3_600_000));
        problems.range(&field("room_timeout_ms"), self.room_timeout_ms, &(100..=60_000));
        problems.range(&field("concurrency_max"), self.concurrency_max, &(1..=1_024));
        problems.range(&field("concurrency_start"), self.concurrency_start, &(1..=self.concurrency_max));
    }
}
