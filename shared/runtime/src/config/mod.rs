//! Configuration: one TOML file, then `PROSPECTOR_*` variables, then flags; each wins over the one before.
//!
//! Text is read once, at start, into checked types; nothing later reads the environment. A setting is named the same
//! everywhere: `api.listen` in errors and docs, `listen` under `[api]` in the file, `PROSPECTOR_API__LISTEN` in the
//! environment. Numbers carry their unit at the end of their name. Unknown settings are refused, and so is every value
//! outside its range, with the setting, where it was set, and the way out.
//!
//! This module knows what the settings mean for no role: it checks that they are well formed and agree with each other.

mod api;
mod database;
mod effective;
mod engine;
mod error;
mod example;
mod layers;
mod load;
mod pipeline;
mod queue;
mod redacted_url;
mod reference;
mod reference_probe;
mod reference_text;
mod scheduler;
mod sinks;
mod telemetry;
mod worker;

pub use ai_harness::Secret;
pub use api::{ApiSettings, InboundSettings};
pub use database::DatabaseSettings;
pub use effective::EffectiveSetting;
pub use engine::{BudgetSettings, CallSettings, EngineSettings, ProviderKind, TokenSettings};
pub use error::{ConfigError, Origin, Problem};
pub use layers::{Environment, Overrides};
pub use load::Config;
pub use pipeline::{FrequencyCap, PipelineSettings, QuietHours, Zone};
pub use queue::{OUTSTANDING_MAX, QueueSettings};
pub use redacted_url::RedactedUrl;
pub use reference::{Choice, SectionNote, SettingNote};
pub use scheduler::{RetentionSettings, SchedulerSettings};
pub use sinks::{DispatchSettings, SinkSettings};
pub use telemetry::{LogFilter, LogFormat, OtlpProtocol, OtlpSettings, TelemetrySettings};
pub use worker::{KindSettings, WorkerSettings};
