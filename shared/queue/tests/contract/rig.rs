//! A queue under test, and consumers that tell what they are given.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use prospector_domain::{id::JobId, job::JobKind, source::IdSource, time::UnixMs};
use prospector_queue::{ConsumeOptions, Queue, QueueError, QueueOptions, QueueUrl};
use prospector_testkit::{ManualClock, RedisServer, SequentialIds, wait_until};
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// How long anything may take on a loaded machine before a test gives up on it.
pub(crate) const LONG: Duration = Duration::from_secs(30);
pub(crate) const KIND: JobKind = JobKind::Probe;

/// Options whose every part stands still.
pub(crate) fn options() -> QueueOptions {
    QueueOptions::new(Arc::new(SequentialIds::from(1_000_000)), Arc::new(ManualClock::default()))
}

pub(crate) async fn connect(redis: &RedisServer) -> Queue {
    Queue::connect(&redis.url().parse().unwrap(), options()).await.unwrap()
}

/// A queue of each transport; the Redis lives as long as the pair.
pub(crate) async fn each_transport(options: impl Fn() -> QueueOptions) -> Vec<(Queue, Option<RedisServer>)> {
    let redis = RedisServer::start();
    let over_redis = Queue::connect(&redis.url().parse().unwrap(), options()).await.unwrap();
    let in_process = Queue::connect(&QueueUrl::memory(), options()).await.unwrap();
    vec![(in_process, None), (over_redis, Some(redis))]
}

/// `count` job ids that no other call in this process returns.
pub(crate) fn jobs(count: usize) -> Vec<JobId> {
    static IDS: SequentialIds = SequentialIds::from(1);
    (0..count).map(|_| JobId(IDS.next(UnixMs(1_772_366_400_000)))).collect()
}

/// Consumers of one queue, what they have seen, and a gate their handlers wait at.
#[derive(Clone)]
pub(crate) struct Seen {
    counts: Arc<Mutex<HashMap<JobId, usize>>>,
    running: Arc<AtomicUsize>,
    most_running: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

pub(crate) struct Consumer {
    stop: CancellationToken,
    task: JoinHandle<Result<(), QueueError>>,
}

impl Seen {
    /// Handlers go straight through.
    pub(crate) fn open() -> Self {
        Self::with_gate(Semaphore::MAX_PERMITS)
    }

    /// Handlers wait until [`Seen::let_through`].
    pub(crate) fn closed() -> Self {
        Self::with_gate(0)
    }

    fn with_gate(permits: usize) -> Self {
        Self {
            counts: Arc::default(),
            running: Arc::default(),
            most_running: Arc::default(),
            gate: Arc::new(Semaphore::new(permits)),
        }
    }

    pub(crate) fn let_through(&self, handlers: usize) {
        self.gate.add_permits(handlers);
    }

    pub(crate) fn consume(&self, queue: &Queue, concurrency: usize) -> Consumer {
        self.consume_kind(queue, KIND, concurrency)
    }

    pub(crate) fn consume_kind(&self, queue: &Queue, kind: JobKind, concurrency: usize) -> Consumer {
        let seen = self.clone();
        let handler = move |id: JobId| {
            let seen = seen.clone();
            async move { seen.handle(id).await }
        };
        consume(queue, kind, concurrency, handler)
    }

    async fn handle(&self, id: JobId) {
        *self.counts.lock().unwrap().entry(id).or_default() += 1;
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_running.fetch_max(running, Ordering::SeqCst);
        self.gate.acquire().await.unwrap().forget();
        self.running.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    pub(crate) fn most_running(&self) -> usize {
        self.most_running.load(Ordering::SeqCst)
    }

    /// How many different jobs have been seen.
    pub(crate) fn count(&self) -> usize {
        self.counts.lock().unwrap().len()
    }

    pub(crate) fn times(&self, id: JobId) -> usize {
        self.counts.lock().unwrap().get(&id).copied().unwrap_or(0)
    }

    pub(crate) async fn wait_for(&self, jobs: &[JobId]) {
        wait_until("every pushed job is seen", LONG, async || {
            let counts = self.counts.lock().unwrap();
            jobs.iter().all(|job| counts.contains_key(job)).then_some(())
        })
        .await;
    }

    pub(crate) async fn wait_running(&self, handlers: usize) {
        wait_until("handlers run", LONG, async || (self.running() == handlers).then_some(())).await;
    }
}

pub(crate) fn consume<F>(
    queue: &Queue,
    kind: JobKind,
    concurrency: usize,
    handler: impl Fn(JobId) -> F + Clone + Send + 'static,
) -> Consumer
where
    F: Future<Output = ()> + Send + 'static,
{
    let (queue, stop) = (queue.clone(), CancellationToken::new());
    let shutdown = stop.clone();
    let options = ConsumeOptions { concurrency, worker_name_prefix: "test".to_owned() };
    Consumer {
        stop,
        task: tokio::spawn(async move { queue.consume(kind, options, handler, shutdown).await }),
    }
}

impl Consumer {
    pub(crate) fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    /// It has been asked to stop and waits for handlers that the test holds up.
    pub(crate) async fn assert_still_runs(&mut self) {
        let ended = tokio::time::timeout(Duration::from_millis(50), &mut self.task).await;
        assert!(ended.is_err(), "it ended before its handlers");
    }

    /// Stops it and waits until it has drained.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(LONG, self.task).await.expect("the consumer drains").unwrap().unwrap();
    }
}

/// Pushes until accepted, as the relay does, for at most [`LONG`].
pub(crate) async fn push_when_possible(queue: &Queue, jobs: &[JobId]) {
    wait_until("a push is accepted", LONG, async || {
        let pushed = queue.push(KIND, jobs).await.ok()?;
        (pushed.accepted == jobs.len()).then_some(())
    })
    .await;
}
