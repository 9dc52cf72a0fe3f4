//! What a pool shows of itself. Sums over all endpoints: an endpoint's id is no label.

use metrics::gauge;

use super::state::EndpointStatus;
use crate::metric::{Metric, MetricKind, MetricLabel};

const IN_FLIGHT: Metric = Metric {
    name: "gen_ai_endpoint_in_flight",
    kind: MetricKind::Gauge,
    help: "Requests outstanding at inference endpoints.",
    labels: &[],
};
const LIMIT: Metric = Metric {
    name: "gen_ai_endpoint_limit",
    kind: MetricKind::Gauge,
    help: "Most requests that may be outstanding at the endpoints that are ready.",
    labels: &[],
};
const WAITING: Metric = Metric {
    name: "gen_ai_endpoint_waiting",
    kind: MetricKind::Gauge,
    help: "Requests that wait for room at an endpoint.",
    labels: &[],
};
const ENDPOINTS: Metric = Metric {
    name: "gen_ai_endpoints",
    kind: MetricKind::Gauge,
    help: "Endpoints that get requests, and those left alone because they did not answer.",
    labels: &[MetricLabel { name: "state", values: || vec![READY, QUARANTINED] }],
};

const READY: &str = "ready";
const QUARANTINED: &str = "quarantined";

/// Every metric of the pool.
pub const METRICS: &[Metric] = &[IN_FLIGHT, LIMIT, WAITING, ENDPOINTS];

/// The numbers of one pool.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    in_flight: u32,
    limit: u32,
    waiting: u32,
    ready: u32,
    quarantined: u32,
}

/// What one pool has added to the gauges, which several may share. Taken back when dropped.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    shown: Shown,
}

impl Shown {
    pub(super) fn of(statuses: &[EndpointStatus], waiting: usize) -> Self {
        let mut shown = Self { waiting: u32::try_from(waiting).unwrap_or(u32::MAX), ..Self::default() };
        for status in statuses {
            shown.in_flight += status.in_flight;
            if status.is_ready {
                shown.ready += 1;
                shown.limit += status.limit;
            } else if !status.is_leaving {
                shown.quarantined += 1;
            }
        }
        shown
    }
}

impl Gauges {
    /// Shows `new` instead of what was shown before.
    pub(super) fn show(&mut self, new: Shown) {
        let old = std::mem::replace(&mut self.shown, new);
        if old == new {
            return;
        }
        let change = |new: u32, old: u32| f64::from(new) - f64::from(old);
        gauge!(IN_FLIGHT.name).increment(change(new.in_flight, old.in_flight));
        gauge!(LIMIT.name).increment(change(new.limit, old.limit));
        gauge!(WAITING.name).increment(change(new.waiting, old.waiting));
        gauge!(ENDPOINTS.name, "state" => READY).increment(change(new.ready, old.ready));
        gauge!(ENDPOINTS.name, "state" => QUARANTINED).increment(change(new.quarantined, old.quarantined));
    }
}

impl Drop for Gauges {
    fn drop(&mut self) {
        self.show(Shown::default());
    }
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;
    use uuid::Uuid;

    use super::*;

    fn status(is_ready: bool, is_leaving: bool, in_flight: u32) -> EndpointStatus {
        EndpointStatus { id: Uuid::nil(), is_ready, is_leaving, in_flight, limit: 8 }
    }

    #[test]
    fn pools_share_the_gauges_and_take_back_what_they_showed() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let shown = |one: &str, other: &str| {
            let text = recorder.handle().render();
            for (name, value) in [("in_flight", one), ("waiting", other)] {
                let line = format!("gen_ai_endpoint_{name} {value}\n");
                assert!(text.contains(&line), "{line} is missing in\n{text}");
            }
        };
        metrics::with_local_recorder(&recorder, || {
            let (mut one, mut other) = (Gauges::default(), Gauges::default());
            one.show(Shown::of(
                &[status(true, false, 3), status(false, false, 1), status(false, true, 2)],
                4,
            ));
            other.show(Shown::of(&[status(true, false, 1)], 0));
            shown("7", "4");
            drop(other);
            one.show(Shown::of(&[status(true, false, 2)], 1));
            shown("2", "1");
            drop(one);
            shown("0", "0");
        });
    }
}
