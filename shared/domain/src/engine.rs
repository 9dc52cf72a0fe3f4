//! Ids of draft engines: `template`, or `do-gpu-<modelname>_<version_build>`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Longest engine id accepted, in bytes. It becomes a metric label and a file name, so it stays short.
pub const ENGINE_ID_MAX_BYTES: usize = 128;
const GPU_PREFIX: &str = "do-gpu-";

/// The engine that writes drafts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum EngineId {
    /// The fixed text of a template key: no model, no dependencies. The default and the fallback.
    Template,
    /// An open-weight model on a rented GPU, pinned to exact weights by its build.
    Gpu {
        /// Model name, such as `mistral-nemo-12b-uncensored`.
        model: String,
        /// Version and build, such as `2026-06-29.1`.
        build: String,
    },
}

/// Why a text is not an engine id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEngineId {
    /// Neither `template` nor `do-gpu-…`.
    #[error("engine id must be `template` or start with `do-gpu-`, got {0:?}")]
    UnknownKind(String),
    /// The separator is missing or appears twice.
    #[error("engine id must have exactly one `_`, between model name and build, got {0:?}")]
    Separator(String),
    /// Nothing before or after the separator.
    #[error("engine id has an empty {0}")]
    Empty(&'static str),
    /// A character outside the allowed set.
    #[error("engine id {part} may hold only a-z, 0-9, `.` and `-`, found {found:?}")]
    Character {
        /// Which part.
        part: &'static str,
        /// The first offending character.
        found: char,
    },
    /// Longer than [`ENGINE_ID_MAX_BYTES`].
    #[error("engine id is {0} bytes long, at most {ENGINE_ID_MAX_BYTES} are allowed")]
    TooLong(usize),
}

impl FromStr for EngineId {
    type Err = InvalidEngineId;

    fn from_str(text: &str) -> Result<Self, InvalidEngineId> {
        if text.len() > ENGINE_ID_MAX_BYTES {
            return Err(InvalidEngineId::TooLong(text.len()));
        }
        if text == "template" {
            return Ok(Self::Template);
        }
        let rest =
            text.strip_prefix(GPU_PREFIX).ok_or_else(|| InvalidEngineId::UnknownKind(text.to_owned()))?;
        let (model, build) =
            rest.rsplit_once('_').ok_or_else(|| InvalidEngineId::Separator(text.to_owned()))?;
        if model.contains('_') {
            return Err(InvalidEngineId::Separator(text.to_owned()));
        }
        check_part("model name", model)?;
        check_part("build", build)?;
        Ok(Self::Gpu { model: model.to_owned(), build: build.to_owned() })
    }
}

fn check_part(part: &'static str, text: &str) -> Result<(), InvalidEngineId> {
    if text.is_empty() {
        return Err(InvalidEngineId::Empty(part));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    match text.chars().find(|c| !allowed(*c)) {
        Some(found) => Err(InvalidEngineId::Character { part, found }),
        None => Ok(()),
    }
}

impl fmt::Display for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template => f.write_str("template"),
            Self::Gpu { model, build } => write!(f, "{GPU_PREFIX}{model}_{build}"),
        }
    }
}

impl TryFrom<String> for EngineId {
    type Error = InvalidEngineId;
    fn try_from(text: String) -> Result<Self, InvalidEngineId> {
        text.parse()
    }
}

impl From<EngineId> for String {
    fn from(id: EngineId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spec_example_splits_at_its_underscore() {
        let text = "do-gpu-mistral-nemo-12b-uncensored_2026-06-29.1";
        let id: EngineId = text.parse().unwrap();
        assert_eq!(
            id,
            EngineId::Gpu { model: "mistral-nemo-12b-uncensored".into(), build: "2026-06-29.1".into() }
        );
        assert_eq!(id.to_string(), text);
    }

    #[test]
    fn anything_else_is_refused_with_the_reason() {
        let said = |text: &str| text.parse::<EngineId>().unwrap_err().to_string();
        assert!(said("gpt").contains("must be `template` or start with `do-gpu-`"));
        assert!(said("Template").contains("must be `template`"));
        assert!(said("do-gpu-a_b_c").contains("exactly one `_`"));
        assert!(said("do-gpu-abc").contains("exactly one `_`"));
        assert_eq!(said("do-gpu-_1"), "engine id has an empty model name");
        assert_eq!(said("do-gpu-a_"), "engine id has an empty build");
        assert!(said("do-gpu-a/b_1").contains("found '/'"));
        assert!(said(&format!("do-gpu-{}_1", "a".repeat(200))).contains("bytes long"));
    }
}
