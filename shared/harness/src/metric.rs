//! What this crate counts, as plain data: whoever runs the process describes the metrics to its recorder and creates every
//! series at zero.

use strum::VariantArray;

/// A metric with all its labels.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name in the form of Prometheus, with the base unit at the end.
    pub name: &'static str,
    /// How it counts.
    pub kind: MetricKind,
    /// One sentence for people.
    pub help: &'static str,
    /// Its labels, each with a closed list of values.
    pub labels: &'static [MetricLabel],
}

/// How a metric counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MetricKind {
    /// Only rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// Counts how many values are at most each of these bounds.
    Histogram(&'static [f64]),
}

/// A label and the closed list of its values.
#[derive(Debug, Clone, Copy)]
pub struct MetricLabel {
    /// Such as `error_type`.
    pub name: &'static str,
    /// Its values. Empty when they are few but only known at run time, such as the names of configured engines; then no
    /// series exists before its first value.
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
