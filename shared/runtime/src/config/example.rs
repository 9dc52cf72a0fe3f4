//! The commented example of a configuration file.

use super::load::Config;

impl Config {
    /// A configuration file with every setting, its meaning, unit, range and default. It parses to the defaults.
    #[must_use]
    pub const fn example_toml() -> &'static str {
        include_str!("example.toml")
    }
}

/// The example, with the `#` taken from lines that are settings without a default.
pub(super) fn with_optional_settings() -> String {
    let enabled = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.is_empty() && !setting.starts_with(' ') => setting.to_owned(),
        _ => line.to_owned(),
    };
    Config::example_toml().lines().map(enabled).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::{Environment, Overrides};

    fn paths(value: &serde_json::Value, at: &str, found: &mut BTreeSet<String>) {
        let Some(table) = value.as_object() else {
            found.insert(at.to_owned());
            return;
        };
        for (name, nested) in table {
            paths(nested, &format!("{at}.{name}"), found);
        }
    }

    #[test]
    fn it_parses_to_the_defaults() {
        assert_eq!(Config::parse_toml(Config::example_toml()).unwrap(), Config::default());
    }

    #[test]
    fn it_names_every_setting_and_its_optional_lines_are_valid() {
        let text = with_optional_settings();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prospector.toml");
        std::fs::write(&file, &text).unwrap();
        let environment =
            Environment::of(&[("BRIDGE_SECRET", "whsec_cHJvc3BlY3Rvci1leGFtcGxlLXNlY3JldC0wMQ==")]);
        let config = Config::load_with(Some(&file), &environment, &Overrides::new()).unwrap();
        assert_eq!(config.dispatch.sink_for("sms"), Some("bridge"));

        let (mut resolved, mut written) = (BTreeSet::new(), BTreeSet::new());
        paths(&serde_json::to_value(&config).unwrap(), "", &mut resolved);
        paths(&serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap(), "", &mut written);
        assert!(written.remove(".sinks.bridge.secret_env") && resolved.remove(".sinks.bridge.secret"));
        assert!(resolved.remove(".failpoint"), "a fail-point is for tests, not for a file");
        assert_eq!(resolved, written);
    }
}
