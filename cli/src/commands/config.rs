//! `prospector config`: the settings in force, and all that there are.

use prospector_runtime::config::{Config, EffectiveSetting};
use serde_json::Value;

use crate::{
    args::{Common, ConfigCommand},
    output,
};

pub(crate) fn run(common: &Common, command: &ConfigCommand) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Show { changed, json } => show(common, *changed, *json),
        ConfigCommand::Reference { json: true } => output::json(&Config::reference()),
        ConfigCommand::Reference { json: false } => {
            output::line(Config::reference_markdown().trim_end());
            Ok(())
        }
        ConfigCommand::Example => {
            output::line(Config::example_toml().trim_end());
            Ok(())
        }
    }
}

fn show(common: &Common, changed: bool, json: bool) -> anyhow::Result<()> {
    let mut settings = Config::effective(common.config.as_deref(), &common.overrides())?;
    settings.retain(|setting| !changed || setting.is_set());
    output::rows(&settings, json, &["setting", "value", "set by"], columns)
}

fn columns(setting: &EffectiveSetting) -> Vec<String> {
    let value = match &setting.value {
        Value::Null => "-".to_owned(),
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    vec![setting.path.clone(), value, setting.origin.clone()]
}
