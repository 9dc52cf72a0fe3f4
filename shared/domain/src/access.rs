//! What a caller with an API key may do.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// One permission of an API key. The text form never changes once shipped.
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
pub enum Scope {
    /// Hand in messages and single jobs.
    Enqueue,
    /// Look at everything.
    Read,
    /// Decide what an operator decides: approve, reject, take over, pause. Includes `read`.
    Operate,
    /// Everything, including settings, facts, canon and playbook.
    Admin,
}

impl Scope {
    /// True when this permission includes `other`.
    #[must_use]
    pub const fn includes(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Admin, _)
                | (Self::Operate, Self::Operate | Self::Read)
                | (Self::Read, Self::Read)
                | (Self::Enqueue, Self::Enqueue)
        )
    }
}

/// The permissions of one API key; written as words separated by spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// True when one of the permissions includes `wanted`.
    #[must_use]
    pub fn allow(&self, wanted: Scope) -> bool {
        self.0.iter().any(|held| held.includes(wanted))
    }

    /// The permissions, each once, in the order of [`Scope`].
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

/// Why a text is not a list of permissions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("scope must be one of enqueue, read, operate, admin, got {0:?}")]
pub struct InvalidScope(String);

impl FromStr for Scopes {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        text.split_whitespace().map(|word| word.parse().map_err(|_| InvalidScope(word.to_owned()))).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|scope| scope.into()).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admin_implies_all_and_operate_implies_read() {
        let allowed = |text: &str| -> Vec<Scope> {
            let scopes: Scopes = text.parse().unwrap();
            Scope::VARIANTS.iter().copied().filter(|wanted| scopes.allow(*wanted)).collect()
        };
        assert_eq!(allowed("admin"), Scope::VARIANTS);
        assert_eq!(allowed("operate"), [Scope::Read, Scope::Operate]);
        assert_eq!(allowed("read"), [Scope::Read]);
        assert_eq!(allowed("enqueue read"), [Scope::Enqueue, Scope::Read]);
        assert_eq!(allowed(""), []);
    }

    #[test]
    fn text_form_round_trips_and_rubbish_is_named() {
        let scopes: Scopes = "read  enqueue read".parse().unwrap();
        assert_eq!(scopes.to_string(), "enqueue read");
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["enqueue","read"]"#);
        let said = "read root".parse::<Scopes>().unwrap_err().to_string();
        assert_eq!(said, "scope must be one of enqueue, read, operate, admin, got \"root\"");
    }
}
