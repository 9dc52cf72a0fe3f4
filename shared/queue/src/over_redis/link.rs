//! The connection for everything but fetching: pushes, counts, clearing up.

use std::{
    fmt,
    future::Future,
    sync::{Arc, LazyLock},
};

use prospector_domain::{id::JobId, job::JobKind};
use redis::{
    Client, ErrorKind, ProtocolVersion, RedisError, RedisResult, Script, ServerErrorKind,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cmd,
};
use strum::VariantArray;
use tokio::time::timeout;

use super::keys::Keys;
use crate::{
    error::QueueError,
    options::QueueOptions,
    url::{Address, QueueUrl},
};

/// Leftovers removed by one run of the script, which blocks Redis for about a millisecond.
const TRIM_BATCH: u64 = 500;
/// Runs of the script in one call for one kind: what ten seconds at 10,000 hints a second leave behind.
const TRIM_ROUNDS: u32 = 200;
/// After this long without a heartbeat a worker counts as vanished. Ten heartbeats: its clock may be off a little,
/// and hints are given out again earlier anyway, when the leases in the store run out.
const LOST_AFTER_SECONDS: u32 = 300;
/// Vanished workers cleared up in one call for one kind.
const LOST_BATCH: u32 = 100;

static PUSH: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("../../lua/push.lua")));
static TRIM: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("../../lua/trim.lua")));
static RETIRE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("../../lua/retire.lua")));
static LOST: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("../../lua/lost_workers.lua")));

/// A Redis that carries hints. Clones share the connection.
#[derive(Clone)]
pub(crate) struct RedisQueue {
    pub(super) client: Client,
    pub(super) options: Arc<QueueOptions>,
    commands: ConnectionManager,
    shown: Arc<str>,
    server: Arc<str>,
}

impl RedisQueue {
    /// Connects, and looks whether the server is one that can carry hints.
    pub(crate) async fn connect(url: &QueueUrl, options: QueueOptions) -> Result<Self, QueueError> {
        let Address::Redis { info, shown, server, tls } = &url.0 else {
            return Err(QueueError::invalid("queue url", "is not that of a Redis"));
        };
        if *tls {
            provide_cryptography();
        }
        // Version 3 of the protocol brings notices over the connection that fetches. Without nodelay a small command
        // behind another waits for the other side's delayed acknowledgement, 40 ms.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        let info = info.as_ref().clone().set_redis_settings(settings).set_tcp_settings(tcp);
        let client = Client::open(info).map_err(|error| refusal(server, error))?;
        // No retries inside: while the server is away each command tries to connect once, and fails at once.
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(options.response_timeout))
            .set_response_timeout(Some(options.response_timeout));
        let connecting = ConnectionManager::new_with_config(client.clone(), config);
        let commands = timeout(options.response_timeout, connecting)
            .await
            .map_err(|_| QueueError::no_answer(server, options.response_timeout))?
            .map_err(|error| refusal(server, error))?;
        let queue = Self {
            client,
            options: Arc::new(options),
            commands,
            shown: shown.as_str().into(),
            server: server.as_str().into(),
        };
        queue.refuse_cluster().await?;
        Ok(queue)
    }

    #[tracing::instrument(name = "redis.push", skip_all)]
    pub(crate) async fn push(&self, kind: JobKind, jobs: &[JobId]) -> Result<usize, QueueError> {
        if jobs.is_empty() {
            return Ok(0);
        }
        let keys = self.keys(kind);
        let mut push = PUSH.key(keys.data());
        push.key(keys.waiting()).key(keys.counter());
        push.arg(keys.meta()).arg(self.options.max_outstanding).arg(keys.notices());
        // More than the bound can never be accepted, so more is not sent.
        let bound = usize::try_from(self.options.max_outstanding).unwrap_or(usize::MAX);
        for job in jobs.iter().take(bound) {
            push.arg(job.to_string());
        }
        self.ask(async |mut redis| push.invoke_async(&mut redis).await).await
    }

    #[tracing::instrument(name = "redis.outstanding", skip_all)]
    pub(crate) async fn outstanding(&self, kind: JobKind) -> Result<u64, QueueError> {
        let waiting = self.keys(kind).waiting();
        self.ask(async |mut redis| cmd("LLEN").arg(&waiting).query_async(&mut redis).await).await
    }

    #[tracing::instrument(name = "redis.ping", skip_all)]
    pub(crate) async fn ping(&self) -> Result<(), QueueError> {
        self.ask(async |mut redis| cmd("PING").query_async(&mut redis).await).await
    }

    #[tracing::instrument(name = "redis.trim", skip_all)]
    pub(crate) async fn trim(&self) -> Result<u64, QueueError> {
        let mut removed = 0;
        for &kind in JobKind::VARIANTS {
            self.retire_lost(kind).await?;
            removed += self.trim_finished(kind).await?;
        }
        Ok(removed)
    }

    /// Takes a worker off the books and puts what it held back to wait; returns how many hints that were.
    #[tracing::instrument(name = "redis.retire", skip_all)]
    pub(super) async fn retire(&self, kind: JobKind, worker: &str) -> Result<u64, QueueError> {
        let keys = self.keys(kind);
        let mut retire = RETIRE.key(keys.workers());
        retire.key(keys.held_by(worker)).key(keys.about(worker)).key(keys.data()).key(keys.waiting());
        retire.arg(worker).arg(keys.meta()).arg(keys.notices());
        self.ask(async |mut redis| retire.invoke_async(&mut redis).await).await
    }

    pub(super) fn keys(&self, kind: JobKind) -> Keys {
        Keys::new(&self.options.namespace, kind)
    }

    /// What `error`, met while fetching, means for a caller.
    pub(super) fn unavailable(&self, error: RedisError) -> QueueError {
        QueueError::Unavailable { server: self.server.to_string(), source: Box::new(error) }
    }

    async fn retire_lost(&self, kind: JobKind) -> Result<(), QueueError> {
        let mut lost = LOST.key(self.keys(kind).workers());
        lost.arg(LOST_AFTER_SECONDS).arg(LOST_BATCH);
        let lost: Vec<String> = self.ask(async |mut redis| lost.invoke_async(&mut redis).await).await?;
        for worker in lost {
            let returned = self.retire(kind, &worker).await?;
            tracing::info!(
                queue.worker = worker,
                queue.returned = returned,
                "cleared up after a vanished worker"
            );
        }
        Ok(())
    }

    async fn trim_finished(&self, kind: JobKind) -> Result<u64, QueueError> {
        let keys = self.keys(kind);
        let mut trim = TRIM.key(keys.done());
        trim.key(keys.dead()).key(keys.data()).arg(keys.meta()).arg(TRIM_BATCH);
        let mut removed = 0;
        for _ in 0..TRIM_ROUNDS {
            let batch: u64 = self.ask(async |mut redis| trim.invoke_async(&mut redis).await).await?;
            removed += batch;
            if batch < TRIM_BATCH {
                break;
            }
        }
        Ok(removed)
    }

    async fn refuse_cluster(&self) -> Result<(), QueueError> {
        let about: Result<String, QueueError> =
            self.ask(async |mut redis| cmd("INFO").arg("cluster").query_async(&mut redis).await).await;
        // An account that may not ask is no reason to refuse; a cluster would show itself at the first push.
        if about.is_ok_and(|about| about.contains("cluster_enabled:1")) {
            let reason = "is a Redis Cluster; use a single Redis, or one behind Sentinel";
            return Err(QueueError::invalid(format!("redis at {}", self.server), reason));
        }
        Ok(())
    }

    /// Runs one exchange within the response timeout. A connection that turns out to be gone is replaced and the
    /// exchange repeated once, since whoever asks after a restart of the server cannot know of it.
    async fn ask<T, F>(&self, exchange: impl Fn(ConnectionManager) -> F) -> Result<T, QueueError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let asked = async {
            match exchange(self.commands.clone()).await {
                Err(error) if error.is_connection_dropped() => exchange(self.commands.clone()).await,
                answer => answer,
            }
        };
        timeout(self.options.response_timeout, asked)
            .await
            .map_err(|_| QueueError::no_answer(&self.server, self.options.response_timeout))?
            .map_err(|error| self.unavailable(error))
    }
}

impl fmt::Debug for RedisQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisQueue")
            .field("url", &self.shown)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// What an error met while connecting means.
fn refusal(server: &str, error: RedisError) -> QueueError {
    let reason = match error.kind() {
        ErrorKind::RESP3NotSupported => "is older than version 6".to_owned(),
        ErrorKind::AuthenticationFailed => "refused the user name or password".to_owned(),
        ErrorKind::InvalidClientConfig => format!("cannot be used: {error}"),
        ErrorKind::Server(ServerErrorKind::NoPerm) => format!("does not permit what is needed: {error}"),
        _ if matches!(error.code(), Some("NOAUTH" | "WRONGPASS")) => {
            "wants another user name or password".to_owned()
        }
        _ => return QueueError::Unavailable { server: server.to_owned(), source: Box::new(error) },
    };
    QueueError::invalid(format!("redis at {server}"), reason)
}

/// rustls takes its cryptography from the process, and does not choose when several are compiled in.
fn provide_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that another thread was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
