//! What is set for `command`.

use std::{collections::BTreeMap, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{environment, template::Template};
use crate::{
    providers::OfferSettings,
    settings::{Checks, SettingProblem},
};

/// Longest command line, in arguments.
const ARGUMENTS_MAX: usize = 128;

/// An inference server as a local process. In `argv` and in the values of `environment`, `{port}`, `{api_key_file}`,
/// `{api_key}`, `{model}`, `{weights}`, `{revision}`, `{engine}` and `{node_id}` stand for the node's; other text in
/// braces that could be mistaken for one of these is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CommandSettings {
    /// The program and its arguments, 1 to 128, such as `llama-server`, `--port`, `{port}`. It listens on 127.0.0.1 and
    /// stays in the foreground. Everyone on the machine can read a command line: use `{api_key_file}`, or the variable
    /// `LLM_API_KEY`, rather than `{api_key}`. No default.
    pub argv: Vec<String>,
    /// More variables of its environment, at most 128. Of ours it inherits only what finds programs, libraries, GPUs and
    /// a home; no secret. Default none.
    pub environment: BTreeMap<String, String>,
    /// Folder for keys, logs and what is known of each process; made when missing, readable for its owner alone. It must
    /// be the same after a restart. Default `machines`.
    pub state_folder: PathBuf,
    /// How long a process may take to end after it was asked to, before it is killed, in milliseconds. Range 0 to
    /// 600,000, default 10,000.
    pub stop_grace_ms: u64,
    /// What it costs; power, say. The default costs nothing.
    pub offer: OfferSettings,
}

impl Default for CommandSettings {
    fn default() -> Self {
        Self {
            argv: Vec::new(),
            environment: BTreeMap::new(),
            state_folder: PathBuf::from("machines"),
            stop_grace_ms: 10_000,
            offer: OfferSettings::default(),
        }
    }
}

impl CommandSettings {
    /// Whether the command must be told where the weights are.
    pub(super) fn wants_weights(&self) -> bool {
        let names_weights = |text: &String| text.contains("{weights}") || text.contains("{revision}");
        self.argv.iter().chain(self.environment.values()).any(names_weights)
    }

    /// Everything that is wrong with these settings.
    #[must_use]
    pub fn problems(&self) -> Vec<SettingProblem> {
        let mut checks = Checks::default();
        let names_a_program = self.argv.first().is_some_and(|program| !program.trim().is_empty());
        checks.unless(
            names_a_program && self.argv.len() <= ARGUMENTS_MAX,
            "argv",
            "must be a program and at most 127 arguments",
            "write it as [\"llama-server\", \"--port\", \"{port}\"]",
        );
        for (field, texts) in [
            ("argv", self.argv.iter().collect::<Vec<_>>()),
            ("environment", self.environment.values().collect()),
        ] {
            for unknown in texts.into_iter().filter_map(|text| Template::new(text).unknown_placeholder()) {
                checks.add(
                    field,
                    format!("holds {{{unknown}}}, which stands for nothing"),
                    "see docs/providers.md",
                );
            }
        }
        let names_fit = self.environment.keys().all(|name| environment::is_name(name));
        checks.unless(
            names_fit && self.environment.len() <= ARGUMENTS_MAX,
            "environment",
            "must be at most 128 variables whose names are of A-Z, a-z, 0-9 and _ and do not begin with PROSPECTOR_",
            "rename them",
        );
        checks.unless(
            !self.state_folder.as_os_str().is_empty(),
            "state_folder",
            "is empty",
            "name a folder that is kept over restarts",
        );
        checks.range("stop_grace_ms", &self.stop_grace_ms, &(0..=600_000));
        self.offer.check(&mut checks);
        checks.problems()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_all_that_is_needed() {
        let program = |argv: &[&str]| CommandSettings {
            argv: argv.iter().map(|argument| (*argument).to_owned()).collect(),
            ..CommandSettings::default()
        };
        assert_eq!(program(&["llama-server", "--port", "{port}", "{\"a\": 1}"]).problems(), []);
        let problems = |settings: CommandSettings| {
            settings.problems().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert!(problems(program(&[])).starts_with("argv must be a program"));
        assert_eq!(
            problems(program(&["serve", "{prot}"])),
            "argv holds {prot}, which stands for nothing; see docs/providers.md"
        );
        let mut hidden = program(&["serve"]);
        hidden.environment.insert("PROSPECTOR_NODE_ID".to_owned(), String::new());
        assert!(problems(hidden).starts_with("environment must be"));
    }
}
