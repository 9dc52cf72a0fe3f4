//! The layers a configuration is put together from, and which of them set a value.

use std::{
    collections::BTreeMap,
    fmt::Display,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};

use super::error::{ConfigError, Origin};

const PREFIX: &str = "PROSPECTOR_";
/// Between the parts of a nested setting's name in a variable. Single `_` occurs inside the parts.
const NESTING: &str = "__";
/// Names the configuration file; it is about the layers and so is not a setting itself.
pub(super) const FILE_VARIABLE: &str = "PROSPECTOR_CONFIG";
const ENVIRONMENT_LAYER: &str = "environment";

/// The environment variables a configuration is read from, taken once.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The variables of this process. A variable that is not UTF-8 is left out: no setting can hold it.
    #[must_use]
    pub fn of_process() -> Self {
        let utf8 = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self { variables: std::env::vars_os().filter_map(utf8).collect() }
    }

    /// Variables given as pairs, as tests do.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { variables: pairs.iter().map(owned).collect() }
    }

    /// Whether whoever started this process wants no colours: `NO_COLOR` is set to anything (<https://no-color.org>).
    #[must_use]
    pub fn refuses_colour(&self) -> bool {
        self.get("NO_COLOR").is_some_and(|text| !text.is_empty())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The settings among the variables: name in lower case with dots, and text.
    fn settings(&self) -> impl Iterator<Item = (String, &str)> {
        self.variables.iter().filter_map(|(name, value)| {
            let key = name.strip_prefix(PREFIX)?;
            let is_setting = name != FILE_VARIABLE && !is_service_link(key);
            is_setting.then(|| (key.to_ascii_lowercase().replace(NESTING, "."), value.as_str()))
        })
    }
}

/// Kubernetes sets variables such as `PROSPECTOR_API_PORT=tcp://…` in every container beside a service named
/// `prospector-api`. They are not ours, and refusing them would stop every container.
fn is_service_link(key: &str) -> bool {
    let is_port = |part: &str| part.is_empty() || part.starts_with(|c: char| c.is_ascii_digit());
    let has_port = key.split("PORT").skip(1).any(|rest| is_port(rest.trim_start_matches('_')));
    !key.contains(NESTING) && (key.contains("SERVICE_HOST") || key.contains("SERVICE_PORT") || has_port)
}

/// Settings given on the command line; they win over everything else.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    flags: Vec<FlagLayer>,
}

#[derive(Debug, Clone)]
struct FlagLayer {
    flag: String,
    field: String,
    value: String,
}

impl Overrides {
    /// No overrides.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets `field`, such as `api.listen`, to `value`, on behalf of `flag`, such as `--listen`.
    #[must_use]
    pub fn with(mut self, flag: &str, field: &str, value: impl Display) -> Self {
        self.flags.push(FlagLayer {
            flag: flag.to_owned(),
            field: field.to_owned(),
            value: value.to_string(),
        });
        self
    }

    /// As [`Self::with`] when the flag was given, else unchanged.
    #[must_use]
    pub fn with_some(self, flag: &str, field: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(flag, field, value),
            None => self,
        }
    }
}

/// Stacks the layers.
pub(super) fn stack(file: Option<FileLayer>, environment: &Environment, overrides: &Overrides) -> Figment {
    let mut layers = Figment::new();
    if let Some(file) = file {
        layers = layers.merge(file);
    }
    layers = layers.merge(EnvironmentLayer(environment));
    for flag in &overrides.flags {
        layers = layers.merge(flag);
    }
    layers
}

/// Which layer set `field`; [`Origin::Unset`] when none did.
pub(super) fn origin(layers: &Figment, field: &str) -> Origin {
    let Some(metadata) = layers.find_metadata(field) else { return Origin::Unset };
    if let Some(path) = metadata.source.as_ref().and_then(|source| source.file_path()) {
        return Origin::File(path.to_owned());
    }
    if metadata.name == ENVIRONMENT_LAYER {
        return Origin::Variable(variable_name(field));
    }
    Origin::Flag(metadata.name.clone().into_owned())
}

pub(super) fn variable_name(field: &str) -> String {
    format!("{PREFIX}{}", field.replace('.', NESTING).to_ascii_uppercase())
}

/// The configuration file, read and parsed.
pub(super) struct FileLayer {
    path: PathBuf,
    table: toml::Table,
}

impl FileLayer {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let table = text.parse::<toml::Table>().map_err(|error| {
            // The parser's long form quotes the faulty line, which may hold a secret.
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            ConfigError::Syntax {
                path: path.to_owned(),
                reason: format!("line {line}: {}", error.message().replace('\n', ", ")),
            }
        })?;
        Ok(Self { path: path.to_owned(), table })
    }
}

impl Provider for FileLayer {
    fn metadata(&self) -> Metadata {
        Metadata::from("file", self.path.as_path())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let value = Value::serialize(&self.table)?;
        Ok(Profile::Default.collect(value.into_dict().unwrap_or_default()))
    }
}

struct EnvironmentLayer<'a>(&'a Environment);

impl Provider for EnvironmentLayer<'_> {
    fn metadata(&self) -> Metadata {
        Metadata::named(ENVIRONMENT_LAYER)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut dict = Dict::new();
        for (field, text) in self.0.settings() {
            insert(&mut dict, &field, text);
        }
        Ok(Profile::Default.collect(dict))
    }
}

impl Provider for FlagLayer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.flag.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut dict = Dict::new();
        insert(&mut dict, &self.field, &self.value);
        Ok(Profile::Default.collect(dict))
    }
}

/// Puts `text` at the dotted `field`. Values stay text here, so that a password of digits keeps its zeroes; numbers are
/// read from it where a number is wanted.
fn insert(dict: &mut Dict, field: &str, text: &str) {
    let Some((table, rest)) = field.split_once('.') else {
        dict.insert(field.to_owned(), Value::from(text));
        return;
    };
    let mut nested = match dict.remove(table) {
        Some(Value::Dict(_, nested)) => nested,
        _ => Dict::new(),
    };
    insert(&mut nested, rest, text);
    dict.insert(table.to_owned(), Value::from(nested));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_links_are_told_from_settings() {
        for link in [
            "PORT",
            "PORT_8080_TCP",
            "SERVICE_HOST",
            "API_PORT",
            "API_SERVICE_PORT_HTTP",
            "API_PORT_80_TCP_ADDR",
        ] {
            assert!(is_service_link(link), "{link}");
        }
        for setting in ["DATA_DIR", "API__LISTEN", "SINKS__PORT__URL", "REPORT_TO", "PORTAL"] {
            assert!(!is_service_link(setting), "{setting}");
        }
    }

    #[test]
    fn each_layer_wins_over_the_one_before_and_is_named() {
        let file =
            FileLayer::parse(Path::new("p.toml"), "data_dir = 'a'\n[api]\nlisten = 'b'\npublic_docs = true")
                .unwrap();
        let environment = Environment::of(&[("PROSPECTOR_API__LISTEN", "c"), ("PROSPECTOR_QUEUE__URL", "d")]);
        let flags = Overrides::new().with("--queue", "queue.url", "e").with_some("--x", "x", None::<&str>);
        let layers = stack(Some(file), &environment, &flags);
        let found = |field: &str| layers.find_value(field).unwrap().into_string().unwrap();
        assert_eq!(
            (found("data_dir"), found("api.listen"), found("queue.url")),
            ("a".into(), "c".into(), "e".into())
        );
        assert_eq!(origin(&layers, "api.public_docs"), Origin::File("p.toml".into()));
        assert_eq!(origin(&layers, "api.listen"), Origin::Variable("PROSPECTOR_API__LISTEN".into()));
        assert_eq!(origin(&layers, "queue.url"), Origin::Flag("--queue".into()));
        assert_eq!(origin(&layers, "api.nothing"), Origin::Unset);
    }

    #[test]
    fn a_broken_file_is_named_with_its_line_and_without_its_text() {
        let Err(error) = FileLayer::parse(Path::new("p.toml"), "[sinks.a]\nsecret = whsec_hidden") else {
            panic!("the value lacks its quotes")
        };
        let said = error.to_string();
        assert!(said.starts_with("the configuration file p.toml is not valid TOML: line 2: "), "{said}");
        assert!(!said.contains("hidden"), "{said}");
    }
}
