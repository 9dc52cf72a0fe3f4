//! The two databases, each handing out migrated stores.

use std::{
    fs,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use prospector_domain::source::IdSource;
use prospector_store::{Store, StoreOptions};
use prospector_testkit::{PostgresServer, SequentialIds};
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::Semaphore, task::JoinSet};

use crate::world::World;

/// A named test body.
pub(crate) type Behaviour = (&'static str, fn(World) -> Pin<Box<dyn Future<Output = ()> + Send>>);

/// Behaviours that run at the same time: enough to hide the waiting for disks on a small machine.
const AT_ONCE: usize = 4;

/// A database system, with a migrated database that new ones are copied from.
pub(crate) struct Backend {
    kind: Kind,
    /// Keeps SQLite's files; for Postgres nothing is in it.
    folder: TempDir,
    made: AtomicU32,
}

enum Kind {
    Sqlite,
    Postgres(PostgresServer),
}

impl Backend {
    pub(crate) fn sqlite() -> Arc<Self> {
        Self::new(Kind::Sqlite)
    }

    pub(crate) fn postgres() -> Arc<Self> {
        Self::new(Kind::Postgres(PostgresServer::start()))
    }

    fn new(kind: Kind) -> Arc<Self> {
        let folder = tempfile::tempdir().expect("failed to make a folder");
        let backend = Arc::new(Self { kind, folder, made: AtomicU32::new(0) });
        runtime().block_on(async {
            let store = backend.open(&backend.empty_url("template"), StoreOptions::default()).await;
            store.migrate().await.expect("failed to migrate");
            store.close().await;
        });
        backend
    }

    /// Runs every behaviour, each in a world of its own, and fails naming those that failed.
    pub(crate) fn run(self: Arc<Self>, behaviours: &'static [Behaviour]) {
        let failed = runtime().block_on(async {
            let slots = Arc::new(Semaphore::new(AT_ONCE));
            let mut running = JoinSet::new();
            for (name, behaviour) in behaviours {
                let (backend, slots) = (Arc::clone(&self), Arc::clone(&slots));
                running.spawn(async move {
                    let _slot = slots.acquire().await.expect("the semaphore is never closed");
                    let body = tokio::spawn(async move { behaviour(World::new(backend).await).await });
                    body.await.is_err().then_some(*name)
                });
            }
            running.join_all().await.into_iter().flatten().collect::<Vec<_>>()
        });
        assert!(failed.is_empty(), "failed: {failed:?}; the panics are above");
    }

    /// The URL of a migrated database that nobody else uses.
    pub(crate) fn migrated_url(&self) -> String {
        let name = format!("world_{}", self.made.fetch_add(1, Ordering::Relaxed));
        match &self.kind {
            Kind::Sqlite => {
                fs::copy(self.sqlite_path("template"), self.sqlite_path(&name))
                    .expect("failed to copy the template");
                self.url(&name)
            }
            Kind::Postgres(server) => {
                let _ = server.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template"));
                self.url(&name)
            }
        }
    }

    /// The URL of a database without any tables.
    pub(crate) fn empty_url(&self, name: &str) -> String {
        if let Kind::Postgres(server) = &self.kind {
            let _ = server.sql("postgres", &format!("CREATE DATABASE {name}"));
        }
        self.url(name)
    }

    pub(crate) async fn open(&self, url: &str, options: StoreOptions) -> Store {
        let ids: Arc<dyn IdSource> = Arc::new(SequentialIds::default());
        Store::open(url, options, ids).await.expect("failed to open the store")
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Postgres(_))
    }

    fn url(&self, name: &str) -> String {
        match &self.kind {
            Kind::Sqlite => format!("sqlite:{}", self.sqlite_path(name).display()),
            Kind::Postgres(server) => server.url(name),
        }
    }

    fn sqlite_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.db"))
    }
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("failed to build a runtime")
}
