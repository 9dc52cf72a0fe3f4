//! What every request may use.

use std::{collections::BTreeSet, fmt, sync::Arc};

use prospector_domain::{
    job::JobKind,
    source::{Clock, IdSource},
    time::UnixMs,
};
use prospector_queue::Queue;
use prospector_runtime::{
    config::{ApiSettings, Config, DispatchSettings, InboundSettings, WorkerSettings},
    health::Health,
    telemetry::Metrics,
};
use prospector_store::{Hint, Store};
use tokio_util::sync::CancellationToken;

use crate::{
    access::{KeyCache, Quota, RateLimiter},
    events::Tail,
    hints::HintPusher,
};

/// The parts of the system that the interface needs.
#[derive(Clone)]
pub struct Services {
    /// The truth.
    pub store: Arc<Store>,
    /// Where hints go after a commit.
    pub queue: Queue,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids of jobs and requests.
    pub ids: Arc<dyn IdSource>,
    /// Answers `/health/ready`.
    pub health: Health,
    /// Answers `/metrics`.
    pub metrics: Metrics,
    /// Ends event streams, and lets connections finish, when it is cancelled.
    pub draining: CancellationToken,
}

/// What every request may use. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    inner: Arc<Inner>,
}

struct Inner {
    services: Services,
    settings: ApiSettings,
    worker: WorkerSettings,
    dispatch: DispatchSettings,
    sinks: BTreeSet<String>,
    keys: KeyCache,
    rates: RateLimiter,
    hints: HintPusher,
    tail: Tail,
}

impl ApiState {
    /// Puts the parts together under a configuration.
    #[must_use]
    pub fn new(config: &Config, services: Services) -> Self {
        let quota = Quota { rate_per_s: config.api.rate_limit_per_s, burst: config.api.rate_limit_burst };
        let inner = Inner {
            settings: config.api.clone(),
            worker: config.worker.clone(),
            dispatch: config.dispatch.clone(),
            sinks: config.sinks.keys().cloned().collect(),
            keys: KeyCache::new(),
            rates: RateLimiter::new(quota),
            hints: HintPusher::new(services.queue.clone()),
            tail: Tail::new(),
            services,
        };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn now(&self) -> UnixMs {
        self.inner.services.clock.now()
    }

    pub(crate) fn ids(&self) -> &dyn IdSource {
        &*self.inner.services.ids
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.services.store
    }

    pub(crate) fn health(&self) -> &Health {
        &self.inner.services.health
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.services.metrics
    }

    pub(crate) fn draining(&self) -> &CancellationToken {
        &self.inner.services.draining
    }

    pub(crate) fn inbound(&self) -> &InboundSettings {
        &self.inner.settings.inbound
    }

    pub(crate) fn public_docs(&self) -> bool {
        self.inner.settings.public_docs
    }

    pub(crate) fn body_max_bytes(&self) -> usize {
        usize::try_from(self.inner.settings.body_max_bytes).unwrap_or(usize::MAX)
    }

    /// Attempts of a job that asks for no number of its own.
    pub(crate) fn max_attempts(&self, kind: JobKind) -> i64 {
        self.inner.worker.kind(kind).retry.max_attempts
    }

    pub(crate) fn dispatch(&self) -> &DispatchSettings {
        &self.inner.dispatch
    }

    /// The names of the configured sinks.
    pub(crate) fn sinks(&self) -> &BTreeSet<String> {
        &self.inner.sinks
    }

    pub(crate) fn key_cache(&self) -> &KeyCache {
        &self.inner.keys
    }

    pub(crate) fn rate_limiter(&self) -> &RateLimiter {
        &self.inner.rates
    }

    /// What follows every commit that changed something: jobs that are due are hinted, event streams look at once.
    pub(crate) fn committed(&self, now: UnixMs, hints: &[Hint]) {
        self.inner.hints.push(now, hints);
        self.inner.tail.wake();
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.inner.tail
    }
}

impl fmt::Debug for ApiState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiState").field("store", &self.inner.services.store).finish_non_exhaustive()
    }
}
