//! Metrics: declared as families, created at zero when the process starts, rendered for `/metrics`.
//!
//! A label's values are a closed list, so that a dashboard shows zero instead of nothing before the first event, and no
//! id can become a label.

use std::collections::HashSet;

use metrics::{Key, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use strum::VariantArray;

const PREFIX: &str = "prospector_";
/// More combinations than this in one family are a mistake: every one is a series in every process.
const SERIES_MAX: usize = 1_000;

/// Bounds of a histogram of durations, in seconds: from a lookup in memory to the boot of a machine.
pub const SECONDS: &[f64] =
    &[0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0];

/// A metric with all its labels.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Such as `prospector_jobs_finished_total`: prefix, thing, base unit, and `_total` for a counter.
    pub name: &'static str,
    /// How it counts.
    pub kind: FamilyKind,
    /// One sentence for people.
    pub help: &'static str,
    /// Its labels; every combination of their values is created at zero.
    pub labels: &'static [Label],
}

/// How a metric counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FamilyKind {
    /// Only rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Counts how many values are at most each of these bounds.
    Histogram(&'static [f64]),
}

/// A label and the closed list of its values.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// Such as `kind`.
    pub name: &'static str,
    /// Its values; [`values_of`] reads them from an enum.
    pub values: fn() -> Vec<&'static str>,
}

/// The text forms of a closed enum, as a label's values.
#[must_use]
pub fn values_of<E>() -> Vec<&'static str>
where
    E: VariantArray + Copy + Into<&'static str>,
{
    E::VARIANTS.iter().map(|variant| (*variant).into()).collect()
}

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
            family.check()?;
            if !names.insert(family.name) {
                return Err(family.invalid("is declared twice"));
            }
            if let FamilyKind::Histogram(bounds) = family.kind {
                builder = builder
                    .set_buckets_for_metric(Matcher::Full(family.name.to_owned()), bounds)
                    .map_err(|_| family.invalid("has no bounds"))?;
            }
        }
        let recorder = builder.build_recorder();
        for family in families {
            family.create(&recorder);
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

impl Family {
    const fn invalid(&self, reason: &'static str) -> InvalidFamily {
        InvalidFamily { name: self.name, reason }
    }

    fn check(&self) -> Result<(), InvalidFamily> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !self.name.starts_with(PREFIX) || !self.name.chars().all(plain) {
            return Err(self.invalid("must be prospector_ and a-z, 0-9, _"));
        }
        if self.name.ends_with("_total") != (self.kind == FamilyKind::Counter) {
            return Err(self.invalid("must end in _total if, and only if, it is a counter"));
        }
        if self.name.ends_with("_ms") || self.name.ends_with("_milliseconds") {
            return Err(self.invalid("must use the base unit, seconds"));
        }
        if self.help.is_empty() {
            return Err(self.invalid("has no help text"));
        }
        if self.labels.iter().any(|label| label.name == "id" || label.name.ends_with("_id")) {
            return Err(self.invalid("has an id as a label"));
        }
        let series: usize = self.labels.iter().map(|label| (label.values)().len()).product();
        if series == 0 || series > SERIES_MAX {
            return Err(self.invalid("has no series, or too many"));
        }
        Ok(())
    }

    fn create(&self, recorder: &impl Recorder) {
        let metadata = Metadata::new(module_path!(), Level::INFO, None);
        match self.kind {
            FamilyKind::Counter => recorder.describe_counter(self.name.into(), None, self.help.into()),
            FamilyKind::Gauge => recorder.describe_gauge(self.name.into(), None, self.help.into()),
            FamilyKind::Histogram(_) => {
                recorder.describe_histogram(self.name.into(), None, self.help.into());
            }
        }
        for labels in self.combinations() {
            let key = Key::from_parts(self.name, &labels);
            match self.kind {
                FamilyKind::Counter => recorder.register_counter(&key, &metadata).increment(0),
                FamilyKind::Gauge => recorder.register_gauge(&key, &metadata).set(0.0),
                FamilyKind::Histogram(_) => drop(recorder.register_histogram(&key, &metadata)),
            }
        }
    }

    fn combinations(&self) -> Vec<Vec<(&'static str, &'static str)>> {
        let mut all = vec![Vec::new()];
        for label in self.labels {
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
}

#[cfg(test)]
mod tests {
    use prospector_domain::job::{JobKind, JobState};

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
        assert!(refused(Family { name: "jobs_total", ..FINISHED }).contains("prospector_ and a-z"));
        assert!(refused(Family { name: "prospector_jobs", ..FINISHED }).contains("_total if"));
        assert!(refused(Family { name: "prospector_depth_total", ..DEPTH }).contains("_total if"));
        assert!(refused(Family { name: "prospector_wait_ms", ..DEPTH }).contains("base unit"));
        assert!(refused(Family { help: "", ..DEPTH }).contains("no help"));
        assert!(refused(Family { kind: FamilyKind::Histogram(&[]), ..DURATION }).contains("no bounds"));
        let by_id: &[Label] = &[Label { name: "thread_id", values: || vec!["a"] }];
        assert!(refused(Family { labels: by_id, ..DEPTH }).contains("id as a label"));
        let without: &[Label] = &[Label { name: "kind", values: Vec::new }];
        assert!(refused(Family { labels: without, ..DEPTH }).contains("no series"));
        assert_eq!(
            Metrics::build(&[DEPTH, DEPTH]).unwrap_err().to_string(),
            "metric prospector_queue_depth is declared twice"
        );
    }
}
