//! What a message states besides what it wants: dates, nights, party, rooms, money, times, channels, places.

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::situation::Archetype;

/// Everything a message states, as far as rules can read it. Texts are as said, after Unicode normalisation.
///
/// A value that could mean two things is not resolved: it stays as a text with its value empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Atoms {
    /// Every date mentioned, in order of appearance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<SaidDate>,
    /// First night, when the dates say it without doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Date>,
    /// Day of leaving, when the dates, or arrival and nights, say it without doubt. Always after `arrival`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departure: Option<Date>,
    /// Length of the stay, 1 to 366: as said, or counted from arrival to departure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nights: Option<u16>,
    /// Who comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
    /// How many rooms, 1 to 99.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rooms: Option<u16>,
    /// Every amount of money mentioned, in order of appearance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub money_asked: Vec<SaidMoney>,
    /// Every other channel asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channel_asked: Vec<SaidChannel>,
    /// The place a stay is looked for in, when it is named and none of the business's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_asked: Option<String>,
    /// Every time of day mentioned, in order of appearance.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<SaidTime>,
    /// The kind of guest the message gives away, such as "we stayed with you last year".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_kind: Option<Archetype>,
}

impl Atoms {
    /// True when a date was mentioned that a person could look up in a calendar: a day, a weekend or a holiday, not
    /// merely a week or a month.
    #[must_use]
    pub fn dates_given(&self) -> bool {
        self.dates
            .iter()
            .any(|said| matches!(said.precision, Precision::Day | Precision::Weekend | Precision::Holiday))
    }

    /// How many come, when that can be told.
    #[must_use]
    pub fn party_size(&self) -> Option<u16> {
        self.party.and_then(|party| party.people)
    }

    /// True when the guest named a price of their own.
    #[must_use]
    pub fn offer_made(&self) -> bool {
        self.money_asked.iter().any(|said| said.offer)
    }

    /// True when the message stated something about a stay: dates, nights, party or rooms.
    #[must_use]
    pub fn speaks_of_a_stay(&self) -> bool {
        !self.dates.is_empty() || self.nights.is_some() || self.party.is_some() || self.rooms.is_some()
    }
}

/// How finely a date was said.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
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
pub enum Precision {
    /// One day.
    Day,
    /// A weekend.
    Weekend,
    /// A named holiday whose extent is open, such as Christmas.
    Holiday,
    /// A week.
    Week,
    /// A month.
    Month,
}

/// One date as said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidDate {
    /// The words.
    pub text: String,
    /// How fine they are.
    pub precision: Precision,
    /// The day they mean in the business's calendar, when there is no doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// One time of day as said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidTime {
    /// The words.
    pub text: String,
    /// The time they mean, when there is no doubt: "at 5" has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
}

/// Who comes, each figure 0 to 999 and empty when not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Party {
    /// Adults, as said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adults: Option<u16>,
    /// Children of any age, as said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<u16>,
    /// All of them, when it was said or follows from the other two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<u16>,
}

/// One amount of money as said by the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidMoney {
    /// The words.
    pub text: String,
    /// The amount.
    pub amount: Decimal,
    /// ISO 4217 code, when a currency was said without doubt. A dollar sign alone is `USD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// True when the guest proposes it as the price, as in "could you do 60?".
    pub offer: bool,
}

/// One request for another channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidChannel {
    /// The words.
    pub text: String,
    /// Which.
    pub kind: ChannelKind,
}

/// A way to talk other than the thread's own.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
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
pub enum ChannelKind {
    /// A telephone call.
    Call,
    /// A video call.
    Video,
    /// Coming by to look before a stay.
    Visit,
    /// Another messenger, or e-mail.
    OtherApp,
}
