//! What things cost: rates by unit, and the deposit.

use std::{borrow::Cow, str::FromStr as _};

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, de};
use strum::{Display, IntoStaticStr, VariantArray};

use crate::money::{Amount, Currency, money_text};

/// The price of one service, for one unit of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// What is sold, in the words used towards guests: `double room`.
    pub service: String,
    /// The price of one unit, in the currency of the facts.
    pub amount: Amount,
    /// What one unit is.
    pub per: Unit,
    /// The fewest units sold at once, from 1 to 366.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_units: Option<u32>,
}

impl Rate {
    /// The rate in words, such as `double room €80 per night`.
    #[must_use]
    pub fn words(&self, currency: Currency) -> String {
        format!("{} {} per {}", self.service, money_text(self.amount.value(), currency), self.per)
    }
}

/// What a rate is charged for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Display,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Unit {
    /// One night's stay.
    Night,
    /// One hour.
    Hour,
    /// One day.
    Day,
    /// One week.
    Week,
    /// One month.
    Month,
    /// Each person.
    Person,
    /// A whole group, whatever its size: never multiplied.
    Group,
    /// A whole stay, whatever its length: never multiplied.
    Stay,
    /// One session.
    Session,
    /// One piece.
    Item,
}

impl Unit {
    /// True when several units add up to a total, as nights do and groups do not.
    #[must_use]
    pub const fn adds_up(self) -> bool {
        !matches!(self, Self::Group | Self::Stay)
    }

    /// The unit that a word in lower case names, singular or plural.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "night" | "nights" | "nite" | "nt" => Self::Night,
            "hour" | "hours" | "hr" | "hrs" | "h" => Self::Hour,
            "day" | "days" => Self::Day,
            "week" | "weeks" | "wk" => Self::Week,
            "month" | "months" => Self::Month,
            "person" | "persons" | "people" | "guest" | "guests" | "head" | "adult" | "pp" => Self::Person,
            "group" | "groups" => Self::Group,
            "stay" | "stays" => Self::Stay,
            "session" | "sessions" => Self::Session,
            "item" | "items" | "piece" | "pieces" => Self::Item,
            _ => return None,
        })
    }
}

/// What is paid in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deposit {
    /// A fixed amount, in the currency of the facts.
    Amount(Amount),
    /// A share of the total.
    Percent(Percent),
}

impl Deposit {
    /// The deposit in words: `€50`, or `30%`.
    #[must_use]
    pub fn words(self, currency: Currency) -> String {
        match self {
            Self::Amount(amount) => money_text(amount.value(), currency),
            Self::Percent(percent) => format!("{}%", percent.value()),
        }
    }
}

/// A share in percent, above 0 and at most 100. Read from an integer or from a decimal in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Percent(Decimal);

impl Percent {
    /// The share as a number: 30 for 30%.
    #[must_use]
    pub const fn value(self) -> Decimal {
        self.0
    }
}

impl JsonSchema for Percent {
    fn schema_name() -> Cow<'static, str> {
        "Percent".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A share in percent: an integer, or a decimal in quotes such as \"12.5\".",
            "anyOf": [
                { "type": "integer", "minimum": 1, "maximum": 100 },
                { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$" },
            ],
        })
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The rules of an amount hold (exact, positive, no floats); only the upper bound differs.
        let value = Amount::deserialize(deserializer)?.value();
        let hundred = Decimal::from_str("100").expect("a literal number");
        if value > hundred {
            return Err(de::Error::custom(format!("must be a percentage of at most 100, got {value}")));
        }
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_from_their_own_names() {
        for unit in Unit::VARIANTS {
            assert_eq!(Unit::of_word(&unit.to_string()), Some(*unit));
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.to_string());
        }
        assert_eq!(Unit::of_word("moon"), None);
    }

    #[test]
    fn a_deposit_is_an_amount_or_a_share_and_nothing_else() {
        let read = |json: &str| serde_json::from_str::<Deposit>(json);
        let euro = "EUR".parse().unwrap();
        assert_eq!(read(r#"{"amount": 100}"#).unwrap().words(euro), "€100");
        assert_eq!(read(r#"{"percent": "30.0"}"#).unwrap().words(euro), "30%");
        assert!(read(r#"{"percent": 101}"#).unwrap_err().to_string().contains("at most 100"));
        assert!(read(r#"{"share": 1}"#).unwrap_err().to_string().contains("expected `amount` or `percent`"));
        let written = serde_json::to_string(&read(r#"{"percent": 30}"#).unwrap()).unwrap();
        assert_eq!(written, r#"{"percent":"30"}"#);
    }
}
