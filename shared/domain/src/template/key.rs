//! Keys of the canon: the seventeen situations a fixed text exists for, written `①` to `⑰`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How many template keys there are.
pub const TEMPLATE_KEY_COUNT: u8 = 17;
/// `①`. The circled numbers from 1 to 20 follow each other in Unicode.
const CIRCLED_ONE: u32 = 0x2460;

/// Names one fixed text of the canon: a number from 1 to [`TEMPLATE_KEY_COUNT`], written as a circled number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TemplateKey(u8);

/// Why a text is not a template key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template key must be one of ① to ⑰, or a number from 1 to {TEMPLATE_KEY_COUNT}, got {0:?}")]
pub struct InvalidTemplateKey(String);

impl TemplateKey {
    /// ① Welcomes somebody who only said hello.
    pub const GREETING: Self = Self(1);
    /// ② States the rates.
    pub const PRICE_QUOTE: Self = Self(2);
    /// ③ Asks which dates somebody has in mind.
    pub const AVAILABILITY: Self = Self(3);
    /// ④ Dates were given: the owner checks them and confirms.
    pub const AVAILABILITY_DATES: Self = Self(4);
    /// ⑤ Asks what is needed to book: dates and party.
    pub const BOOKING_START: Self = Self(5);
    /// ⑥ A booking is to be changed.
    pub const BOOKING_CHANGE: Self = Self(6);
    /// ⑦ A booking is to be cancelled.
    pub const BOOKING_CANCEL: Self = Self(7);
    /// ⑧ The rates are not negotiable.
    pub const PRICE_IS_FIXED: Self = Self(8);
    /// ⑨ Where the business is.
    pub const LOCATION: Self = Self(9);
    /// ⑩ Somebody looks for a stay elsewhere.
    pub const WRONG_PLACE: Self = Self(10);
    /// ⑪ Times of arrival and departure.
    pub const CHECK_IN_OUT: Self = Self(11);
    /// ⑫ What the house offers.
    pub const HOUSE_INFO: Self = Self(12);
    /// ⑬ How and when to pay, and the deposit.
    pub const PAYMENT_DEPOSIT: Self = Self(13);
    /// ⑭ Only text messages are answered.
    pub const TEXT_ONLY: Self = Self(14);
    /// ⑮ Thanks and goodbye.
    pub const THANKS_CLOSING: Self = Self(15);
    /// ⑯ Confirms an opt-out; the only text that may follow one.
    pub const OPT_OUT_CONFIRMATION: Self = Self(16);
    /// ⑰ A problem was reported: sorry, and the owner looks after it.
    pub const PROBLEM_ACK: Self = Self(17);

    /// The key with this number, when it is within 1 to [`TEMPLATE_KEY_COUNT`].
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        if number >= 1 && number <= TEMPLATE_KEY_COUNT { Some(Self(number)) } else { None }
    }

    /// Its number, 1 to [`TEMPLATE_KEY_COUNT`].
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The situation it is for, in one line, as a model is told.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self.0 {
            1 => "Welcomes somebody who only said hello",
            2 => "States the rates",
            3 => "Asks which dates somebody has in mind",
            4 => "Dates were given: the owner checks them and confirms",
            5 => "Asks what is needed to book: dates and party",
            6 => "A booking is to be changed",
            7 => "A booking is to be cancelled",
            8 => "The rates are not negotiable",
            9 => "Where the business is",
            10 => "Somebody looks for a stay elsewhere",
            11 => "Times of arrival and departure",
            12 => "What the house offers",
            13 => "How and when to pay, and the deposit",
            14 => "Only text messages are answered",
            15 => "Thanks and goodbye",
            16 => "Confirms an opt-out; the only text that may follow one",
            _ => "A problem was reported: sorry, and the owner looks after it",
        }
    }

    /// Its text form, such as `③`.
    #[must_use]
    pub fn as_char(self) -> char {
        char::from_u32(CIRCLED_ONE + u32::from(self.0) - 1)
            .expect("U+2460 to U+2470 are assigned and no surrogates")
    }

    /// Every key in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=TEMPLATE_KEY_COUNT).map(Self)
    }
}

impl FromStr for TemplateKey {
    type Err = InvalidTemplateKey;

    fn from_str(text: &str) -> Result<Self, InvalidTemplateKey> {
        let mut chars = text.chars();
        let number = match (chars.next(), chars.next()) {
            (Some(circled), None) if u32::from(circled) >= CIRCLED_ONE => {
                u8::try_from(u32::from(circled) - CIRCLED_ONE + 1).ok()
            }
            // `parse` alone would let `+3` and `003` through.
            (Some('1'..='9'), _) => text.parse().ok(),
            _ => None,
        };
        number.and_then(Self::from_number).ok_or_else(|| InvalidTemplateKey(text.to_owned()))
    }
}

impl fmt::Display for TemplateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

impl TryFrom<String> for TemplateKey {
    type Error = InvalidTemplateKey;
    fn try_from(text: String) -> Result<Self, InvalidTemplateKey> {
        text.parse()
    }
}

impl From<TemplateKey> for String {
    fn from(key: TemplateKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circled_and_plain_numbers_are_read_and_circled_ones_written() {
        let written: String = TemplateKey::all().map(TemplateKey::as_char).collect();
        assert_eq!(written, "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰");
        for key in TemplateKey::all() {
            assert_eq!(key.to_string().parse::<TemplateKey>().unwrap(), key);
            assert_eq!(key.number().to_string().parse::<TemplateKey>().unwrap(), key);
            let json = serde_json::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<TemplateKey>(&json).unwrap(), key);
        }
        assert_eq!(TemplateKey::PROBLEM_ACK.to_string(), "⑰");
    }

    #[test]
    fn anything_else_is_refused_with_the_reason() {
        for text in ["", "0", "18", "⑱", "⓪", "①①", "+3", "03", " 3", "three", "256", "-1", "\u{10ffff}"]
        {
            let said = text.parse::<TemplateKey>().unwrap_err().to_string();
            assert!(said.contains("one of ① to ⑰"), "{said}");
            assert!(said.contains(&format!("{text:?}")), "{said}");
        }
    }
}
