//! One consumer over Redis: a succession of apalis workers, each good until the first Redis error.

use std::{future::Future, sync::Arc, time::Duration};

use apalis_core::{
    backend::ext::BackendExt,
    error::{BoxDynError, WorkerError},
    worker::context::WorkerContext,
};
use apalis_redis::RedisStorage;
use prospector_domain::{id::JobId, job::JobKind, time::SECOND_MS};
use redis::{AsyncConnectionConfig, PushInfo, PushKind, aio::SendError};
use tokio_util::sync::CancellationToken;

use super::{
    link::RedisQueue,
    wake::{Notice, Watched},
};
use crate::{
    consumer::{self, Crew, build_worker},
    error::QueueError,
    hint::{Hint, HintCodec},
    options::ConsumeOptions,
};

/// Pause before the second worker; doubles with each that fails.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// Longest pause: what an operator who has just restarted Redis is ready to wait.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A worker that lasted this long was healthy, and its successor starts with the first pause again.
const HEALTHY_AFTER_MS: i64 = 10 * SECOND_MS;

/// What a consumer remembers from one worker to the next.
#[derive(Debug, Default)]
struct Past {
    /// Workers still on the books, because Redis was away when they ended.
    departed: Vec<String>,
    /// Redis was lost, that was reported, and it is not back yet.
    without_redis: bool,
}

impl RedisQueue {
    pub(crate) async fn consume<H, F>(
        &self,
        kind: JobKind,
        options: &ConsumeOptions,
        handler: H,
        shutdown: CancellationToken,
    ) where
        H: Fn(JobId) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let crew = Crew::new(kind, options.concurrency);
        let mut past = Past::default();
        let mut pause = FIRST_PAUSE;
        while !shutdown.is_cancelled() {
            let started = self.options.clock.now();
            let worker =
                self.consume_until_error(&crew, options, handler.clone(), shutdown.clone(), &mut past);
            let Err(error) = worker.await else { break };
            if self.options.clock.now().since(started) >= HEALTHY_AFTER_MS {
                pause = FIRST_PAUSE;
            }
            if past.without_redis || shutdown.is_cancelled() {
                tracing::debug!(job.kind = %kind, error, "consumer is still without redis");
            } else {
                past.without_redis = true;
                tracing::warn!(job.kind = %kind, error, "consumer lost redis and will resume when it is back");
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = shutdown.cancelled() => break,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        crew.finish().await;
    }

    /// Runs one worker on one connection. `Ok` when it ended because of `shutdown`.
    async fn consume_until_error<H, F>(
        &self,
        crew: &Crew,
        options: &ConsumeOptions,
        handler: H,
        shutdown: CancellationToken,
        past: &mut Past,
    ) -> Result<(), BoxDynError>
    where
        H: Fn(JobId) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let keys = self.keys(crew.kind);
        let notice = Arc::new(Notice::default());
        let connection = self.connect_for_fetching(&keys.notices(), notice.clone()).await?;
        self.retire_all(crew.kind, &mut past.departed).await?;
        if std::mem::take(&mut past.without_redis) {
            tracing::info!(job.kind = %crew.kind, "consumer reaches redis again");
        }
        let id = self.options.ids.next(self.options.clock.now());
        let name = format!("{}-{}-{id}", options.worker_name_prefix, crew.kind);
        let wake = connection.wake_on(notice);
        let source = RedisStorage::<Hint, Watched>::new(connection)
            .with_config(keys.config(batch_for(options.concurrency)))
            .with_codec(HintCodec)
            .poll_with_strategy(wake);
        let context = WorkerContext::new(&name);
        let worker = build_worker!(&context, source, crew, consumer::handle(handler, crew.kind));
        let ended = consumer::start(context, worker.run(), shutdown).await;
        past.departed.push(name);
        if let Err(error) = self.retire_all(crew.kind, &mut past.departed).await {
            tracing::debug!(job.kind = %crew.kind, error = %error, "a worker stays on the books for now");
        }
        ended.map_err(|error| match error {
            WorkerError::BackendError(error) => error,
            other => other.into(),
        })
    }

    /// Takes workers off the books, so that what they had fetched but not begun need not wait until they count as
    /// vanished. Hints whose handlers still run come back as well, and are dropped at the claim.
    async fn retire_all(&self, kind: JobKind, departed: &mut Vec<String>) -> Result<(), QueueError> {
        while let Some(name) = departed.last() {
            let returned = self.retire(kind, name).await?;
            if returned > 0 {
                tracing::debug!(job.kind = %kind, queue.returned = returned, "hints wait again");
            }
            departed.pop();
        }
        Ok(())
    }

    async fn connect_for_fetching(&self, channel: &str, notice: Arc<Notice>) -> Result<Watched, QueueError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.options.response_timeout))
            .set_response_timeout(Some(self.options.response_timeout))
            .set_push_sender(move |push: PushInfo| {
                // A lost connection is worth a look as well: the fetch fails at once instead of at the next tick.
                if matches!(push.kind, PushKind::Message | PushKind::Disconnection) {
                    notice.raise();
                }
                Ok::<(), SendError>(())
            });
        let connect = self.client.get_multiplexed_async_connection_with_config(&config);
        let mut connection = connect.await.map_err(|error| self.unavailable(error))?;
        connection.subscribe(channel).await.map_err(|error| self.unavailable(error))?;
        Ok(Watched::new(connection))
    }
}

/// How many hints a worker fetches at a time: half of what it can run, so that it does not hoard what another worker
/// has slots for, and not less, because apalis holds four times this many acknowledgements and at shutdown waits for
/// ever for room for more.
fn batch_for(concurrency: usize) -> usize {
    concurrency.div_ceil(2)
}
