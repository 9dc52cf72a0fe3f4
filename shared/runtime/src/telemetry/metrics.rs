//! Metrics: declared as families, created at zero when the process starts, rendered for `/metrics`.
//!
//! A label's values are a closed list, so that a dashboard shows zero instead of nothing before the first event, and no
//! id can become a label.

use std::collections::HashSet;

pub use ai_harness::metric::{Metric as Family, MetricKind as FamilyKind, MetricLabel as Label, values_of};
use metrics::{Key, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// Our own names, and those that OpenTelemetry gives to calls of a model.
const PREFIXES: [&str; 2] = ["prospector_", "gen_ai_"];
/// More combinations than this in one family are a mistake: every one is a series in every process.
const SERIES_MAX: usize = 1_000;

/// Bounds of a histogram of durations, in seconds: from a lookup in memory to a wait for a machine that takes hours.
pub const SECONDS: &[f64] = &[
    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0,
    1_800.0, 3_600.0, 14_400.0,
];

/// Renders what was counted. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Every metric in the Prometheus text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.render()
    }

    /// Moves the raw values of histograms into their buckets; without it, or a reader of `/metrics`, they pile up.
    pub(super) fn tidy(&self) {
        self.handle.run_upkeep();
    }

    /// A recorder with every family described and at zero.
    pub(super) fn build(families: &[Family]) -> Result<(PrometheusRecorder, Self), InvalidFamily> {
        let mut builder = PrometheusBuilder::new();
        let mut names = HashSet::new();
        for family in families {
            check(family)?;
            if !names.insert(family.name) {
                return Err(invalid(family, "is declared twice"));
            }
            if let FamilyKind::Histogram(bounds) = family.kind {
                builder = builder
                    .set_buckets_for_metric(Matcher::Full(family.name.to_owned()), bounds)
                    .map_err(|_| invalid(family, "has no bounds"))?;
            }
        }
        let recorder = builder.build_recorder();
        for family in families {
            create(family, &recorder);
        }
        let metrics = Self { handle: recorder.handle() };
        Ok((recorder, metrics))
    }
}

/// A family that breaks the rules of naming; a mistake in the program, found at its start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("metric {name} {reason}")]
pub struct InvalidFamily {
    name: &'static str,
    reason: &'static str,
}

const fn invalid(family: &Family, reason: &'static str) -> InvalidFamily {
    InvalidFamily { name: family.name, reason }
}

fn check(family: &Family) -> Result<(), InvalidFamily> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let ours = PREFIXES.iter().any(|prefix| family.name.starts_with(prefix));
    if !ours || !family.name.chars().all(plain) {
        return Err(invalid(family, "must be prospector_ or gen_ai_, and a-z, 0-9, _"));
    }
    if family.name.ends_with("_total") != (family.kind == FamilyKind::Counter) {
        return Err(invalid(family, "must end in _total if, and only if, it is a counter"));
    }
    if family.name.ends_with("_ms") || family.name.ends_with("_milliseconds") {
        return Err(invalid(family, "must use the base unit, seconds"));
    }
    if family.help.is_empty() {
        return Err(invalid(family, "has no help text"));
    }
    if family.labels.iter().any(|label| label.name == "id" || label.name.ends_with("_id")) {
        return Err(invalid(family, "has an id as a label"));
    }
    let series: usize = family.labels.iter().map(|label| (label.values)().len()).product();
    if series > SERIES_MAX {
        return Err(invalid(family, "has too many series"));
    }
    Ok(())
}

fn create(family: &Family, recorder: &impl Recorder) {
    let metadata = Metadata::new(module_path!(), Level::INFO, None);
    match family.kind {
        FamilyKind::Counter => recorder.describe_counter(family.name.into(), None, family.help.into()),
        FamilyKind::Gauge => recorder.describe_gauge(family.name.into(), None, family.help.into()),
        FamilyKind::Histogram(_) => {
            recorder.describe_histogram(family.name.into(), None, family.help.into());
        }
    }
    for labels in combinations(family) {
        let key = Key::from_parts(family.name, &labels);
        match family.kind {
            FamilyKind::Counter => recorder.register_counter(&key, &metadata).increment(0),
            FamilyKind::Gauge => recorder.register_gauge(&key, &metadata).set(0.0),
            FamilyKind::Histogram(_) => drop(recorder.register_histogram(&key, &metadata)),
        }
    }
}

fn combinations(family: &Family) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut all = vec![Vec::new()];
    for label in family.labels {
        let mut longer = Vec::new();
        for shorter in &all {
            for value in (label.values)() {
                let mut labels: Vec<_> = shorter.clone();
                labels.push((label.name, value));
                longer.push(labels);
            }
        }
        all = longer;
    }
    all
}

#[cfg(test)]
mod tests {
    use prospector_domain::job::{JobKind, JobState};
    use strum::VariantArray as _;

    use super::*;

    const FINISHED: Family = Family {
        name: "prospector_jobs_finished_total",
        kind: FamilyKind::Counter,
        help: "Jobs that reached a terminal state.",
        labels: &[
            Label { name: "kind", values: values_of::<JobKind> },
            Label { name: "state", values: values_of::<JobState> },
        ],
    };
    const DURATION: Family = Family {
        name: "prospector_job_duration_seconds",
        kind: FamilyKind::Histogram(SECONDS),
        help: "Time a handler took.",
        labels: &[Label { name: "kind", values: values_of::<JobKind> }],
    };
    const DEPTH: Family = Family {
        name: "prospector_queue_depth",
        kind: FamilyKind::Gauge,
        help: "Jobs that wait.",
        labels: &[],
    };

    #[test]
    fn every_combination_is_there_at_zero_and_then_counts() {
        let (recorder, metrics) = Metrics::build(&[FINISHED, DURATION, DEPTH]).unwrap();
        let text = metrics.render();
        assert!(text.contains("# HELP prospector_queue_depth Jobs that wait."), "{text}");
        assert!(text.contains("prospector_jobs_finished_total{kind=\"judge\",state=\"dead\"} 0"), "{text}");
        assert!(
            text.contains("prospector_job_duration_seconds_bucket{kind=\"draft\",le=\"0.5\"} 0"),
            "{text}"
        );
        assert!(text.contains("prospector_queue_depth 0"), "{text}");
        let series = text.lines().filter(|line| line.starts_with("prospector_jobs_finished_total{")).count();
        assert_eq!(series, JobKind::VARIANTS.len() * JobState::VARIANTS.len());

        metrics::with_local_recorder(&recorder, || {
            metrics::counter!(FINISHED.name, "kind" => "judge", "state" => "dead").increment(2);
            metrics::histogram!(DURATION.name, "kind" => "draft").record(0.3);
            metrics::gauge!(DEPTH.name).set(5.0);
        });
        metrics.tidy();
        let text = metrics.render();
        assert!(text.contains("prospector_jobs_finished_total{kind=\"judge\",state=\"dead\"} 2"), "{text}");
        assert!(
            text.contains("prospector_job_duration_seconds_bucket{kind=\"draft\",le=\"0.25\"} 0"),
            "{text}"
        );
        assert!(
            text.contains("prospector_job_duration_seconds_bucket{kind=\"draft\",le=\"0.5\"} 1"),
            "{text}"
        );
        assert!(text.contains("prospector_queue_depth 5"), "{text}");
    }

    #[test]
    fn a_family_that_breaks_the_naming_is_refused() {
        let refused = |family: Family| Metrics::build(&[family]).unwrap_err().to_string();
        assert!(
            refused(Family { name: "jobs_total", ..FINISHED }).contains("prospector_ or gen_ai_, and a-z")
        );
        assert!(refused(Family { name: "prospector_jobs", ..FINISHED }).contains("_total if"));
        assert!(refused(Family { name: "prospector_depth_total", ..DEPTH }).contains("_total if"));
        assert!(refused(Family { name: "prospector_wait_ms", ..DEPTH }).contains("base unit"));
        assert!(refused(Family { help: "", ..DEPTH }).contains("no help"));
        assert!(refused(Family { kind: FamilyKind::Histogram(&[]), ..DURATION }).contains("no bounds"));
        let by_id: &[Label] = &[Label { name: "thread_id", values: || vec!["a"] }];
        assert!(refused(Family { labels: by_id, ..DEPTH }).contains("id as a label"));
        let many: &[Label] = &[Label { name: "kind", values: || vec!["a"; SERIES_MAX + 1] }];
        assert!(refused(Family { labels: many, ..DEPTH }).contains("too many series"));
        assert_eq!(
            Metrics::build(&[DEPTH, DEPTH]).unwrap_err().to_string(),
            "metric prospector_queue_depth is declared twice"
        );
    }
}
