//! Waking an idle worker: by a notice from the push, and by a slow tick in case one is lost.
//!
//! apalis polls a backend when its waker is called, and each poll of an idle worker begins one fetch. What it leaves to
//! us is the case that a notice comes while a fetch is on its way: that fetch may have looked before the push, and
//! when it comes back empty nobody would look again. So a notice is a debt, paid by a fetch that *begins* after it;
//! the connection is watched to know when one does.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use futures::task::AtomicWaker;
use redis::{
    Cmd, Pipeline, RedisFuture, Value,
    aio::{ConnectionLike, MultiplexedConnection},
};
use tokio::time::{Interval, MissedTickBehavior};

/// How often an idle worker looks without being told to. A notice can only be lost together with the connection, so
/// this is the slower of two ways to find out that the connection is dead.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Something may have changed: look.
#[derive(Debug, Default)]
pub(super) struct Notice {
    raised: AtomicBool,
    waker: AtomicWaker,
}

impl Notice {
    pub(super) fn raise(&self) {
        self.raised.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// True once for each notice, or several that came together; the task is woken for later ones.
    fn take(&self, cx: &Context<'_>) -> bool {
        self.waker.register(cx.waker());
        self.raised.swap(false, Ordering::AcqRel)
    }
}

/// A connection that counts what passes through it.
#[derive(Clone)]
pub(super) struct Watched {
    connection: MultiplexedConnection,
    traffic: Arc<Traffic>,
}

#[derive(Debug, Default)]
struct Traffic {
    begun: AtomicU64,
    under_way: AtomicU64,
}

/// One exchange under way; over when dropped.
struct Exchange(Arc<Traffic>);

impl Exchange {
    fn begin(traffic: &Arc<Traffic>) -> Self {
        traffic.begun.fetch_add(1, Ordering::AcqRel);
        traffic.under_way.fetch_add(1, Ordering::AcqRel);
        Self(traffic.clone())
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Watched {
    pub(super) fn new(connection: MultiplexedConnection) -> Self {
        Self { connection, traffic: Arc::default() }
    }

    /// The strategy for the worker that fetches over this connection.
    pub(super) fn wake_on(&self, notice: Arc<Notice>) -> WakeOnNotice {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        WakeOnNotice { notice, traffic: self.traffic.clone(), tick, owed: true, begun: 0, waker: None }
    }
}

impl ConnectionLike for Watched {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        let exchange = Exchange::begin(&self.traffic);
        Box::pin(async move {
            let _under_way = exchange;
            self.connection.req_packed_command(command).await
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        let exchange = Exchange::begin(&self.traffic);
        Box::pin(async move {
            let _under_way = exchange;
            self.connection.req_packed_commands(pipeline, offset, count).await
        })
    }

    fn get_db(&self) -> i64 {
        self.connection.get_db()
    }
}

/// Wakes its worker until a fetch has begun after the last notice.
#[derive(Debug)]
pub(super) struct WakeOnNotice {
    notice: Arc<Notice>,
    traffic: Arc<Traffic>,
    tick: Interval,
    /// A notice or tick for which no fetch has begun yet.
    owed: bool,
    /// Exchanges begun before the poll in progress.
    begun: u64,
    waker: Option<Waker>,
}

impl PollStrategy for WakeOnNotice {
    /// Called before each poll of the backend.
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        self.owed |= self.notice.take(cx);
        // To the end, because only a pending tick has registered the waker.
        while Pin::new(&mut self.tick).poll_tick(cx).is_ready() {
            self.owed = true;
        }
        self.begun = self.traffic.begun.load(Ordering::Acquire);
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Called after each poll of the backend.
    fn on_poll(&mut self, snapshot: &PollSnapshot) {
        if self.traffic.begun.load(Ordering::Acquire) != self.begun {
            self.owed = false;
        }
        // With a fetch under way its end wakes the worker, and we are back here.
        let nothing_to_do = snapshot.is_idle() && self.traffic.under_way.load(Ordering::Acquire) == 0;
        if let Some(waker) = self.waker.take().filter(|_| self.owed && nothing_to_do) {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use futures::task::{ArcWake, waker};

    use super::*;

    #[derive(Default)]
    struct Wakes(AtomicUsize);

    impl ArcWake for Wakes {
        fn wake_by_ref(wakes: &Arc<Self>) {
            wakes.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    struct Rig {
        strategy: WakeOnNotice,
        wakes: Arc<Wakes>,
    }

    impl Rig {
        fn new() -> Self {
            let tick = tokio::time::interval(LOOK_EVERY);
            let (notice, traffic) = (Arc::default(), Arc::default());
            let strategy = WakeOnNotice { notice, traffic, tick, owed: false, begun: 0, waker: None };
            let mut rig = Self { strategy, wakes: Arc::default() };
            // The first tick is immediate; get it over with.
            rig.poll(true);
            rig.wakes.0.store(0, Ordering::SeqCst);
            rig
        }

        /// One pending poll of the backend, in which a fetch begins or not; says whether the worker was woken by it.
        fn poll(&mut self, fetch_begins: bool) -> bool {
            let before = self.wakes.0.load(Ordering::SeqCst);
            let waker = waker(self.wakes.clone());
            let idle = PollSnapshot::new();
            let polled = self.strategy.poll_drive(&mut Context::from_waker(&waker), &idle);
            assert_eq!(polled, Poll::Pending);
            if fetch_begins {
                drop(Exchange::begin(&self.strategy.traffic));
            }
            self.strategy.on_poll(&idle);
            self.wakes.0.load(Ordering::SeqCst) > before
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_worker_is_woken_by_a_notice_and_fetches_once() {
        let mut rig = Rig::new();
        rig.strategy.notice.raise();
        assert_eq!(rig.wakes.0.load(Ordering::SeqCst), 1);
        assert!(!rig.poll(true), "the fetch that began pays for the notice");
        assert!(!rig.poll(false), "and nothing wakes an idle worker again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_notice_during_a_fetch_leads_to_one_more_fetch_and_no_spinning() {
        let mut rig = Rig::new();
        let fetch = Exchange::begin(&rig.strategy.traffic);
        rig.strategy.notice.raise();
        assert!(!rig.poll(false), "waits for the fetch that is under way");
        drop(fetch);
        assert!(rig.poll(false), "the fetch came back; it may have looked before the push");
        assert!(!rig.poll(true));
        assert!(!rig.poll(false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_tick_wakes_like_a_notice() {
        let mut rig = Rig::new();
        tokio::time::advance(LOOK_EVERY).await;
        tokio::task::yield_now().await;
        assert!(rig.wakes.0.load(Ordering::SeqCst) > 0);
        assert!(!rig.poll(true));
        assert!(!rig.poll(false));
    }
}
