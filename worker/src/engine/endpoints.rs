//! Where the engine in force answers: the machines that the store says are ready, looked up again and again.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ai_harness::{
    Secret,
    client::{Endpoint, FailureKind, InferenceClient, InferenceError},
    pool::{EndpointPool, LimitOptions, Permit, PoolOptions},
};
use prospector_domain::{engine::EngineId, id::NodeId};
use prospector_runtime::config::CallSettings;
use prospector_store::{ServingNode, Store, StoreError};

/// Pause between two looks at which machines are ready.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The endpoints of the engine in force.
pub(crate) struct Endpoints {
    store: Arc<Store>,
    pool: EndpointPool,
    serving: Mutex<Option<EngineId>>,
    room_timeout: Duration,
}

impl Endpoints {
    pub(crate) fn new(store: Arc<Store>, client: InferenceClient, calls: &CallSettings) -> Self {
        let limit = LimitOptions {
            start: calls.concurrency_start,
            max: calls.concurrency_max,
            ..LimitOptions::default()
        };
        let room_timeout = Duration::from_millis(calls.room_timeout_ms);
        let options = PoolOptions { limit, acquire_timeout: room_timeout, ..PoolOptions::default() };
        Self { store, pool: EndpointPool::new(client, options), serving: Mutex::new(None), room_timeout }
    }

    /// Looks which machines are ready, and how they do, for as long as it is polled.
    pub(crate) async fn keep_looking(&self) {
        let look = async {
            loop {
                if let Err(error) = self.look().await {
                    tracing::debug!(%error, "could not look which machines are ready");
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::join!(look, self.pool.look_after(LOOK_EVERY));
    }

    /// Whether a machine of `engine` is ready. Looks once more before it says no.
    pub(crate) async fn serves(&self, engine: &EngineId) -> Result<bool, StoreError> {
        if self.is_serving(engine) {
            return Ok(true);
        }
        self.look().await?;
        Ok(self.is_serving(engine))
    }

    /// Waits for room on the least busy machine of `engine`.
    pub(crate) async fn room(&self, engine: &EngineId) -> Result<Permit, InferenceError> {
        if !self.is_serving(engine) {
            return Err(InferenceError::new(
                FailureKind::NoEndpoint,
                format!("no machine of {engine} is ready"),
            ));
        }
        self.pool.acquire(self.room_timeout).await
    }

    /// Whether the store still says that a machine serves. One that nobody can be asked about is taken to.
    pub(crate) async fn still_serves(&self, node: NodeId) -> bool {
        let _ = self.look().await;
        self.pool.statuses().iter().any(|status| status.id == node.0 && !status.is_leaving)
    }

    fn is_serving(&self, engine: &EngineId) -> bool {
        // Every change is a single assignment, so a poisoned value is still a value.
        let serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner);
        serving.as_ref() == Some(engine)
    }

    async fn look(&self) -> Result<(), StoreError> {
        let engine = self.store.settings().await?.draft_engine;
        let nodes = match engine {
            EngineId::Template => Vec::new(),
            EngineId::Gpu { .. } => self.store.serving_nodes(&engine).await?,
        };
        let endpoints: Vec<_> = nodes.iter().filter_map(|node| Some((node.id.0, endpoint(node)?))).collect();
        let serving = (!endpoints.is_empty()).then_some(engine);
        self.pool.set(endpoints);
        *self.serving.lock().unwrap_or_else(PoisonError::into_inner) = serving;
        Ok(())
    }
}

fn endpoint(node: &ServingNode) -> Option<Endpoint> {
    Some(Endpoint {
        base_url: node.base_url.parse().ok()?,
        api_key: node.api_key.as_ref().map(|key| Secret::new(key.expose())),
        model: node.served_model_name.clone(),
    })
}
