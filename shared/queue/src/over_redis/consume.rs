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
        let mut pause = FIRST_PAUSE;
        while !shutdown.is_cancelled() {
            let started = self.options.clock.now();
            let ended = self.consume_until_error(&crew, options, handler.clone(), shutdown.clone()).await;
            let Err(error) = ended else { break };
            if self.options.clock.now().since(started) >= HEALTHY_AFTER_MS {
                pause = FIRST_PAUSE;
            }
            if shutdown.is_cancelled() {
                tracing::debug!(job.kind = %kind, error, "redis failed while the consumer shut down");
                break;
            }
            tracing::warn!(job.kind = %kind, error, pause_ms = pause.as_millis(), "consumer lost redis, will resume");
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
    ) -> Result<(), BoxDynError>
    where
        H: Fn(JobId) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let id = self.options.ids.next(self.options.clock.now());
        let name = format!("{}-{}-{id}", options.worker_name_prefix, crew.kind);
        let keys = self.keys(crew.kind);
        let notice = Arc::new(Notice::default());
        let connection = self.connect_for_fetching(&keys.notices(), notice.clone()).await?;
        let wake = connection.wake_on(notice);
        let source = RedisStorage::<Hint, Watched>::new(connection)
            .with_config(keys.config(batch_for(options.concurrency)))
            .with_codec(HintCodec)
            .poll_with_strategy(wake);
        let context = WorkerContext::new(&name);
        let worker = build_worker!(&context, source, crew, consumer::handle(handler, crew.kind));
        let ended = consumer::start(context, worker.run(), shutdown).await;
        // Whatever ended it, the next worker has another name, and what this one fetched but did not begin must not
        // wait until it counts as vanished. Hints whose handlers still run come back too and are dropped at the claim.
        match self.retire(crew.kind, &name).await {
            Ok(0) => {}
            Ok(returned) => {
                tracing::debug!(job.kind = %crew.kind, queue.returned = returned, "hints wait again");
            }
            Err(error) => tracing::debug!(job.kind = %crew.kind, error = %error, "worker stays on the books"),
        }
        ended.map_err(|error| match error {
            WorkerError::BackendError(error) => error,
            other => other.into(),
        })
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
