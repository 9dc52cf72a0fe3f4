//! The queue as the rest of the program sees it.

use std::future::Future;

use prospector_domain::{id::JobId, job::JobKind};
use tokio_util::sync::CancellationToken;

use crate::{
    error::QueueError,
    memory::MemoryQueue,
    options::{ConsumeOptions, QueueOptions},
    over_redis::RedisQueue,
    url::{Address, QueueUrl},
};

/// A connected queue. Clones share the connection.
#[derive(Debug, Clone)]
pub struct Queue(Transport);

#[derive(Debug, Clone)]
enum Transport {
    Redis(Box<RedisQueue>),
    InProcess(MemoryQueue),
}

/// What became of pushed hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// How many hints, counted from the first, now wait. The others found no room and stay in the store only.
    pub accepted: usize,
}

impl Queue {
    /// Connects to the queue at `url`, within twice the response timeout.
    ///
    /// # Errors
    /// [`QueueError::Invalid`] for unusable options, refused credentials, or a server that is too old or a cluster;
    /// [`QueueError::Unavailable`] when the server cannot be reached.
    pub async fn connect(url: &QueueUrl, options: QueueOptions) -> Result<Self, QueueError> {
        options.check()?;
        Ok(Self(match &url.0 {
            Address::Memory => Transport::InProcess(MemoryQueue::new(options)),
            Address::Redis { .. } => Transport::Redis(Box::new(RedisQueue::connect(url, options).await?)),
        }))
    }

    /// Pushes hints in one round trip and wakes a consumer, as far as there is room under the outstanding bound.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`] within the response timeout. Some or all hints may have arrived all the same, which
    /// does no harm.
    pub async fn push(&self, kind: JobKind, jobs: &[JobId]) -> Result<Pushed, QueueError> {
        let accepted = match &self.0 {
            Transport::Redis(redis) => redis.push(kind, jobs).await?,
            Transport::InProcess(memory) => memory.push(kind, jobs),
        };
        Ok(Pushed { accepted })
    }

    /// How many hints of a kind wait to be fetched.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`] within the response timeout.
    pub async fn outstanding(&self, kind: JobKind) -> Result<u64, QueueError> {
        match &self.0 {
            Transport::Redis(redis) => redis.outstanding(kind).await,
            Transport::InProcess(memory) => Ok(memory.outstanding(kind)),
        }
    }

    /// Removes what finished hints and vanished workers left behind, at most a bounded amount a call, and puts the
    /// hints such workers held back to wait. Returns how many leftovers were removed. Safe beside running workers.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`]; what was removed until then stays removed.
    pub async fn trim(&self) -> Result<u64, QueueError> {
        match &self.0 {
            Transport::Redis(redis) => redis.trim().await,
            Transport::InProcess(_) => Ok(0),
        }
    }

    /// Asks whether the queue answers.
    ///
    /// # Errors
    /// [`QueueError::Unavailable`] within the response timeout.
    pub async fn ping(&self) -> Result<(), QueueError> {
        match &self.0 {
            Transport::Redis(redis) => redis.ping().await,
            Transport::InProcess(_) => Ok(()),
        }
    }

    /// Calls `handler` for each hint of a kind until `shutdown`; then fetches no more, waits for the handlers that
    /// run, and returns. Hints not yet handled stay in the queue.
    ///
    /// A lost connection never ends it: it reconnects with growing pauses, while running handlers go on. What a
    /// handler achieves is between it and the store; a panic in one is logged and ends only that one.
    ///
    /// # Errors
    /// [`QueueError::Invalid`], at once, for unusable options.
    pub async fn consume<H, F>(
        &self,
        kind: JobKind,
        options: ConsumeOptions,
        handler: H,
        shutdown: CancellationToken,
    ) -> Result<(), QueueError>
    where
        H: Fn(JobId) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        options.check()?;
        match &self.0 {
            Transport::Redis(redis) => redis.consume(kind, &options, handler, shutdown).await,
            Transport::InProcess(memory) => memory.consume(kind, &options, handler, shutdown).await,
        }
        Ok(())
    }
}
