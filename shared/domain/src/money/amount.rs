//! Exact amounts of money, and how they are written for people.

use std::{borrow::Cow, fmt, str::FromStr};

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::Currency;

/// Largest amount accepted in facts: beyond it a typing error is likelier than a rate.
pub const AMOUNT_MAX: i64 = 100_000_000;

/// A positive amount of money in the business's currency, above 0 and at most [`AMOUNT_MAX`].
///
/// Read from an integer or from a decimal in quotes (`80`, `"80.50"`); a bare fraction such as `80.5` would pass
/// through binary floating point and is refused. Kept without trailing zeros, so that `"80.00"` equals `80`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// Why something is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an amount such as 80 or \"80.50\", above 0 and at most {AMOUNT_MAX}, got {0}")]
pub struct InvalidAmount(String);

impl Amount {
    /// The amount as a number.
    #[must_use]
    pub const fn value(self) -> Decimal {
        self.0
    }

    fn checked(value: Decimal) -> Option<Self> {
        let within = value > Decimal::ZERO && value <= Decimal::from(AMOUNT_MAX);
        within.then(|| Self(value.normalize()))
    }
}

impl FromStr for Amount {
    type Err = InvalidAmount;

    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        // `Decimal::from_str` also takes `1_000`, `+1` and `.5`: in a facts file those are slips of the pen.
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && text.starts_with(|c: char| c.is_ascii_digit())
            && text.ends_with(|c: char| c.is_ascii_digit());
        let value = if plain { Decimal::from_str(text).ok() } else { None };
        value.and_then(Self::checked).ok_or_else(|| InvalidAmount(format!("{text:?}")))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> Cow<'static, str> {
        "Amount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount of money: an integer, or a decimal in quotes such as \"80.50\".",
            "anyOf": [
                { "type": "integer", "minimum": 1, "maximum": AMOUNT_MAX },
                { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$" },
            ],
        })
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AmountVisitor)
    }
}

struct AmountVisitor;

impl de::Visitor<'_> for AmountVisitor {
    type Value = Amount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, or a decimal in quotes such as \"80.50\"")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Amount, E> {
        Amount::checked(value.into()).ok_or_else(|| E::custom(InvalidAmount(value.to_string())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Amount, E> {
        Amount::checked(value.into()).ok_or_else(|| E::custom(InvalidAmount(value.to_string())))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Amount, E> {
        Err(E::custom(format!("money is never a floating-point number: put {value} in quotes")))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
        text.parse().map_err(E::custom)
    }
}

/// Writes an amount as people read it: sign or code in front, thousands separated by commas, decimals only when there
/// are any. `€80`, `€80.50`, `$1,250`, `CHF 95`, `¥9,000`.
#[must_use]
pub fn money_text(amount: Decimal, currency: Currency) -> String {
    let mut exact = amount.normalize();
    if exact.scale() > 0 {
        exact.rescale(exact.scale().max(u32::from(currency.digits())));
    }
    let plain = exact.to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = match currency.sign() {
        Some(sign) => sign.to_owned(),
        None => format!("{} ", currency.code()),
    };
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_and_quoted_decimals_are_read_exactly() {
        let read = |json: &str| serde_json::from_str::<Amount>(json).map(|a| a.to_string());
        assert_eq!(read("80").unwrap(), "80");
        assert_eq!(read("\"80.00\"").unwrap(), "80");
        assert_eq!(read("\"80.50\"").unwrap(), "80.5");
        assert_eq!(read("\"0.1\"").unwrap(), "0.1");
    }

    #[test]
    fn floats_signs_and_zero_are_refused_with_the_reason() {
        let said = |json: &str| serde_json::from_str::<Amount>(json).unwrap_err().to_string();
        assert!(said("80.5").contains("put 80.5 in quotes"));
        for json in ["0", "-5", "\"-5\"", "\"+5\"", "\".5\"", "\"5.\"", "\"1_000\"", "\"1,000\"", "100000001"]
        {
            assert!(said(json).contains("must be an amount"), "{json}: {}", said(json));
        }
        assert!(said("true").contains("an integer, or a decimal in quotes"));
    }

    #[test]
    fn amounts_are_written_for_people() {
        let text = |amount: &str, code: &str| money_text(amount.parse().unwrap(), code.parse().unwrap());
        assert_eq!(text("80", "EUR"), "€80");
        assert_eq!(text("80.5", "EUR"), "€80.50");
        assert_eq!(text("80.00", "EUR"), "€80");
        assert_eq!(text("1250", "USD"), "$1,250");
        assert_eq!(text("1234567.8", "GBP"), "£1,234,567.80");
        assert_eq!(text("95", "CHF"), "CHF 95");
        assert_eq!(text("9000", "JPY"), "¥9,000");
        assert_eq!(text("1.5", "KWD"), "KWD 1.500");
    }
}
