//! `[telemetry]`: what the process says about itself.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::{
    error::{Problems, REMEDY_MARK},
    redacted_url::RedactedUrl,
};

/// What is logged, and in which form.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySettings {
    /// `pretty` for people, `json` for programs: one object a line. Default `pretty`.
    pub log_format: LogFormat,
    /// Least level that is logged, with exceptions by module: `info,prospector_worker=debug`. Default `info`.
    #[schemars(with = "String")]
    pub log_filter: LogFilter,
    /// Where traces go.
    pub otlp: OtlpSettings,
}

/// A receiver of traces that speaks OTLP, such as an OpenTelemetry collector. Headers that it wants are taken from the
/// variable `OTEL_EXPORTER_OTLP_HEADERS`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OtlpSettings {
    /// Its address, such as `http://collector:4317`; for `http` without the path `/v1/traces`. Without one no traces are
    /// made.
    #[schemars(with = "Option<String>")]
    pub endpoint: Option<RedactedUrl>,
    /// `grpc`, usually on port 4317, or `http` for protobuf over HTTP, usually on 4318. Default `grpc`.
    pub protocol: OtlpProtocol,
    /// The share of traces that are kept, for requests that bring no decision of their own: 0 to 1, default 1.
    pub sample_ratio: f64,
    /// Longest wait for the receiver, in milliseconds: 100 to 60,000, default 10,000.
    pub timeout_ms: u64,
}

impl Default for OtlpSettings {
    fn default() -> Self {
        Self { endpoint: None, protocol: OtlpProtocol::Grpc, sample_ratio: 1.0, timeout_ms: 10_000 }
    }
}

/// How OTLP is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OtlpProtocol {
    /// gRPC.
    #[default]
    Grpc,
    /// Protobuf over HTTP.
    Http,
}

impl TelemetrySettings {
    pub(super) fn check(&self, problems: &mut Problems<'_>) {
        if let Some(endpoint) = &self.otlp.endpoint
            && !matches!(endpoint.scheme().as_str(), "http" | "https")
        {
            problems.add(
                "telemetry.otlp.endpoint",
                format!("{endpoint} is no address of HTTP"),
                "write http://collector:4317, or leave it out to make no traces",
            );
        }
        problems.range("telemetry.otlp.sample_ratio", self.otlp.sample_ratio, &(0.0..=1.0));
        problems.range("telemetry.otlp.timeout_ms", self.otlp.timeout_ms, &(100..=60_000));
    }
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Which log lines are kept, known to be well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

/// The module of the worker framework.
const FRAMEWORK: &str = "apalis_core";

impl LogFilter {
    /// The filter's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The filter itself: by level and module alone, so that a call site is on or off for good. The worker framework logs each failure a second and third time beside ours, and is silent
    /// unless it is named.
    pub(crate) fn targets(&self) -> Targets {
        // It was parsed when it was read.
        let targets: Targets = self.0.parse().unwrap_or_default();
        if self.0.contains(FRAMEWORK) { targets } else { targets.with_target(FRAMEWORK, LevelFilter::OFF) }
    }
}

impl Default for LogFilter {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl<'de> Deserialize<'de> for LogFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // A word that is no level would be taken for a module of which everything is logged.
        let says_levels =
            text.split(',').all(|part| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok());
        match text.parse::<Targets>() {
            Ok(_) if says_levels => Ok(Self(text)),
            _ => Err(de::Error::custom(format!(
                "{text:?} is not a log filter{REMEDY_MARK}write error, warn, info, debug or trace, with exceptions such \
                 as info,prospector_worker=debug"
            ))),
        }
    }
}

impl Serialize for LogFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
