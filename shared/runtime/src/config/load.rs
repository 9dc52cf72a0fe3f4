//! Puts the layers together and resolves them, once, into a [`Config`].

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use figment::Figment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    api::ApiSettings,
    database::{DatabaseSettings, RawDatabase},
    engine::{EngineSettings, RawEngine},
    error::{self, ConfigError, Problems},
    layers::{self, Environment, FILE_VARIABLE, FileLayer, Overrides},
    pipeline::PipelineSettings,
    queue::QueueSettings,
    scheduler::SchedulerSettings,
    sinks::{DispatchSettings, RawSink, SinkSettings},
    telemetry::TelemetrySettings,
    worker::{RawWorker, WorkerSettings},
};
use crate::failpoint::{self, Arming};

/// Read when no file is named and it is there.
const DEFAULT_FILE: &str = "prospector.toml";

/// Everything that is configured, checked. Serialises without secrets, to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Config {
    /// The folder for what this machine keeps: the SQLite file, keys of the demo. Relative paths start at the working
    /// directory. Default `./data`.
    pub data_dir: PathBuf,
    /// Where the truth is kept.
    pub database: DatabaseSettings,
    /// What carries the hints.
    pub queue: QueueSettings,
    /// The HTTP interface.
    pub api: ApiSettings,
    /// How jobs are carried out.
    pub worker: WorkerSettings,
    /// The duties that keep the house in order.
    pub scheduler: SchedulerSettings,
    /// The model engine and the machines it is served on.
    pub engine: EngineSettings,
    /// The pauses, windows and caps between an inbound message and its reply.
    pub pipeline: PipelineSettings,
    /// The receivers of webhooks, by name.
    #[schemars(with = "BTreeMap<String, RawSink>")]
    pub sinks: BTreeMap<String, SinkSettings>,
    /// Which of them a reply goes to.
    pub dispatch: DispatchSettings,
    /// What the process says about itself.
    pub telemetry: TelemetrySettings,
    /// Where the process is to crash on purpose. Only builds with the feature `failpoints` accept one. Default none.
    #[schemars(skip)]
    pub failpoint: Option<Arming>,
}

impl Config {
    /// Reads the configuration of this process: `file`, else the file named by `PROSPECTOR_CONFIG`, else
    /// `./prospector.toml` where it exists; then the `PROSPECTOR_*` variables; then `overrides`.
    ///
    /// # Errors
    /// When the file cannot be read or any setting is wrong; the message is meant to be shown as it is.
    pub fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        Self::load_with(file, &Environment::of_process(), overrides)
    }

    /// As [`Config::load`], with the environment given.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with(
        file: Option<&Path>,
        environment: &Environment,
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        Self::resolve(&Self::layers(file, environment, overrides)?, environment)
    }

    /// The layers of this process, one upon the other.
    pub(super) fn layers(
        file: Option<&Path>,
        environment: &Environment,
        overrides: &Overrides,
    ) -> Result<Figment, ConfigError> {
        let named = file.or_else(|| environment.get(FILE_VARIABLE).map(Path::new));
        let default = Path::new(DEFAULT_FILE);
        let path = named.or_else(|| default.is_file().then_some(default));
        let file = path.map(FileLayer::read).transpose()?;
        Ok(layers::stack(file, environment, overrides))
    }

    /// Reads `text` as if it were a configuration file; nothing else has a say.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse_toml(text: &str) -> Result<Self, ConfigError> {
        let environment = Environment::default();
        let file = FileLayer::parse(Path::new(DEFAULT_FILE), text)?;
        Self::resolve(&layers::stack(Some(file), &environment, &Overrides::new()), &environment)
    }

    pub(super) fn resolve(layers: &Figment, environment: &Environment) -> Result<Self, ConfigError> {
        // "Lossy" reads a number or a boolean out of text where one is wanted: variables and flags are text.
        let raw: Raw = layers.extract_lossy().map_err(|error| error::from_figment(layers, error))?;
        let mut problems = Problems::new(layers);
        let config = raw.resolve(environment, &mut problems);
        problems.into_result()?;
        Ok(config)
    }
}

impl Default for Config {
    fn default() -> Self {
        let nothing = Environment::default();
        Self::resolve(&layers::stack(None, &nothing, &Overrides::new()), &nothing)
            .expect("the defaults pass their own checks, as a test shows")
    }
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Raw {
    data_dir: PathBuf,
    database: RawDatabase,
    queue: QueueSettings,
    api: ApiSettings,
    worker: RawWorker,
    scheduler: SchedulerSettings,
    engine: RawEngine,
    pipeline: PipelineSettings,
    sinks: BTreeMap<String, RawSink>,
    dispatch: DispatchSettings,
    telemetry: TelemetrySettings,
    failpoint: Option<Arming>,
}

impl Default for Raw {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("./data"),
            database: RawDatabase::default(),
            queue: QueueSettings::default(),
            api: ApiSettings::default(),
            worker: RawWorker::default(),
            scheduler: SchedulerSettings::default(),
            engine: RawEngine::default(),
            pipeline: PipelineSettings::default(),
            sinks: BTreeMap::new(),
            dispatch: DispatchSettings::default(),
            telemetry: TelemetrySettings::default(),
            failpoint: None,
        }
    }
}

impl Raw {
    fn resolve(self, environment: &Environment, problems: &mut Problems<'_>) -> Config {
        if self.data_dir.as_os_str().is_empty() {
            problems.add("data_dir", "is empty", "name a folder, such as ./data");
        }
        self.queue.check(problems);
        self.api.check(problems);
        self.scheduler.check(problems);
        self.pipeline.check(problems);
        self.dispatch.check(&self.sinks, problems);
        self.telemetry.check(problems);
        if self.failpoint.is_some() && !failpoint::ENABLED {
            problems.add(
                "failpoint",
                "this build has no fail-points",
                "remove it, or build with --features failpoints",
            );
        }
        let mut sinks = BTreeMap::new();
        for (name, raw) in &self.sinks {
            if let Some(sink) = raw.resolve(name, environment, problems) {
                sinks.insert(name.clone(), sink);
            }
        }
        Config {
            database: self.database.resolve(&self.data_dir, problems),
            worker: self.worker.resolve(problems),
            engine: self.engine.resolve(&self.data_dir, environment, problems),
            data_dir: self.data_dir,
            queue: self.queue,
            api: self.api,
            scheduler: self.scheduler,
            pipeline: self.pipeline,
            sinks,
            dispatch: self.dispatch,
            telemetry: self.telemetry,
            failpoint: self.failpoint,
        }
    }
}
