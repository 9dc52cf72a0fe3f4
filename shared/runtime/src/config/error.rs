//! What is wrong with a configuration, said so that whoever wrote it can mend it without reading code.

use std::{fmt, io, ops::RangeInclusive, path::PathBuf};

use figment::{
    Figment,
    error::{Actual, Kind},
};

use super::layers;

/// Why no configuration came out.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is missing or may not be read.
    #[error("cannot read the configuration file {}: {source}; create it, or name another with --config", path.display())]
    Unreadable {
        /// The file that was asked for.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration file {} is not valid TOML: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong and where, with line and column.
        reason: String,
    },
    /// Settings are unknown, malformed, out of range, or contradict each other. All that were found are listed.
    #[error("the configuration is invalid:{}", list(.0))]
    Invalid(Vec<Problem>),
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

/// One thing wrong with one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The setting's full name, such as `api.listen`.
    pub field: String,
    /// Where its value came from.
    pub origin: Origin,
    /// What is wrong. Never holds the value of a secret.
    pub reason: String,
    /// What to do about it.
    pub mend: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}; {}", self.field, self.origin, self.reason, self.mend)
    }
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Unset,
    /// The configuration file.
    File(PathBuf),
    /// The environment variable of this name.
    Variable(String),
    /// The command line flag of this name.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("not set"),
            Self::File(path) => write!(f, "set in {}", path.display()),
            Self::Variable(name) => write!(f, "set by {name}"),
            Self::Flag(name) => write!(f, "set by {name}"),
        }
    }
}

/// Collects problems while settings are checked, so that all are told at once.
pub(super) struct Problems<'a> {
    layers: &'a Figment,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(layers: &'a Figment) -> Self {
        Self { layers, found: Vec::new() }
    }

    pub(super) fn add(&mut self, field: &str, reason: impl Into<String>, mend: impl Into<String>) {
        let origin = layers::origin(self.layers, field);
        self.found.push(Problem {
            field: field.to_owned(),
            origin,
            reason: reason.into(),
            mend: mend.into(),
        });
    }

    pub(super) fn range<T>(&mut self, field: &str, value: T, range: &RangeInclusive<T>)
    where
        T: PartialOrd + Copy + fmt::Display,
    {
        if !range.contains(&value) {
            let (low, high) = (range.start(), range.end());
            let mend = match layers::origin(self.layers, field) {
                // Another setting moved the range away from the default.
                Origin::Unset => "set it to a number in the range",
                _ => "choose a number in the range, or leave it out for the default",
            };
            self.add(field, format!("must be from {low} to {high}, got {value}"), mend);
        }
    }

    /// Checks a name that becomes a key, a label and part of a variable's name: lower case, digits, `-`, single `_`.
    pub(super) fn name(&mut self, field: &str, name: &str) {
        const NAME_MAX_BYTES: usize = 32;
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if name.is_empty() || name.len() > NAME_MAX_BYTES || !name.chars().all(allowed) || name.contains("__")
        {
            self.add(
                field,
                format!("{name:?} cannot be a name"),
                format!("use 1 to {NAME_MAX_BYTES} of a-z, 0-9, `-` and single `_`"),
            );
        }
    }

    pub(super) fn into_result(self) -> Result<(), ConfigError> {
        if self.found.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(self.found)) }
    }
}

/// Puts the words of the layering library into ours.
pub(super) fn from_figment(layers: &Figment, error: figment::Error) -> ConfigError {
    ConfigError::Invalid(error.into_iter().map(|one| to_problem(layers, &one)).collect())
}

fn to_problem(layers: &Figment, error: &figment::Error) -> Problem {
    let mut path = error.path.clone();
    let (reason, mend) = match &error.kind {
        Kind::UnknownField(_, known) => {
            ("is not a setting".to_owned(), format!("remove it, or use one of: {}", known.join(", ")))
        }
        Kind::MissingField(name) => {
            path.push(name.clone().into_owned());
            ("is required here".to_owned(), "set it, or remove the table it belongs to".to_owned())
        }
        Kind::UnknownVariant(got, known) => {
            (format!("{got:?} is not one of its values"), format!("use one of: {}", known.join(", ")))
        }
        Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
            let wanted = wanted_in_plain_words(expected);
            // A secret of the wrong type is still a secret, also where its table was expected.
            let reason = if is_confidential(&path) || wanted == A_TABLE {
                "is of the wrong kind".to_owned()
            } else {
                format!("cannot be {}", got_in_plain_words(actual))
            };
            (reason, format!("write {wanted}"))
        }
        other => (other.to_string(), "compare it with the commented example configuration".to_owned()),
    };
    let (reason, mend) = split_own_words(&error.kind).unwrap_or((reason, mend));
    let field = path.join(".");
    Problem { origin: layers::origin(layers, &field), field, reason, mend }
}

/// Our own parsers say reason and remedy in one message, which serde carries as one text.
pub(super) const REMEDY_MARK: &str = "; ";

fn split_own_words(kind: &Kind) -> Option<(String, String)> {
    let Kind::Message(message) = kind else { return None };
    let (reason, mend) = message.rsplit_once(REMEDY_MARK)?;
    Some((reason.to_owned(), mend.to_owned()))
}

fn is_confidential(path: &[String]) -> bool {
    path.last().is_some_and(|name| name == "secret" || name == "url")
}

const A_TABLE: &str = "a table";

fn got_in_plain_words(actual: &Actual) -> String {
    match actual {
        Actual::Bool(value) => value.to_string(),
        Actual::Unsigned(value) => value.to_string(),
        Actual::Signed(value) => value.to_string(),
        Actual::Float(value) => value.to_string(),
        Actual::Str(value) => format!("{value:?}"),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => A_TABLE.to_owned(),
        other => other.to_string(),
    }
}

fn wanted_in_plain_words(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative".to_owned(),
        "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" => "text in quotes".to_owned(),
        "path string" => "a path in quotes".to_owned(),
        other if other.starts_with("struct ") || other == "a map" => A_TABLE.to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Environment, Overrides};

    fn said(toml: &str) -> String {
        Config::parse_toml(toml).unwrap_err().to_string()
    }

    #[test]
    fn every_fault_names_setting_origin_and_remedy() {
        let faults = [
            "listen = '127.0.0.1:80'",
            "[api]\nlisen = '127.0.0.1:80'",
            "[api]\nlisten = 'here'",
            "[api]\nlisten = 8080",
            "[api]\npublic_docs = 'perhaps'",
            "[api.inbound]\ntext_max_chars = -1",
            "[api]\nrate_limit_burst = 50",
            "database = 'postgres://quinn:hidden@db/p'",
            "[database]\nurl = 'mysql://quinn:hidden@db/p'",
            "[queue]\nurl = 'redis'\nmax_outstanding = 8000\nnamespace = 'Guest House'",
            "[worker.classify]\nlease_ms = '30s'",
            "[worker.orchestrate]\nconcurrency = 1",
            "[worker.draft.retry]\nbase_ms = 5000\ncap_ms = 1000",
            "[scheduler]\ntick_ms = 5000",
            "[scheduler.retention]\njobs_days = 0",
            "[pipeline]\nquiet_window_ms = 40000",
            "[pipeline]\ndefault_zone = 'Lisbon'",
            "[pipeline]\nquiet_hours = { start = '9pm', end = '08:00' }",
            "[pipeline]\nquiet_hours = { start = '21:00' }",
            "[pipeline]\nquiet_hours = { start = '21:00', end = '21:00' }",
            "[pipeline]\nfrequency_cap = { max = 0, window_s = 86400 }",
            "[pipeline.channel_window_s]\nWhatsApp = 86400",
            "[sinks.bridge]\nsecret = 'whsec_hidden'",
            "[sinks.bridge]\nurl = 'ftp://host'\nsecret = 'hidden'",
            "[sinks.bridge]\nurl = 'https://host'",
            "[sinks.bridge]\nurl = 'https://host'\nsecret = 12345",
            "[sinks.bridge]\nurl = 'https://host'\nsecret_env = 'NOT_THERE'",
            "[sinks.bridge]\nurl = 'https://host'\nsecret_file = '/not/there'",
            "[sinks.bridge]\nurl = 'https://host'\nsecret = 'hidden'\nsecret_env = 'NOT_THERE'",
            "[dispatch]\ndefault_sink = 'bridge'",
            "[telemetry]\nlog_format = 'xml'",
            "[telemetry]\nlog_filter = 'prospector=loud'",
            "[api",
        ];
        let report = faults.map(|fault| format!("{fault}\n-> {}\n", said(fault))).join("\n");
        assert!(!report.split("-> ").skip(1).any(|answer| {
            let answer = answer.split("\n\n").next().unwrap_or_default();
            answer.contains("hidden") || answer.contains("12345")
        }));
        insta::assert_snapshot!(report);
    }

    #[test]
    fn a_fault_in_a_variable_or_a_flag_is_blamed_on_it() {
        let environment = Environment::of(&[
            ("PROSPECTOR_QUEUE__MAX_OUTSTANDING", "many"),
            ("PROSPECTOR_PORT", "tcp://10.0.0.1:80"),
        ]);
        let error = Config::load_with(None, &environment, &Overrides::new()).unwrap_err().to_string();
        assert!(
            error.contains("queue.max_outstanding (set by PROSPECTOR_QUEUE__MAX_OUTSTANDING): cannot be"),
            "{error}"
        );

        let environment = Environment::of(&[("PROSPECTOR_DATADIR", "/data")]);
        let error = Config::load_with(None, &environment, &Overrides::new()).unwrap_err().to_string();
        assert!(
            error.contains("datadir (set by PROSPECTOR_DATADIR): is not a setting; remove it, or use"),
            "{error}"
        );

        let flags = Overrides::new().with("--max-outstanding", "queue.max_outstanding", 0);
        let error = Config::load_with(None, &Environment::default(), &flags).unwrap_err().to_string();
        assert!(
            error.contains("queue.max_outstanding (set by --max-outstanding): must be from 1 to 2000"),
            "{error}"
        );
    }

    #[test]
    fn variables_are_text_and_become_numbers_only_where_one_is_wanted() {
        let environment = Environment::of(&[
            ("PROSPECTOR_QUEUE__NAMESPACE", "007"),
            ("PROSPECTOR_API__RATE_LIMIT_BURST", "500"),
            ("PROSPECTOR_API__PUBLIC_DOCS", "false"),
            ("PROSPECTOR_DATA_DIR", "42"),
            ("PROSPECTOR_PIPELINE__QUIET_HOURS__START", "21:00"),
            ("PROSPECTOR_PIPELINE__QUIET_HOURS__END", "08:30"),
            ("PROSPECTOR_PIPELINE__CHANNEL_WINDOW_S__WEB_CHAT", "600"),
        ]);
        let config = Config::load_with(None, &environment, &Overrides::new()).unwrap();
        assert_eq!((config.queue.namespace.as_str(), config.api.rate_limit_burst), ("007", 500));
        assert_eq!(config.database.url.expose(), "sqlite:42/prospector.db");
        assert!(!config.api.public_docs);
        assert_eq!(config.pipeline.quiet_hours.unwrap().end, jiff::civil::time(8, 30, 0, 0));
        assert_eq!(config.pipeline.channel_window_s["web_chat"], 600);
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let environment = Environment::of(&[("PROSPECTOR_CONFIG", "/not/there.toml")]);
        let error = Config::load_with(None, &environment, &Overrides::new()).unwrap_err().to_string();
        assert!(error.starts_with("cannot read the configuration file /not/there.toml: "), "{error}");
    }
}
