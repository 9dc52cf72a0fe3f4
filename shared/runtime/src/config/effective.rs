//! What is in force, and where each value was set.

use std::path::Path;

use figment::Figment;
use serde::Serialize;
use serde_json::Value;

use super::{
    engine::INFERENCE_URL_VARIABLE,
    error::{ConfigError, Origin},
    layers::{self, Environment, Overrides},
    load::Config,
};

/// Stands for what must not be shown.
const HIDDEN: &str = "***";
/// The origin of what nobody set.
const DEFAULT: &str = "default";

/// One value in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EffectiveSetting {
    /// The setting's full name.
    pub path: String,
    /// Its value, without secrets; null when it has none.
    pub value: Value,
    /// Where it was set: `default`, or the file, variable or flag.
    pub origin: String,
}

impl EffectiveSetting {
    /// Whether anybody set it.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.origin != DEFAULT
    }
}

impl Config {
    /// Every setting in force, in the order of the types. Secrets, passwords and the environment of a local server, which
    /// often holds some, are hidden.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn effective(
        file: Option<&Path>,
        overrides: &Overrides,
    ) -> Result<Vec<EffectiveSetting>, ConfigError> {
        Self::effective_with(file, &Environment::of_process(), overrides)
    }

    /// As [`Config::effective`], with the environment given.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn effective_with(
        file: Option<&Path>,
        environment: &Environment,
        overrides: &Overrides,
    ) -> Result<Vec<EffectiveSetting>, ConfigError> {
        let layers = Self::layers(file, environment, overrides)?;
        let config = Self::resolve(&layers, environment)?;
        let value = serde_json::to_value(&config).expect("our own types have string keys");
        let mut found = Vec::new();
        flatten(&value, "", &Layers { layers: &layers, environment }, &mut found);
        found.retain(|setting| setting.path != "failpoint" || !setting.value.is_null());
        Ok(found)
    }
}

/// What says where a value was set.
struct Layers<'a> {
    layers: &'a Figment,
    environment: &'a Environment,
}

fn flatten(value: &Value, at: &str, layers: &Layers<'_>, found: &mut Vec<EffectiveSetting>) {
    if let Value::Object(table) = value
        && !table.is_empty()
    {
        for (name, nested) in table {
            let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            flatten(nested, &path, layers, found);
        }
        return;
    }
    let is_hidden = at.starts_with("engine.command.environment.");
    found.push(EffectiveSetting {
        path: at.to_owned(),
        value: if is_hidden { Value::from(HIDDEN) } else { value.clone() },
        origin: layers.said(at),
    });
}

impl Layers<'_> {
    fn said(&self, path: &str) -> String {
        if path == "engine.static.url" && self.environment.get(INFERENCE_URL_VARIABLE).is_some() {
            return INFERENCE_URL_VARIABLE.to_owned();
        }
        // A sink's secret may be given by the name of a variable or of a file; that setting then says where.
        let ends: &[&str] = if path.ends_with(".secret") { &["", "_env", "_file"] } else { &[""] };
        let origins = ends.iter().map(|end| layers::origin(self.layers, &format!("{path}{end}")));
        match origins.into_iter().find(|origin| *origin != Origin::Unset) {
            Some(Origin::File(path)) => path.display().to_string(),
            Some(Origin::Variable(name) | Origin::Flag(name)) => name,
            Some(Origin::Unset) | None => DEFAULT.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_says_where_it_was_set_and_no_secret_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p.toml");
        let text = "[database]\nurl = 'postgres://quinn:hidden@db/p'\n\
                    [sinks.bridge]\nurl = 'https://bridge.example.com'\nsecret_env = 'BRIDGE'\n\
                    [engine.command.environment]\nHUB_TOKEN = 'hidden'\n";
        std::fs::write(&file, text).unwrap();
        let environment = Environment::of(&[
            ("PROSPECTOR_API__LISTEN", "127.0.0.1:1"),
            ("GPU_INFERENCE_URL", "http://127.0.0.1:8000"),
            ("BRIDGE", "whsec_cHJvc3BlY3Rvci1leGFtcGxlLXNlY3JldC0wMQ=="),
        ]);
        let flags = Overrides::new().with("--log", "telemetry.log_filter", "warn");
        let found = Config::effective_with(Some(&file), &environment, &flags).unwrap();
        let of = |path: &str| {
            let setting = found.iter().find(|setting| setting.path == path).unwrap();
            (setting.value.to_string(), setting.origin.clone())
        };
        let in_file = file.display().to_string();
        assert_eq!(of("database.url"), ("\"postgres://quinn:***@db/p\"".into(), in_file.clone()));
        assert_eq!(of("api.listen"), ("\"127.0.0.1:1\"".into(), "PROSPECTOR_API__LISTEN".into()));
        assert_eq!(of("telemetry.log_filter"), ("\"warn\"".into(), "--log".into()));
        assert_eq!(of("engine.static.url").1, "GPU_INFERENCE_URL");
        assert_eq!(of("sinks.bridge.secret"), ("\"***\"".into(), in_file.clone()));
        assert_eq!(of("engine.command.environment.HUB_TOKEN"), ("\"***\"".into(), in_file));
        assert_eq!(of("queue.namespace"), ("\"prospector\"".into(), "default".into()));
        assert!(!serde_json::to_string(&found).unwrap().contains("hidden"));
    }
}
