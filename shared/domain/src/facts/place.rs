//! Where the business works, and when.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place the business works in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The town, as written towards guests.
    #[serde(alias = "place")]
    pub city: String,
    /// Other names and codes of the same town.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Street address, when guests may know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// First day, when the business is there for a while only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub from: Option<Date>,
    /// Last day, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub to: Option<Date>,
    /// Whose place it is. Default: the business's.
    #[serde(default)]
    pub at: PlaceOwner,
}

impl Location {
    /// True when the business is there on `day`.
    #[must_use]
    pub fn is_open_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && !self.is_over_on(day)
    }

    /// True when the business has left for good by `day`.
    #[must_use]
    pub fn is_over_on(&self, day: Date) -> bool {
        self.to.is_some_and(|to| to < day)
    }
}

/// Whose place a service happens at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceOwner {
    /// The client comes to the business.
    #[default]
    Business,
    /// The business comes to the client.
    Client,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_includes_both_its_days() {
        let json = r#"{"place": "Galway", "from": "2026-03-10", "to": "2026-03-14"}"#;
        let location: Location = serde_json::from_str(json).unwrap();
        let open = |day: &str| location.is_open_on(day.parse().unwrap());
        assert!(!open("2026-03-09") && open("2026-03-10") && open("2026-03-14") && !open("2026-03-15"));
        assert_eq!(location.at, PlaceOwner::Business);
    }
}
