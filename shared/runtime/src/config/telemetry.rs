//! `[telemetry]`: what the process says about itself.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::error::REMEDY_MARK;

/// What is logged, and in which form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetrySettings {
    /// `pretty` for people, `json` for programs: one object a line. Default `pretty`.
    pub log_format: LogFormat,
    /// Least level that is logged, with exceptions by module: `info,prospector_worker=debug`. Default `info`.
    pub log_filter: LogFilter,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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
