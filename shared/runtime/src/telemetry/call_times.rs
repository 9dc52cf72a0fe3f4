//! How long calls of the database and of Redis take, read off the spans around them: who adds a call names its span, and
//! has the measurement.

use metrics::histogram;
use tracing::{
    Metadata, Subscriber,
    span::{Attributes, Id},
};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use super::metrics::{Family, FamilyKind, Label};
use crate::clock::Stopwatch;

/// Bounds in seconds. Few, for there is a histogram for every operation.
const BOUNDS: &[f64] = &[0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0];
const STORE: &str = "prospector_store_call_seconds";
const REDIS: &str = "prospector_redis_call_seconds";
const STORE_SPANS: &str = "db.";
const REDIS_SPANS: &str = "redis.";

/// The metrics of calls. `store` and `redis` list the operations: the names of their spans without what they begin with.
#[must_use]
pub const fn call_families(store: &'static [Label], redis: &'static [Label]) -> [Family; 2] {
    [
        Family {
            name: STORE,
            kind: FamilyKind::Histogram(BOUNDS),
            help: "Time a call of the store took, waits for a connection and repeats included, by operation.",
            labels: store,
        },
        Family {
            name: REDIS,
            kind: FamilyKind::Histogram(BOUNDS),
            help: "Time an exchange with Redis took, by operation.",
            labels: redis,
        },
    ]
}

/// Whether a span is measured, so that it must be made whatever is logged.
pub(super) fn is_measured(span: &Metadata<'_>) -> bool {
    measured(span.name()).is_some()
}

fn measured(span: &'static str) -> Option<(&'static str, &'static str)> {
    let of_store = span.strip_prefix(STORE_SPANS).map(|operation| (STORE, operation));
    of_store.or_else(|| span.strip_prefix(REDIS_SPANS).map(|operation| (REDIS, operation)))
}

/// Measures calls.
pub(super) struct CallTimes;

impl<S> Layer<S> for CallTimes
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if is_measured(attributes.metadata())
            && let Some(span) = context.span(id)
        {
            span.extensions_mut().insert(Stopwatch::start());
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let Some((metric, operation)) = measured(span.name()) else { return };
        let took_s = span.extensions().get::<Stopwatch>().map(Stopwatch::elapsed_s);
        if let Some(took_s) = took_s {
            histogram!(metric, "operation" => operation).record(took_s);
        }
    }
}
