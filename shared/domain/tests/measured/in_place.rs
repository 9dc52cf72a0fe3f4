//! The data that is kept beside the repository.

use std::{collections::BTreeMap, fs, path::Path};

use prospector_domain::{facts::Facts, gate::Gate};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A file of the shared data; none, with a word about it, where it is missing.
pub(crate) fn text(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is not here", path.display());
    }
    text
}

/// The rows of a file with one JSON value a line.
pub(crate) fn rows<T: DeserializeOwned>(file: &str) -> Option<Vec<T>> {
    Some(text(file)?.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The gates of the businesses that the labelled drafts are written for.
pub(crate) fn businesses() -> Option<BTreeMap<String, Gate>> {
    let profiles: BTreeMap<String, Value> = serde_json::from_str(&text("gate/facts.json")?).unwrap();
    let gate = |profile: &Value| Gate::new(Facts::parse_json(&profile.to_string()).unwrap());
    Some(profiles.iter().map(|(name, profile)| (name.clone(), gate(profile))).collect())
}
