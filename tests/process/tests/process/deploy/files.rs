//! The files of the project as they are, and the tools that check them.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// As in `tests/install-deploy-checks`, a folder that is not absolute lies in the project's.
const DEFAULT_TOOLS: &str = "target/deploy-checks";
/// Prints the documents of a YAML file as one JSON array. Anchors and merges are resolved on the way.
const TO_JSON: &str = "import json, sys, yaml\n\
                       with open(sys.argv[1], encoding='utf-8') as file:\n    \
                       json.dump(list(yaml.safe_load_all(file)), sys.stdout)";

pub(super) fn path(name: &str) -> PathBuf {
    Path::new(PROJECT).join(name)
}

pub(super) fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The documents of a file in YAML.
pub(super) fn yaml(name: &str) -> Vec<Value> {
    let printed = passes(tool("python").args(["-c", TO_JSON]).arg(path(name)));
    serde_json::from_str(&printed).unwrap()
}

/// A tool that `tests/install-deploy-checks` has installed.
pub(super) fn tool(name: &str) -> Command {
    let folder = std::env::var_os("PROSPECTOR_DEPLOY_CHECKS").unwrap_or_else(|| DEFAULT_TOOLS.into());
    let program = path("").join(folder).join("bin").join(name);
    assert!(program.exists(), "{name} is not installed; run tests/install-deploy-checks, as ./test does");
    Command::new(program)
}

/// Runs a command that must succeed, and returns what it printed.
pub(super) fn passes(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{said}\n{complained}");
    said.into_owned()
}

/// The lines of a file of variables: name and value. Comments are left out.
pub(super) fn variables(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The list at `pointer`; empty when there is nothing.
pub(super) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text at `pointer`.
pub(super) fn word<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("no text at {pointer} in {value:#}"))
}

/// The texts of the list at `pointer`.
pub(super) fn words(value: &Value, pointer: &str) -> Vec<String> {
    list(value, pointer).iter().map(|word| word.as_str().expect("a list of texts").to_owned()).collect()
}
