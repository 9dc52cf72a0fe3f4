//! How fast hints travel: hints per second through a full queue, and the time from a push to an idle handler.
//!
//! `cargo run --release -p prospector-queue --example throughput [redis://…]`; without an address it starts a Redis of
//! its own, with persistence on. Handlers do nothing, so this bounds what any pipeline over the queue can reach.

#![expect(clippy::print_stdout, reason = "a program for people to read")]
#![expect(clippy::disallowed_methods, reason = "it measures durations of its own process")]

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use prospector_domain::{id::JobId, job::JobKind, source::IdSource, time::UnixMs};
use prospector_queue::{ConsumeOptions, Queue, QueueOptions, QueueUrl};
use prospector_testkit::{ManualClock, RedisServer, SequentialIds, wait_until};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const HINTS: usize = 200_000;
const PICKUPS: usize = 2_000;
const KIND: JobKind = JobKind::Probe;
const LONG: Duration = Duration::from_secs(120);

#[tokio::main]
async fn main() {
    let own_redis = env::args().nth(1).is_none().then(RedisServer::start);
    let address = env::args().nth(1).or_else(|| own_redis.as_ref().map(RedisServer::url));
    let redis: QueueUrl = address.expect("one of the two is there").parse().expect("it is a queue url");
    println!("{:<28}{:>12}{:>12}{:>12}{:>12}", "", "hints/s", "p50 µs", "p99 µs", "max µs");
    for url in [QueueUrl::memory(), redis] {
        for concurrency in [16, 64, 256, 1_024] {
            let queue = Queue::connect(&url, options()).await.expect("the queue is there");
            let per_second = throughput(&queue, concurrency).await;
            println!("{:<28}{per_second:>12.0}", format!("{url} x{concurrency}").replace("127.0.0.1:", ""));
        }
        let queue = Queue::connect(&url, options()).await.expect("the queue is there");
        let mut took = pickups(&queue).await;
        took.sort_unstable();
        let at = |part: usize| took[(took.len() - 1) * part / 100].as_micros();
        println!(
            "{:<40}{:>12}{:>12}{:>12}",
            format!("{url} idle").replace("127.0.0.1:", ""),
            at(50),
            at(99),
            at(100)
        );
    }
}

fn options() -> QueueOptions {
    QueueOptions::new(Arc::new(SequentialIds::default()), Arc::new(ManualClock::default()))
}

/// Hints per second while a pusher keeps the queue full, as the relay does over a backlog.
async fn throughput(queue: &Queue, concurrency: usize) -> f64 {
    let ids = SequentialIds::default();
    let jobs: Vec<JobId> = (0..HINTS).map(|_| JobId(ids.next(UnixMs(0)))).collect();
    let (handled, stop) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
    let count = handled.clone();
    let handler = move |_| {
        let count = count.clone();
        async move {
            count.fetch_add(1, Ordering::Relaxed);
        }
    };
    let consumer = start(queue, concurrency, handler, stop.clone());
    let started = Instant::now();
    let mut pushed = 0;
    while pushed < HINTS {
        // A thousand at a time, so that a push does not find room for a handful only.
        let room = jobs.len().min(pushed + 1_000);
        let accepted = queue.push(KIND, &jobs[pushed..room]).await.expect("redis is there").accepted;
        pushed += accepted;
        if accepted < 1_000 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    wait_until("every hint is handled", LONG, async || {
        (handled.load(Ordering::Relaxed) >= HINTS).then_some(())
    })
    .await;
    let seconds = started.elapsed().as_secs_f64();
    stop.cancel();
    consumer.await.expect("the consumer ends");
    let left = queue.outstanding(KIND).await.expect("redis is there");
    assert_eq!(left, 0);
    while queue.trim().await.expect("redis is there") > 0 {}
    HINTS as f64 / seconds
}

/// How long single pushes to an idle consumer take until the handler runs.
async fn pickups(queue: &Queue) -> Vec<Duration> {
    let ids = SequentialIds::from(10_000_000);
    let (tell, mut told) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let handler = move |id: JobId| {
        let tell = tell.clone();
        async move { tell.send((id, Instant::now())).expect("somebody listens") }
    };
    let consumer = start(queue, 16, handler, stop.clone());
    let mut took = Vec::with_capacity(PICKUPS);
    for _ in 0..PICKUPS {
        let id = JobId(ids.next(UnixMs(0)));
        let pushed = Instant::now();
        queue.push(KIND, &[id]).await.expect("redis is there");
        let (handled, at) = told.recv().await.expect("the hint arrives");
        assert_eq!(handled, id);
        took.push(at - pushed);
        // Let the acknowledgement and the empty fetch after it pass, so that the next push meets an idle worker.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    stop.cancel();
    consumer.await.expect("the consumer ends");
    took
}

fn start<F: Future<Output = ()> + Send + 'static>(
    queue: &Queue,
    concurrency: usize,
    handler: impl Fn(JobId) -> F + Clone + Send + 'static,
    stop: CancellationToken,
) -> tokio::task::JoinHandle<()> {
    let queue = queue.clone();
    let options = ConsumeOptions { concurrency, worker_name_prefix: "bench".to_owned() };
    tokio::spawn(
        async move { queue.consume(KIND, options, handler, stop).await.expect("the options are usable") },
    )
}
