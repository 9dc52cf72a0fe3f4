//! The whole canon: read, written, told apart.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Deserialize;

use super::{
    entry::{CanonEntry, CanonKind, InvalidEntry, Template, VoiceRule},
    key::TemplateKey,
};
use crate::{
    content_hash::ContentHash,
    document::{one_line, path_of},
};

/// Longest canon accepted, in bytes.
pub const CANON_MAX_BYTES: usize = 256 * 1024;
/// Most voice rules, lines and safety rules together.
const VOICE_RULES_MAX: usize = 200;

/// The business's words: a fixed text for every template key, and rules of voice. Complete by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canon {
    templates: BTreeMap<TemplateKey, Template>,
    voice: Vec<VoiceRule>,
}

/// Why a text, or a set of entries, is not a canon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonError {
    /// Longer than [`CANON_MAX_BYTES`].
    #[error("canon is {0} bytes long, at most {CANON_MAX_BYTES} are allowed")]
    TooLarge(usize),
    /// Not TOML. The message names line and column.
    #[error("canon is not valid TOML: {0}")]
    Syntax(String),
    /// A field is missing, unknown or of the wrong type.
    #[error("canon field `{field}`: {reason}")]
    Field {
        /// Its path, such as `template[3].key`.
        field: String,
        /// What is wrong.
        reason: String,
    },
    /// An entry is not one.
    #[error("canon entry {kind} {name}: {reason}")]
    Entry {
        /// What it should be.
        kind: CanonKind,
        /// Its name.
        name: String,
        /// What is wrong.
        reason: InvalidEntry,
    },
    /// Two entries of one kind and name.
    #[error("canon entry {kind} {name} is there twice")]
    Twice {
        /// Their kind.
        kind: CanonKind,
        /// Their name.
        name: String,
    },
    /// Template keys without a text.
    #[error("canon has no template for {}", .0.iter().map(TemplateKey::to_string).collect::<Vec<_>>().join(" "))]
    Missing(Vec<TemplateKey>),
    /// More voice rules than [`VOICE_RULES_MAX`].
    #[error("canon has {0} voice, line and safety entries, at most {VOICE_RULES_MAX} are allowed")]
    TooMany(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCanon {
    #[serde(default)]
    template: Vec<RawTemplate>,
    #[serde(default)]
    voice: Vec<RawRule>,
    #[serde(default)]
    line: Vec<RawRule>,
    #[serde(default)]
    safety: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTemplate {
    key: TemplateKey,
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    name: String,
    text: String,
}

impl Canon {
    /// Reads a canon written in TOML: `[[template]]` with `key` and `body`, and `[[voice]]`, `[[line]]` and
    /// `[[safety]]` with `name` and `text`.
    ///
    /// # Errors
    /// [`CanonError`] naming the line, the field or the entry.
    pub fn parse_toml(text: &str) -> Result<Self, CanonError> {
        if text.len() > CANON_MAX_BYTES {
            return Err(CanonError::TooLarge(text.len()));
        }
        let document = toml::Deserializer::parse(text)
            .map_err(|error| CanonError::Syntax(one_line(&error.to_string())))?;
        let raw: RawCanon = serde_path_to_error::deserialize(document).map_err(|error| {
            CanonError::Field { field: path_of(error.path()), reason: one_line(error.inner().message()) }
        })?;
        let templates = raw.template.into_iter().map(|template| CanonEntry {
            kind: CanonKind::Template,
            name: template.key.to_string(),
            body: template.body,
        });
        let rules =
            [(CanonKind::Voice, raw.voice), (CanonKind::Line, raw.line), (CanonKind::Safety, raw.safety)];
        let rules = rules.into_iter().flat_map(|(kind, rules)| {
            rules.into_iter().map(move |rule| CanonEntry { kind, name: rule.name, body: rule.text })
        });
        Self::from_entries(templates.chain(rules))
    }

    /// Puts a canon together from its entries, in any order.
    ///
    /// # Errors
    /// [`CanonError`] when an entry is not one, is there twice, or a template key has no text.
    pub fn from_entries(entries: impl IntoIterator<Item = CanonEntry>) -> Result<Self, CanonError> {
        let mut canon = Self { templates: BTreeMap::new(), voice: Vec::new() };
        for entry in entries {
            let CanonEntry { kind, name, .. } = entry.clone();
            let is_new = canon.insert(entry).map_err(|reason| CanonError::Entry {
                kind,
                name: name.clone(),
                reason,
            })?;
            if !is_new {
                return Err(CanonError::Twice { kind, name });
            }
        }
        let missing: Vec<TemplateKey> =
            TemplateKey::all().filter(|key| !canon.templates.contains_key(key)).collect();
        if !missing.is_empty() {
            return Err(CanonError::Missing(missing));
        }
        if canon.voice.len() > VOICE_RULES_MAX {
            return Err(CanonError::TooMany(canon.voice.len()));
        }
        // Kinds together; within a kind the order is the author's.
        canon.voice.sort_by_key(VoiceRule::kind);
        Ok(canon)
    }

    /// Adds an entry; false when there is one of its kind and name.
    fn insert(&mut self, entry: CanonEntry) -> Result<bool, InvalidEntry> {
        if entry.kind == CanonKind::Template {
            let template = Template::new(entry.name.parse()?, entry.body)?;
            return Ok(self.templates.insert(template.key(), template).is_none());
        }
        let rule = VoiceRule::new(entry.kind, entry.name, entry.body)?;
        let is_new = !self.voice.iter().any(|other| other.kind == rule.kind && other.name == rule.name);
        self.voice.push(rule);
        Ok(is_new)
    }

    /// The fixed text for a situation.
    #[must_use]
    pub fn template(&self, key: TemplateKey) -> &Template {
        self.templates.get(&key).expect("a canon without a text for every key is never made")
    }

    /// The fixed texts, in order of their keys.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    /// Voice rules, lines and safety rules, in this order.
    #[must_use]
    pub fn voice(&self) -> &[VoiceRule] {
        &self.voice
    }

    /// Every entry in its flat form, which [`Canon::from_entries`] reads back.
    pub fn entries(&self) -> impl Iterator<Item = CanonEntry> {
        self.templates.values().map(CanonEntry::from).chain(self.voice.iter().map(CanonEntry::from))
    }

    /// Identifies this version: equal for equal content, whatever the layout of the file.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of_json(&self.entries().collect::<Vec<_>>())
    }

    /// The canon as a file, which [`Canon::parse_toml`] reads back.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut file = String::new();
        for entry in self.entries() {
            let (name, body) = match entry.kind {
                CanonKind::Template => ("key", "body"),
                _ => ("name", "text"),
            };
            let quoted = |text: String| toml::Value::String(text).to_string();
            let (kind, name_text, body_text) = (entry.kind, quoted(entry.name), quoted(entry.body));
            let separator = if file.is_empty() { "" } else { "\n" };
            write!(file, "{separator}[[{kind}]]\n{name} = {name_text}\n{body} = {body_text}\n")
                .expect("writing to a string cannot fail");
        }
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_canon_survives_its_file_and_its_entries() {
        let canon = example::canon();
        let again = Canon::parse_toml(&canon.to_toml()).unwrap();
        assert_eq!(again, canon);
        assert_eq!(again.content_hash(), canon.content_hash());
        let mut entries: Vec<CanonEntry> = canon.entries().collect();
        entries.rotate_left(3);
        assert_eq!(Canon::from_entries(entries).unwrap(), canon, "the order of the entries does not matter");
    }

    #[test]
    fn odd_texts_survive_too() {
        let mut entries: Vec<CanonEntry> = example::canon().entries().collect();
        entries[0].body = "\"Quotes\", \\slashes\\, 'ticks'\nlines\tand 🙂 # {{ place }}".to_owned();
        let canon = Canon::from_entries(entries).unwrap();
        assert_eq!(Canon::parse_toml(&canon.to_toml()).unwrap(), canon);
    }

    #[test]
    fn another_text_is_another_version() {
        let canon = example::canon();
        let mut entries: Vec<CanonEntry> = canon.entries().collect();
        entries[4].body.push('!');
        assert_ne!(Canon::from_entries(entries).unwrap().content_hash(), canon.content_hash());
    }

    #[test]
    fn a_refusal_names_the_place() {
        let said = |text: &str| Canon::parse_toml(text).unwrap_err().to_string();
        let with = |extra: &str| said(&format!("{}\n{extra}", example::CANON_TOML));
        assert!(said("[[template").starts_with("canon is not valid TOML: TOML parse error at line 1"));
        assert_eq!(
            said("[[template]]\nkey = \"③\"\nbody = \" \""),
            "canon entry template ③: text must not be empty"
        );
        assert!(
            said("[[template]]\nkey = \"18\"\nbody = \"x\"")
                .starts_with("canon field `template[0].key`: template key")
        );
        assert!(
            said("[[template]]\nkey = \"3\"\nbody = \"x\"").starts_with("canon has no template for ① ② ④")
        );
        assert_eq!(with("[[template]]\nkey = \"3\"\nbody = \"x\""), "canon entry template ③ is there twice");
        assert_eq!(
            with("[[voice]]\nname = \"who_speaks\"\ntext = \"x\""),
            "canon entry voice who_speaks is there twice"
        );
        assert!(
            with("[[voice]]\nname = \"Who\"\ntext = \"x\"")
                .contains("voice Who: name must be at most 64 of a-z")
        );
        assert!(with("[[rule]]\nname = \"a\"").contains("unknown field `rule`"));
        let long = format!("[[line]]\nname = \"a\"\ntext = \"{}\"", "x".repeat(2_001));
        assert!(with(&long).contains("2001 characters long"));
        assert!(said(&" ".repeat(CANON_MAX_BYTES + 1)).contains("at most 262144"));
    }
}
