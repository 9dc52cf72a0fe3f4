//! Content hashes: what tells two versions of facts or canon apart, however the file was laid out.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a canonical text, written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash([u8; 32]);

/// Why a text is not a content hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("content hash must be 64 hexadecimal digits, got {0:?}")]
pub struct InvalidContentHash(String);

impl ContentHash {
    /// Hashes a canonical text.
    #[must_use]
    pub fn of(canonical: &[u8]) -> Self {
        Self(Sha256::digest(canonical).into())
    }

    /// Hashes the compact JSON of a value. Canonical as long as the value's maps are sorted ones and its fields are
    /// written in a fixed order, which holds for derived `Serialize` over structs and `BTreeMap`s.
    #[must_use]
    pub(crate) fn of_json(value: &impl Serialize) -> Self {
        let canonical = serde_json::to_vec(value)
            .expect("derived Serialize with text keys and no floats cannot fail into memory");
        Self::of(&canonical)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for ContentHash {
    type Err = InvalidContentHash;

    fn from_str(text: &str) -> Result<Self, InvalidContentHash> {
        let invalid = || InvalidContentHash(text.to_owned());
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(invalid());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| invalid())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for ContentHash {
    type Error = InvalidContentHash;
    fn try_from(text: String) -> Result<Self, InvalidContentHash> {
        text.parse()
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_and_rubbish_is_refused() {
        let hash = ContentHash::of(b"abc");
        let text = hash.to_string();
        assert_eq!(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(text.parse::<ContentHash>().unwrap(), hash);
        for rubbish in ["", "ba78", &"g".repeat(64), &"é".repeat(32)] {
            assert!(rubbish.parse::<ContentHash>().is_err(), "{rubbish:?}");
        }
    }
}
