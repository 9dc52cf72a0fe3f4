//! Puts the parts together: from a configuration to a store, a queue and the sources of time, ids and chance.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use prospector_domain::{
    job::JobKind,
    source::{Chance, Clock, IdSource},
};
use prospector_queue::{Queue, QueueOptions, QueueUrl};
use prospector_runtime::{
    clock::{SystemChance, SystemClock, SystemIds},
    config::Config,
};
use prospector_store::{Store, StoreOptions};

use crate::{args::Common, counting::CandidateCounter};

/// Where time, ids and chance come from.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) chance: Arc<dyn Chance>,
}

impl Sources {
    pub(crate) fn of_system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds::default()),
            chance: Arc::new(SystemChance),
        }
    }
}

/// The parts every role works with.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) config: Arc<Config>,
    pub(crate) sources: Sources,
    pub(crate) store: Arc<Store>,
}

impl House {
    /// Opens the store of this configuration, without touching its schema.
    pub(crate) async fn open(config: Config) -> anyhow::Result<Self> {
        let options = store_options(&config);
        Self::open_with(config, options).await
    }

    /// Opens the store only to look: nothing can be written, and no file is made. The schema must be one this program
    /// knows.
    pub(crate) async fn open_to_look(config: Config) -> anyhow::Result<Self> {
        let house = Self::open_to_copy(config).await?;
        house.store.check_schema().await?;
        Ok(house)
    }

    /// As [`House::open_to_look`], whatever the schema is.
    pub(crate) async fn open_to_copy(config: Config) -> anyhow::Result<Self> {
        let options = StoreOptions { read_only: true, ..store_options(&config) };
        Self::open_with(config, options).await
    }

    async fn open_with(config: Config, options: StoreOptions) -> anyhow::Result<Self> {
        let sources = Sources::of_system();
        let url = config.database.url.expose();
        let store = Store::open(url, options, Arc::clone(&sources.ids))
            .await
            .with_context(|| format!("cannot open the database {}", config.database.url))?
            .watched_by(Arc::new(CandidateCounter));
        Ok(Self { config: Arc::new(config), sources, store: Arc::new(store) })
    }

    /// Opens the store for an operator's command: the schema must be one this program can work on.
    pub(crate) async fn open_for_command(common: &Common) -> anyhow::Result<Self> {
        let house = Self::open(load_config(common)?).await?;
        house.store.check_schema().await?;
        Ok(house)
    }

    /// Connects to the queue.
    pub(crate) async fn queue(&self) -> anyhow::Result<Queue> {
        let settings = &self.config.queue;
        let url: QueueUrl = settings.url.expose().parse().context("queue.url")?;
        let mut options = QueueOptions::new(Arc::clone(&self.sources.ids), Arc::clone(&self.sources.clock));
        options.namespace.clone_from(&settings.namespace);
        options.max_outstanding = u64::from(settings.max_outstanding);
        options.response_timeout = Duration::from_millis(settings.response_timeout_ms);
        Queue::connect(&url, options)
            .await
            .with_context(|| format!("cannot reach the queue {}", settings.url))
    }
}

/// Reads the configuration of a command.
pub(crate) fn load_config(common: &Common) -> anyhow::Result<Config> {
    Ok(Config::load(common.config.as_deref(), &common.overrides())?)
}

/// The name under which a person at this command line is recorded.
pub(crate) const OPERATOR: &str = "cli";

/// The file of a SQLite URL; none of any other.
pub(crate) fn sqlite_path(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    Some(Path::new(path.strip_prefix("//").unwrap_or(path)))
}

fn store_options(config: &Config) -> StoreOptions {
    let database = &config.database;
    let is_sqlite = database.url.expose().starts_with("sqlite:");
    StoreOptions {
        max_connections: if is_sqlite { database.sqlite_readers } else { database.max_connections },
        acquire_timeout_ms: config.database.acquire_timeout_ms,
        quiet_window_ms: config.pipeline.quiet_window_ms,
        quiet_window_max_ms: config.pipeline.quiet_window_max_ms,
        max_attempts: config.worker.kind(JobKind::Dispatch).retry.max_attempts,
        read_only: false,
    }
}

/// Creates a folder that is ours, when it is not there yet.
pub(crate) fn ensure_folder(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot create the folder {}", path.display()))
}
