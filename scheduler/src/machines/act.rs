//! Carries out what the policy says: intent first, then the act under the id that the intent carries, then the result.

use ai_harness::{
    Secret,
    cost::MicroUsd,
    lifecycle::{Blocked, commitment_of_order},
    providers::{Installation, ModelSpec, Offer, Order, Provider, ProviderError, ProviderErrorKind},
};
use prospector_domain::{
    engine::EngineId,
    id::NodeId,
    node::{NodeKey, NodePhase},
    source::{Clock, IdSource},
    time::{MINUTE_MS, SECOND_MS, UnixMs},
};
use prospector_runtime::{
    clock::secret_bytes,
    config::EngineSettings,
    failpoint::{self, Point},
};
use prospector_store::{Breaker, EngineBuild, LeaderGuard, NewNode, Node, NodeChange, Store, StoreError};

use super::metrics;

/// After a failed order the same place is left alone for this long, doubling up to the longest, in milliseconds.
const BACKOFF_BASE_MS: i64 = 30 * SECOND_MS;
const BACKOFF_CAP_MS: i64 = 15 * MINUTE_MS;
/// A request to destroy is repeated after this, doubling up to the longest, in milliseconds. It never stops.
const DESTROY_AGAIN_BASE_MS: i64 = 5 * SECOND_MS;
const DESTROY_AGAIN_CAP_MS: i64 = MINUTE_MS;

/// Acts on the world in the name of the leader.
pub(crate) struct Actor<'a> {
    pub(crate) store: &'a Store,
    pub(crate) provider: &'a dyn Provider,
    pub(crate) guard: &'a LeaderGuard,
    pub(crate) settings: &'a EngineSettings,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) ids: &'a dyn IdSource,
}

/// What an order came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ordered {
    /// A machine was created, or may have been, that may come to cost so much.
    Created(MicroUsd),
    /// No offer had room that was within what is left.
    Full,
    /// The provider takes no orders now, wherever.
    Refused,
}

impl Actor<'_> {
    /// Orders a machine: at the first of `offers` whose place is not blocked, whose worst cost is within `left`, and that has
    /// room.
    pub(crate) async fn provision(
        &self,
        engine: &EngineId,
        build: &EngineBuild,
        offers: &[Offer],
        left: Option<MicroUsd>,
        reason: &str,
    ) -> Result<Ordered, StoreError> {
        let breakers = self.store.breakers().await?;
        let provider = self.provider.name();
        for offer in offers {
            let now = self.clock.now();
            let place = place(provider, &offer.region, &offer.size);
            let worst = commitment_of_order(&self.settings.policy, &offer.billing);
            if blocked(&breakers, &place, now).is_some() || left.is_some_and(|left| worst > left) {
                continue;
            }
            let node = self.open(engine, offer, reason, now).await?;
            failpoint::hit(Point::SchedulerAfterNodeIntent);
            let created = self.provider.create(&self.order(&node, build, offer)).await;
            failpoint::hit(Point::SchedulerAfterNodeCreate);
            // Creating may take minutes, and the bill begins when it is done.
            let now = self.clock.now();
            match created {
                Ok(machine) => {
                    self.store.record_machine(now, self.guard, node.id, &machine.0, now).await?;
                    failpoint::hit(Point::SchedulerAfterNodeRecord);
                    metrics::provisioned("created");
                    self.close_breaker(provider, &breakers, now).await?;
                    return Ok(Ordered::Created(worst));
                }
                // The machine, if there is one, is found by its name; until then its row counts as one.
                Err(error) if !error.kind.took_no_effect() => {
                    tracing::warn!(node.id = %node.id, %error, "nobody knows whether a machine was created");
                    metrics::provisioned(error.kind.into());
                    return Ok(Ordered::Created(worst));
                }
                Err(error) => {
                    let is_full = error.kind == ProviderErrorKind::NoCapacity;
                    let at = if is_full { place.as_str() } else { provider };
                    self.not_created(&node, at, &breakers, &error, now).await?;
                    // Anything but a lack of room is about the provider as a whole.
                    if !is_full {
                        return Ok(Ordered::Refused);
                    }
                }
            }
        }
        Ok(Ordered::Full)
    }

    async fn open(
        &self,
        engine: &EngineId,
        offer: &Offer,
        reason: &str,
        now: UnixMs,
    ) -> Result<Node, StoreError> {
        let id = NodeId(self.ids.next(now));
        let key = self.settings.static_key.as_ref().filter(|_| self.provider.is_permanent());
        let key = key.map_or_else(new_key, |key| NodeKey::new(key.expose()));
        let new = NewNode {
            id,
            name: self.installation().machine_name(id.0),
            engine: engine.clone(),
            provider: self.provider.name().to_owned(),
            region: offer.region.clone(),
            size: offer.size.clone(),
            base_url: None,
            api_key: Some(key),
            price_microusd_per_hour: offer.billing.price_microusd_per_hour,
            granularity_ms: offer.billing.granularity_ms,
            minimum_ms: offer.billing.minimum_ms,
            reason: reason.to_owned(),
            boot_deadline_ms: now.plus_ms(self.settings.policy.boot_timeout_ms),
        };
        tracing::info!(node.id = %id, engine = %engine, offer.region, offer.size, reason, "orders a machine");
        self.store.open_node(now, self.guard, &new).await
    }

    fn order(&self, node: &Node, build: &EngineBuild, offer: &Offer) -> Order {
        Order {
            node_id: node.id.0,
            name: node.name.clone(),
            offer: offer.clone(),
            model: ModelSpec {
                engine: node.engine.to_string(),
                served_model_name: build.served_model_name.clone(),
                weights_digest: build.weights_digest.clone(),
                weights: build.weights_source.as_deref().and_then(|source| source.parse().ok()),
            },
            api_key: Secret::new(node.api_key.as_ref().map_or("", NodeKey::expose)),
            deadman_s: self.settings.deadman_s,
        }
    }

    async fn not_created(
        &self,
        node: &Node,
        place: &str,
        breakers: &[Breaker],
        error: &ProviderError,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        tracing::warn!(node.id = %node.id, %error, "a machine could not be ordered");
        metrics::provisioned(error.kind.into());
        let change = NodeChange { error: Some(error.to_string()), ..NodeChange::default() };
        self.store.move_node(now, self.guard, node.id, NodePhase::Gone, &change).await?;
        let retry_after_ms = error.retry_after.and_then(|wait| i64::try_from(wait.as_millis()).ok());
        self.open_breaker(place, breakers, &error.to_string(), retry_after_ms, now).await
    }

    /// Leaves `place` alone for a while, longer with every failure in a row.
    pub(crate) async fn open_breaker(
        &self,
        place: &str,
        breakers: &[Breaker],
        words: &str,
        at_least_ms: Option<i64>,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        let before = breakers.iter().find(|breaker| breaker.name == place);
        let failures = before.map_or(0, |breaker| breaker.failures) + 1;
        let pause_ms = doubling(BACKOFF_BASE_MS, BACKOFF_CAP_MS, failures).max(at_least_ms.unwrap_or(0));
        let breaker = Breaker {
            name: place.to_owned(),
            blocked_until_ms: now.plus_ms(pause_ms),
            failures,
            words: words.to_owned(),
        };
        self.store.set_breaker(now, self.guard, &breaker).await
    }

    /// Forgets the failures of `place`.
    pub(crate) async fn close_breaker(
        &self,
        place: &str,
        breakers: &[Breaker],
        now: UnixMs,
    ) -> Result<(), StoreError> {
        if breakers.iter().any(|breaker| breaker.name == place && breaker.failures > 0) {
            let breaker =
                Breaker { name: place.to_owned(), blocked_until_ms: now, failures: 0, words: String::new() };
            self.store.set_breaker(now, self.guard, &breaker).await?;
        }
        Ok(())
    }

    /// Asks for a machine to be destroyed, when it is time to ask again; says whether the provider took it. Whether it has
    /// gone is what the list says.
    pub(crate) async fn destroy(
        &self,
        node: &Node,
        asked_at: Option<UnixMs>,
    ) -> Result<Option<bool>, StoreError> {
        let now = self.clock.now();
        let Some(machine_ref) = &node.machine_ref else { return Ok(None) };
        let pause_ms = doubling(DESTROY_AGAIN_BASE_MS, DESTROY_AGAIN_CAP_MS, node.destroy_attempts.max(1));
        if asked_at.is_some_and(|at| now.since(at) < pause_ms) {
            return Ok(None);
        }
        failpoint::hit(Point::SchedulerBeforeNodeDestroy);
        let machine = ai_harness::providers::MachineRef(machine_ref.clone());
        let error = self.provider.destroy(&machine).await.err().map(|error| error.to_string());
        failpoint::hit(Point::SchedulerAfterNodeDestroy);
        if let Some(error) = &error {
            tracing::warn!(node.id = %node.id, error, "a machine could not be destroyed; it is tried again");
        }
        metrics::destroy_asked(error.is_some());
        self.store.note_destroy_attempt(now, self.guard, node.id, error.as_deref()).await?;
        Ok(Some(error.is_none()))
    }

    fn installation(&self) -> &Installation {
        &self.settings.installation
    }
}

/// What keeps machines from being ordered at all; none when some offer is open.
pub(crate) fn block(provider: &str, offers: &[Offer], breakers: &[Breaker], now: UnixMs) -> Option<Blocked> {
    if let Some(breaker) = blocked(breakers, provider, now) {
        return Some(Blocked { until_ms: breaker.blocked_until_ms.0, why: breaker.words.clone() });
    }
    let mut first: Option<&Breaker> = None;
    for offer in offers {
        let breaker = blocked(breakers, &place(provider, &offer.region, &offer.size), now)?;
        if first.is_none_or(|first| breaker.blocked_until_ms < first.blocked_until_ms) {
            first = Some(breaker);
        }
    }
    first.map(|breaker| Blocked { until_ms: breaker.blocked_until_ms.0, why: breaker.words.clone() })
}

/// Where machines stand, as breakers name it.
pub(crate) fn place(provider: &str, region: &str, size: &str) -> String {
    format!("{provider}/{region}/{size}")
}

fn blocked<'a>(breakers: &'a [Breaker], name: &str, now: UnixMs) -> Option<&'a Breaker> {
    breakers.iter().find(|breaker| breaker.name == name && breaker.blocked_until_ms > now)
}

/// `base` for the first time, doubling from there, never above `cap`. 30 s, 1 min, 2 min, 4 min, 8 min, 15 min.
pub(super) fn doubling(base: i64, cap: i64, times: i64) -> i64 {
    let doublings = u32::try_from((times - 1).clamp(0, 30)).unwrap_or(0);
    base.saturating_mul(1_i64 << doublings).min(cap)
}

/// A key that nobody can guess, in letters that pass through any shell and header.
fn new_key() -> NodeKey {
    use std::fmt::Write as _;
    let mut text = String::from("pnk-");
    for byte in secret_bytes::<24>() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    NodeKey::new(text)
}

#[cfg(test)]
mod tests {
    use ai_harness::cost::Billing;

    use super::*;

    fn offer(region: &str) -> Offer {
        let billing = Billing { price_microusd_per_hour: 1, granularity_ms: 1, minimum_ms: 0 };
        Offer { region: region.to_owned(), size: "s".to_owned(), billing }
    }

    fn breaker(name: &str, until: i64) -> Breaker {
        Breaker {
            name: name.to_owned(),
            blocked_until_ms: UnixMs(until),
            failures: 1,
            words: name.to_owned(),
        }
    }

    #[test]
    fn orders_are_blocked_only_while_every_offer_is() {
        let offers = [offer("a"), offer("b")];
        let now = UnixMs(10);
        assert_eq!(block("p", &offers, &[breaker("p/a/s", 20)], now), None);
        assert_eq!(block("p", &offers, &[breaker("p/a/s", 20), breaker("p/b/s", 5)], now), None);
        let both = block("p", &offers, &[breaker("p/a/s", 20), breaker("p/b/s", 15)], now).unwrap();
        assert_eq!((both.until_ms, both.why.as_str()), (15, "p/b/s"));
        assert_eq!(block("p", &offers, &[breaker("p", 30)], now).unwrap().until_ms, 30);
        assert_eq!(block("p", &[], &[], now), None);
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses: Vec<i64> = (1..=7).map(|n| doubling(30, 900, n)).collect();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(doubling(30, 900, i64::MAX), 900);
    }

    #[test]
    fn keys_differ_and_fit_anywhere() {
        let (a, b) = (new_key(), new_key());
        assert_ne!(a.expose(), b.expose());
        assert!(a.expose().len() == 52 && a.expose().chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    }
}
