//! The pool itself: callers wait in turn for room, and what was learnt from each call decides how much room there is.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use tokio::{
    sync::oneshot,
    time::{MissedTickBehavior, interval, timeout},
};
use uuid::Uuid;

use super::{
    gauges::{Gauges, Shown},
    limit::LimitOptions,
    quarantine::QuarantineOptions,
    state::{EndpointStatus, Seat, State},
};
use crate::{
    client::{
        ChatRequest, Completion, Endpoint, FailureKind, InferenceClient, InferenceError, Model, Readiness,
    },
    stopwatch::Stopwatch,
};

/// How a pool treats its endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolOptions {
    /// Bounds of the limit of each endpoint.
    pub limit: LimitOptions,
    /// How long an endpoint that did not answer is left alone.
    pub quarantine: QuarantineOptions,
    /// How long [`Model::complete`] waits for room. Default 30 s.
    pub acquire_timeout: Duration,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            limit: LimitOptions::default(),
            quarantine: QuarantineOptions::default(),
            acquire_timeout: Duration::from_secs(30),
        }
    }
}

/// How long a server may take to say how busy it is: a late answer is about another moment.
const LOAD_TIMEOUT: Duration = Duration::from_secs(2);

/// The endpoints that are ready, and who waits for them. Cheap to clone; clones are the same pool.
#[derive(Debug, Clone)]
pub struct EndpointPool {
    shared: Arc<Shared>,
}

/// Room for one request at one endpoint, until dropped.
#[derive(Debug)]
pub struct Permit {
    shared: Arc<Shared>,
    seat: Seat,
}

#[derive(Debug)]
struct Shared {
    client: InferenceClient,
    options: PoolOptions,
    watch: Stopwatch,
    hall: Mutex<Hall>,
}

/// The endpoints, and those who wait, first come first served.
#[derive(Debug)]
struct Hall {
    state: State,
    waiting: VecDeque<Waiting>,
    /// Number of the next to wait.
    next: u64,
    gauges: Gauges,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    call: oneshot::Sender<Permit>,
}

/// Leaves the queue when dropped.
struct PlaceInQueue<'a> {
    shared: &'a Shared,
    number: u64,
}

impl EndpointPool {
    /// A pool without endpoints.
    #[must_use]
    pub fn new(client: InferenceClient, options: PoolOptions) -> Self {
        let hall =
            Hall { state: State::new(options), waiting: VecDeque::new(), next: 0, gauges: Gauges::default() };
        let shared = Shared { client, options, watch: Stopwatch::start(), hall: Mutex::new(hall) };
        Self { shared: Arc::new(shared) }
    }

    /// Makes `endpoints` the pool's. What was learnt about one that stays is kept; one that is left out gets no new requests,
    /// and those it works on may finish.
    pub fn set(&self, endpoints: Vec<(Uuid, Endpoint)>) {
        self.shared.enter().state.set(endpoints);
        self.shared.call_next();
    }

    /// Waits, for at most `within`, for room at the ready endpoint with the least outstanding requests.
    ///
    /// # Errors
    /// [`FailureKind::NoEndpoint`] when there was none in time.
    pub async fn acquire(&self, within: Duration) -> Result<Permit, InferenceError> {
        let (call, called) = oneshot::channel();
        let number = self.shared.queue(call);
        let _place = PlaceInQueue { shared: &self.shared, number };
        self.shared.call_next();
        match timeout(within, called).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(self.shared.no_endpoint(within)),
        }
    }

    /// What is known of each endpoint.
    #[must_use]
    pub fn statuses(&self) -> Vec<EndpointStatus> {
        self.shared.enter().state.statuses()
    }

    /// True when at least one endpoint gets requests.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.statuses().iter().any(|status| status.is_ready)
    }

    /// Looks after the endpoints for as long as it is polled: every `period` it asks the busy ones about their queues and probes
    /// those that have been left alone long enough.
    pub async fn look_after(&self, period: Duration) {
        // Apart from each other, because a probe may take as long as a first completion does.
        tokio::join!(every(period, || self.observe()), every(period, || self.revive()),);
    }

    /// Asks the endpoints that work on something about their queues, once.
    pub async fn observe(&self) {
        let busy = self.shared.enter().state.busy();
        join_all(busy.iter().map(|seat| async move {
            let load = timeout(LOAD_TIMEOUT, self.shared.client.load(&seat.endpoint)).await;
            if let Ok(Some(load)) = load {
                let now_ms = self.shared.watch.elapsed_ms();
                self.shared.enter().state.observed(seat, now_ms, load);
            }
        }))
        .await;
        self.shared.call_next();
    }

    /// Probes the endpoints that have been left alone long enough, once.
    pub async fn revive(&self) {
        let due = self.shared.enter().state.due(self.shared.watch.elapsed_ms());
        join_all(due.into_iter().map(|seat| async move {
            let probe = Probe { shared: &self.shared, seat, has_succeeded: false };
            probe.run().await;
        }))
        .await;
    }
}

impl Model for EndpointPool {
    async fn complete(&self, request: &ChatRequest) -> Result<Completion, InferenceError> {
        self.acquire(self.shared.options.acquire_timeout).await?.ask(request).await
    }
}

impl Permit {
    /// Which endpoint.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.seat.id
    }

    /// Asks the endpoint for one completion, gives the room back, and lets the pool learn from what came of it. A request
    /// that is given up is simply dropped: it shows nothing.
    ///
    /// # Errors
    /// [`InferenceError`], as from [`InferenceClient::chat`].
    pub async fn ask(self, request: &ChatRequest) -> Result<Completion, InferenceError> {
        let result = self.shared.client.chat(&self.seat.endpoint, request).await;
        self.report(&result);
        let endpoint = Some(self.seat.id);
        match result {
            Ok(completion) => Ok(Completion { endpoint, ..completion }),
            Err(failure) => Err(InferenceError { endpoint, ..failure }),
        }
    }

    fn report(&self, result: &Result<Completion, InferenceError>) {
        let now_ms = self.shared.watch.elapsed_ms();
        self.shared.enter().state.report(&self.seat, now_ms, result);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.shared.enter().state.leave_seat(self.seat.id);
        self.shared.call_next();
    }
}

impl Drop for PlaceInQueue<'_> {
    fn drop(&mut self) {
        let mut hall = self.shared.enter();
        hall.waiting.retain(|waiting| waiting.number != self.number);
        hall.show();
    }
}

impl Shared {
    fn enter(&self) -> MutexGuard<'_, Hall> {
        // Each change is made in one go, so a panic elsewhere leaves nothing half done.
        self.hall.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self, call: oneshot::Sender<Permit>) -> u64 {
        let mut hall = self.enter();
        let number = hall.next;
        hall.next += 1;
        hall.waiting.push_back(Waiting { number, call });
        number
    }

    /// Gives what room there is to those who have waited longest.
    fn call_next(self: &Arc<Self>) {
        let called = {
            let mut hall = self.enter();
            let mut called = Vec::new();
            while !hall.waiting.is_empty()
                && let Some(seat) = hall.state.take_seat()
            {
                let waiting = hall.waiting.pop_front().expect("it has just been seen to be there");
                called.push((waiting.call, Permit { shared: Arc::clone(self), seat }));
            }
            hall.show();
            called
        };
        for (call, permit) in called {
            // One who has left meanwhile gives the permit back by dropping it, which must not happen under the lock.
            drop(call.send(permit));
        }
    }

    fn no_endpoint(&self, within: Duration) -> InferenceError {
        let statuses = self.enter().state.statuses();
        let detail = match statuses.iter().filter(|status| status.is_ready).count() {
            0 => format!("no endpoint was ready within {} ms", within.as_millis()),
            ready => format!("none of {ready} endpoints had room within {} ms", within.as_millis()),
        };
        InferenceError::new(FailureKind::NoEndpoint, detail)
    }
}

impl Hall {
    fn show(&mut self) {
        let shown = Shown::of(&self.state.statuses(), self.waiting.len());
        self.gauges.show(shown);
    }
}

/// A probe under way. One that is given up counts as failed, or its endpoint would be left alone for ever.
struct Probe<'a> {
    shared: &'a Arc<Shared>,
    seat: Seat,
    has_succeeded: bool,
}

impl Probe<'_> {
    async fn run(mut self) {
        let found = self.shared.client.probe(&self.seat.endpoint).await;
        self.has_succeeded = matches!(found, Readiness::Ready { .. });
        let id = self.seat.id;
        match found {
            Readiness::Ready { duration_ms } => tracing::info!(%id, duration_ms, "an endpoint answers again"),
            Readiness::NotYet(failure) => tracing::debug!(%id, %failure, "an endpoint does not answer yet"),
            Readiness::Wrong(failure) => {
                tracing::warn!(%id, %failure, "an endpoint answers, but not as it should");
            }
        }
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        let now_ms = self.shared.watch.elapsed_ms();
        self.shared.enter().state.probed(&self.seat, now_ms, self.has_succeeded);
        self.shared.call_next();
    }
}

async fn every<F: Future<Output = ()>>(period: Duration, mut duty: impl FnMut() -> F) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        duty().await;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures::{FutureExt, poll};

    use super::*;
    use crate::client::ClientOptions;

    const LONG: Duration = Duration::from_secs(60);
    const A: Uuid = Uuid::from_u128(1);

    fn endpoint() -> Endpoint {
        let base_url = "http://127.0.0.1:9".parse().unwrap();
        Endpoint { base_url, api_key: None, model: "drafter".to_owned() }
    }

    fn pool(limit: u32) -> EndpointPool {
        let options = ClientOptions::default();
        let client = InferenceClient::new(options.http_client().unwrap(), options);
        let limit = LimitOptions { start: limit, ..LimitOptions::default() };
        let pool = EndpointPool::new(client, PoolOptions { limit, ..PoolOptions::default() });
        pool.set(vec![(A, endpoint())]);
        pool
    }

    fn in_flight(pool: &EndpointPool) -> u32 {
        pool.statuses().iter().map(|status| status.in_flight).sum()
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_are_served_in_turn() {
        let pool = pool(1);
        let held = pool.acquire(LONG).await.unwrap();
        let (mut first, mut second) = (pin!(pool.acquire(LONG)), pin!(pool.acquire(LONG)));
        assert!(poll!(&mut first).is_pending() && poll!(&mut second).is_pending());
        let mut late = pin!(pool.acquire(LONG));
        drop(held);
        assert!(poll!(&mut late).is_pending(), "who comes later waits longer, though there is room");
        assert!(poll!(&mut second).is_pending());
        let held = first.await.unwrap();
        drop(held);
        let held = second.await.unwrap();
        drop(held);
        late.await.unwrap();
        assert_eq!(in_flight(&pool), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_has_an_end() {
        let pool = pool(1);
        let _held = pool.acquire(LONG).await.unwrap();
        let failure = pool.acquire(LONG).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::NoEndpoint);
        assert_eq!(failure.detail, "none of 1 endpoints had room within 60000 ms");
        pool.set(Vec::new());
        let failure = pool.acquire(Duration::ZERO).await.unwrap_err();
        assert_eq!(failure.detail, "no endpoint was ready within 0 ms");
        assert!(pool.shared.enter().waiting.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_gives_up_takes_no_room() {
        let pool = pool(1);
        let held = pool.acquire(LONG).await.unwrap();
        let mut gone = Box::pin(pool.acquire(LONG));
        assert!(poll!(&mut gone).is_pending());
        drop(gone);
        let mut called = Box::pin(pool.acquire(LONG));
        assert!(poll!(&mut called).is_pending());
        drop(held);
        // It has been called, and leaves before it hears.
        drop(called);
        assert_eq!(in_flight(&pool), 0);
        assert!(pool.acquire(LONG).now_or_never().unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_endpoint_wakes_those_who_wait() {
        let pool = pool(1);
        pool.set(Vec::new());
        let mut waiting = pin!(pool.acquire(LONG));
        assert!(poll!(&mut waiting).is_pending());
        pool.set(vec![(A, endpoint())]);
        assert_eq!(waiting.await.unwrap().id(), A);
    }

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_vanished_gets_nothing_until_it_answers() {
        let pool = pool(4);
        let permit = pool.acquire(LONG).await.unwrap();
        permit.report(&Err(InferenceError::new(FailureKind::Vanished, "in a test")));
        drop(permit);
        assert!(!pool.is_ready());
        let mut waiting = pin!(pool.acquire(LONG));
        assert!(poll!(&mut waiting).is_pending());
        tokio::time::advance(Duration::from_secs(1)).await;
        let now_ms = pool.shared.watch.elapsed_ms();
        let due = pool.shared.enter().state.due(now_ms);
        drop(Probe { shared: &pool.shared, seat: due[0].clone(), has_succeeded: false });
        assert!(poll!(&mut waiting).is_pending(), "a probe that was given up has failed");
        drop(Probe { shared: &pool.shared, seat: due[0].clone(), has_succeeded: true });
        waiting.await.unwrap();
    }
}
