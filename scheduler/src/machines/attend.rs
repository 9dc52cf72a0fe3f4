//! Looks after every machine where it is in its life: does it answer, does it serve, is it still there, has it gone.

use std::time::Duration;

use ai_harness::{
    Secret,
    client::{Endpoint, InferenceClient, Readiness},
};
use prospector_domain::{node::NodePhase, time::UnixMs};
use prospector_runtime::failpoint::{self, Point};
use prospector_store::{LeaderGuard, Node, NodeChange, Store, StoreError};

use super::metrics;

/// A machine that serves is asked whether it is well this often, in milliseconds.
pub(crate) const HEALTH_EVERY_MS: i64 = 5_000;
/// And this often once it has failed to say so: a blip of the network must not cost a machine, nor a dead one minutes.
pub(crate) const HEALTH_IN_DOUBT_EVERY_MS: i64 = 2_000;
/// Longest wait for the answer to that: a server says it from memory.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(5);
/// While work waits, a machine that has answered nothing for so long must show that it can, in milliseconds.
const SILENCE_MAX_MS: i64 = 60_000;

/// What the look at one machine led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attended {
    /// It stays where it is.
    Stays,
    /// It serves from now on.
    Serves,
    /// It is given up, for this reason: it is to be destroyed.
    GivenUp(String),
}

/// Looks after machines, with a name for the model they serve.
pub(crate) struct Attendant<'a> {
    pub(crate) store: &'a Store,
    pub(crate) client: &'a InferenceClient,
    pub(crate) guard: &'a LeaderGuard,
    pub(crate) served_model_name: &'a str,
}

impl Attendant<'_> {
    /// Looks after a machine that is coming up.
    pub(crate) async fn coming_up(&self, node: &Node, now: UnixMs) -> Result<Attended, StoreError> {
        if node.boot_deadline_ms.is_some_and(|deadline| deadline <= now) {
            let waited_s = now.since(node.created_at_ms) / 1_000;
            let why = format!("it did not serve within {waited_s} s");
            return give_up(self.store, self.guard, node, &why, now).await;
        }
        if node.phase != NodePhase::Warming {
            return Ok(Attended::Stays);
        }
        let Some(endpoint) = endpoint(node, self.served_model_name) else { return Ok(Attended::Stays) };
        match self.client.probe(&endpoint).await {
            Readiness::Ready { .. } => {
                self.store.move_node(now, self.guard, node.id, NodePhase::Ready, &well()).await?;
                failpoint::hit(Point::SchedulerAfterNodeReady);
                metrics::boot_ended(node, now, true);
                Ok(Attended::Serves)
            }
            Readiness::NotYet(_) => Ok(Attended::Stays),
            // The wrong model or key will not come right by waiting.
            Readiness::Wrong(error) => give_up(self.store, self.guard, node, &error.to_string(), now).await,
        }
    }

    /// Looks after a machine that serves, or drains. `/health` is all that is asked, which a full server answers as well;
    /// but where work waits and nothing is answered, a completion must succeed.
    pub(crate) async fn serving(
        &self,
        node: &Node,
        work_waits: bool,
        now: UnixMs,
    ) -> Result<Attended, StoreError> {
        let Some(endpoint) = endpoint(node, self.served_model_name) else { return Ok(Attended::Stays) };
        let last = self.store.last_calls_of_node(node.id).await?;
        let answered_at = last.answered_at_ms.max(node.ready_at_ms).unwrap_or(node.phase_at_ms);
        let error = if work_waits && now.since(answered_at) >= SILENCE_MAX_MS {
            match self.client.probe(&endpoint).await {
                Readiness::Ready { .. } => None,
                Readiness::NotYet(error) => Some(error.to_string()),
                Readiness::Wrong(error) => {
                    return give_up(self.store, self.guard, node, &error.to_string(), now).await;
                }
            }
        } else {
            match tokio::time::timeout(HEALTH_TIMEOUT, self.client.health(&endpoint)).await {
                Ok(asked) => asked.err().map(|error| error.to_string()),
                Err(_) => Some(format!("no answer within {} s", HEALTH_TIMEOUT.as_secs())),
            }
        };
        let failed_probes = if error.is_some() { node.failed_probes + 1 } else { 0 };
        if failed_probes != node.failed_probes {
            let change = NodeChange { failed_probes: Some(failed_probes), error, ..NodeChange::default() };
            self.store.move_node(now, self.guard, node.id, node.phase, &change).await?;
        }
        Ok(Attended::Stays)
    }
}

/// Takes a machine that failed to its end. Its place is for the caller to leave alone.
pub(crate) async fn give_up(
    store: &Store,
    guard: &LeaderGuard,
    node: &Node,
    why: &str,
    now: UnixMs,
) -> Result<Attended, StoreError> {
    tracing::warn!(node.id = %node.id, node.phase = %node.phase, why, "a machine is given up");
    if node.phase < NodePhase::Ready {
        metrics::boot_ended(node, now, false);
    }
    let change =
        NodeChange { error: Some(why.to_owned()), reason: Some(why.to_owned()), ..NodeChange::default() };
    store.move_node(now, guard, node.id, NodePhase::Destroying, &change).await?;
    Ok(Attended::GivenUp(why.to_owned()))
}

/// How a machine's server is called; none while its address is not known.
pub(crate) fn endpoint(node: &Node, served_model_name: &str) -> Option<Endpoint> {
    Some(Endpoint {
        base_url: node.base_url.as_deref()?.parse().ok()?,
        api_key: node.api_key.as_ref().map(|key| Secret::new(key.expose())),
        model: served_model_name.to_owned(),
    })
}

fn well() -> NodeChange {
    NodeChange { failed_probes: Some(0), ..NodeChange::default() }
}
