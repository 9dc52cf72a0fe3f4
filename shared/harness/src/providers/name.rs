//! Names of machines: what ties a machine to its row, and keeps two installations in one account apart.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest prefix, in bytes: a name is `{prefix}-{uuid}`, and a host name has at most 63 bytes.
const PREFIX_MAX_BYTES: usize = 26;

/// The prefix of the names of all machines of one installation, which is also their tag. 1 to 26 of `a-z`, `0-9` and
/// `-`, beginning with a letter and not ending with `-`. Two installations that share an account need two prefixes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Installation(String);

/// Why a text is not a prefix.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the prefix {0:?} of machine names must be 1 to {PREFIX_MAX_BYTES} characters of a-z, 0-9 and `-`, beginning with a \
     letter and not ending with `-`"
)]
pub struct InvalidInstallation(String);

impl Installation {
    /// Checks a prefix.
    ///
    /// # Errors
    /// [`InvalidInstallation`] when it would not make a host name.
    pub fn new(prefix: impl Into<String>) -> Result<Self, InvalidInstallation> {
        let prefix = prefix.into();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = prefix.len() <= PREFIX_MAX_BYTES
            && prefix.starts_with(|c: char| c.is_ascii_lowercase())
            && !prefix.ends_with('-')
            && prefix.chars().all(allowed);
        if fits { Ok(Self(prefix)) } else { Err(InvalidInstallation(prefix)) }
    }

    /// The prefix, which is also the tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a node's machine, such as `guesthouse-019ca945-0a00-7000-8000-000000000001`.
    #[must_use]
    pub fn machine_name(&self, node_id: Uuid) -> String {
        format!("{}-{}", self.0, node_id.hyphenated())
    }

    /// The node whose machine has this name; none when the name is not one of this installation. Upper case is
    /// accepted, because some providers change the case of host names.
    #[must_use]
    pub fn node_id(&self, machine_name: &str) -> Option<Uuid> {
        let (prefix, rest) = machine_name.split_at_checked(self.0.len())?;
        let id = rest.strip_prefix('-')?;
        // `Uuid` also reads braces, urns and ids without hyphens, none of which we write.
        let hyphenated = id.len() == uuid::fmt::Hyphenated::LENGTH;
        if !prefix.eq_ignore_ascii_case(&self.0) || !hyphenated {
            return None;
        }
        Uuid::parse_str(id).ok()
    }
}

impl fmt::Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Installation {
    type Err = InvalidInstallation;

    fn from_str(text: &str) -> Result<Self, InvalidInstallation> {
        Self::new(text)
    }
}

impl TryFrom<String> for Installation {
    type Error = InvalidInstallation;

    fn try_from(text: String) -> Result<Self, InvalidInstallation> {
        Self::new(text)
    }
}

impl From<Installation> for String {
    fn from(installation: Installation) -> Self {
        installation.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_makes_a_host_name_is_a_prefix() {
        for good in ["a", "guesthouse", "guesthouse-2", &"a".repeat(26)] {
            assert_eq!(Installation::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "-a", "a-", "1a", "A", "a_b", "a b", "käse", &"a".repeat(27)] {
            assert!(Installation::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_prefix_that_begins_like_another_does_not_own_its_machines() {
        let (short, long) = (Installation::new("a").unwrap(), Installation::new("a-b").unwrap());
        let id = Uuid::from_u128(7);
        assert_eq!(short.node_id(&long.machine_name(id)), None);
        assert_eq!(long.node_id(&short.machine_name(id)), None);
    }

    #[test]
    fn a_name_of_someone_else_has_no_node() {
        let ours = Installation::new("guesthouse").unwrap();
        let id = Uuid::from_u128(7);
        assert_eq!(ours.node_id(&ours.machine_name(id).to_uppercase()), Some(id));
        for other in ["", "guesthouse", "guesthouse-", "guesthouse-web-1", "ä", "guesthouseé-1"] {
            assert_eq!(ours.node_id(other), None, "{other:?}");
        }
        assert_eq!(ours.node_id(&format!("guesthouse-{}", id.simple())), None);
        assert_eq!(ours.node_id(&format!("guesthouse-{}-copy", id)), None);
    }

    proptest! {
        #[test]
        fn every_name_is_a_host_name_and_leads_back_to_its_node(prefix in "[a-z][a-z0-9-]{0,24}[a-z0-9]", id: u128) {
            let installation = Installation::new(prefix).unwrap();
            let name = installation.machine_name(Uuid::from_u128(id));
            prop_assert!(name.len() <= 63);
            prop_assert_eq!(installation.node_id(&name), Some(Uuid::from_u128(id)));
        }
    }
}
