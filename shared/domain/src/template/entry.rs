//! The entries of the canon.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::key::{InvalidTemplateKey, TemplateKey};

/// Longest body of an entry, in characters, placeholders included.
const BODY_MAX_CHARS: usize = 2_000;
/// Longest name of an entry, in bytes.
const NAME_MAX_BYTES: usize = 64;

/// What an entry of the canon is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CanonKind {
    /// The fixed text of a template key.
    Template,
    /// How the business speaks.
    Voice,
    /// A sentence in the business's own words, to be used as it is.
    Line,
    /// What a writer must never do.
    Safety,
}

/// One entry of the canon, in the flat form that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CanonEntry {
    /// What it is.
    pub kind: CanonKind,
    /// Tells it from others of its kind: a template key such as `③`, or a name such as `warm_and_brief`.
    pub name: String,
    /// The template, or the text.
    pub body: String,
}

/// The fixed text of a template key, with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    key: TemplateKey,
    body: String,
}

/// A voice rule, a line or a safety rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceRule {
    pub(super) kind: CanonKind,
    pub(super) name: String,
    pub(super) text: String,
}

/// Why something is not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEntry {
    /// A template without a known key.
    #[error(transparent)]
    Key(#[from] InvalidTemplateKey),
    /// A name of another form.
    #[error("name must be at most {NAME_MAX_BYTES} of a-z, 0-9 and `_`, starting with a letter, got {0:?}")]
    Name(String),
    /// Nothing in it.
    #[error("text must not be empty")]
    Empty,
    /// Longer than [`BODY_MAX_CHARS`].
    #[error("text is {0} characters long, at most {BODY_MAX_CHARS} are allowed")]
    TooLong(usize),
}

impl Template {
    /// A template; whether it renders, and what the gate says, is asked by [`Template::check`].
    ///
    /// # Errors
    /// When the body is empty or too long.
    pub fn new(key: TemplateKey, body: impl Into<String>) -> Result<Self, InvalidEntry> {
        let body = body.into();
        check_text(&body)?;
        Ok(Self { key, body })
    }

    /// The situation it is for.
    #[must_use]
    pub const fn key(&self) -> TemplateKey {
        self.key
    }

    /// The text with its placeholders.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl VoiceRule {
    /// What it is: voice, line or safety.
    #[must_use]
    pub const fn kind(&self) -> CanonKind {
        self.kind
    }

    /// Its name, unique among its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rule, or the line.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn new(kind: CanonKind, name: String, text: String) -> Result<Self, InvalidEntry> {
        let is_name = name.len() <= NAME_MAX_BYTES
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if !is_name {
            return Err(InvalidEntry::Name(name));
        }
        check_text(&text)?;
        Ok(Self { kind, name, text })
    }
}

fn check_text(text: &str) -> Result<(), InvalidEntry> {
    if text.trim().is_empty() {
        return Err(InvalidEntry::Empty);
    }
    match text.chars().count() {
        length if length > BODY_MAX_CHARS => Err(InvalidEntry::TooLong(length)),
        _ => Ok(()),
    }
}

impl From<&Template> for CanonEntry {
    fn from(template: &Template) -> Self {
        Self { kind: CanonKind::Template, name: template.key.to_string(), body: template.body.clone() }
    }
}

impl From<&VoiceRule> for CanonEntry {
    fn from(rule: &VoiceRule) -> Self {
        Self { kind: rule.kind, name: rule.name.clone(), body: rule.text.clone() }
    }
}
