//! What a workflow takes from the canon: `voice` for all of a kind, `voice:warm_and_brief` for one entry, and
//! `template` for the fixed text of the very key that is answered.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::template::{Canon, CanonKind, TemplateKey};

/// Entries of the canon that a writer is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContextRef {
    kind: CanonKind,
    name: Option<String>,
}

/// Why a text names nothing of the canon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be `KIND` or `KIND:NAME`, with KIND one of {kinds}, got {0:?}", kinds = kinds())]
pub struct InvalidContextRef(String);

fn kinds() -> String {
    CanonKind::VARIANTS.iter().map(CanonKind::to_string).collect::<Vec<_>>().join(", ")
}

impl ContextRef {
    /// Their kind.
    #[must_use]
    pub const fn kind(&self) -> CanonKind {
        self.kind
    }

    /// The name of the one entry; none for all of the kind, or for the template of the key that is answered.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The template key meant, when `answered` is the one being answered; none for the other kinds.
    pub(super) fn template_key(&self, answered: TemplateKey) -> Option<TemplateKey> {
        let is_template = self.kind == CanonKind::Template;
        is_template.then(|| self.name.as_deref().map_or(Some(answered), |name| name.parse().ok())).flatten()
    }

    /// The texts of its voice rules, lines or safety rules, in the canon's order.
    pub(super) fn texts<'a>(&'a self, canon: &'a Canon) -> impl Iterator<Item = &'a str> {
        let wanted = canon.voice().iter().filter(|rule| {
            rule.kind() == self.kind && self.name.as_deref().is_none_or(|name| name == rule.name())
        });
        wanted.map(|rule| rule.text())
    }

    /// True when the canon has it.
    pub(super) fn is_in(&self, canon: &Canon) -> bool {
        // A canon has a text for every key; a kind of rules may be empty only when no single one of it is wanted.
        self.kind == CanonKind::Template || self.name.is_none() || self.texts(canon).next().is_some()
    }
}

impl FromStr for ContextRef {
    type Err = InvalidContextRef;

    fn from_str(text: &str) -> Result<Self, InvalidContextRef> {
        let invalid = || InvalidContextRef(text.chars().take(80).collect());
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) => (kind, Some(name)),
            None => (text, None),
        };
        let kind: CanonKind = kind.parse().map_err(|_| invalid())?;
        let name = match name {
            // One spelling of each, so that a file is written as it was read.
            Some(key) if kind == CanonKind::Template => {
                Some(key.parse::<TemplateKey>().map_err(|_| invalid())?.to_string())
            }
            Some(name) if name.is_empty() || name.len() > 64 || name.trim() != name => return Err(invalid()),
            name => name.map(str::to_owned),
        };
        Ok(Self { kind, name })
    }
}

impl TryFrom<String> for ContextRef {
    type Error = InvalidContextRef;
    fn try_from(text: String) -> Result<Self, InvalidContextRef> {
        text.parse()
    }
}

impl From<ContextRef> for String {
    fn from(wanted: ContextRef) -> Self {
        wanted.to_string()
    }
}

impl fmt::Display for ContextRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{}:{name}", self.kind),
            None => write!(f, "{}", self.kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    fn read(text: &str) -> ContextRef {
        text.parse().unwrap()
    }

    #[test]
    fn one_entry_or_all_of_a_kind() {
        let canon = example::canon();
        assert_eq!(read("voice").texts(&canon).count(), 3);
        let line = read("line:not_booked_yet");
        assert_eq!(
            line.texts(&canon).collect::<Vec<_>>(),
            ["Nothing is booked until Quinn has confirmed it here."]
        );
        assert!(!read("line:warm_and_brief").is_in(&canon), "that is a voice rule");
        assert!(read("safety").is_in(&canon) && read("template:③").is_in(&canon));
        assert_eq!(read("template").template_key(TemplateKey::GREETING), Some(TemplateKey::GREETING));
        assert_eq!(read("template:3").template_key(TemplateKey::GREETING), Some(TemplateKey::AVAILABILITY));
        assert_eq!(read("template:3").to_string(), "template:③");
        assert_eq!(read("voice").template_key(TemplateKey::GREETING), None);
    }

    #[test]
    fn anything_else_is_refused_with_what_there_is() {
        for text in ["", "facts", "voice:", "template:18", "voice: x", ":voice", "Voice"] {
            let said = text.parse::<ContextRef>().unwrap_err().to_string();
            assert!(said.contains("one of template, voice, line, safety"), "{said}");
        }
    }
}
