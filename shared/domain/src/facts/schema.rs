//! The checked form of facts.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    channels::Channels,
    place::Location,
    policy::{PaymentTerms, PriceInWriting},
    rate::{Deposit, Rate},
    read::RawFacts,
};
use crate::{content_hash::ContentHash, money::Currency};

/// Everything the business states about itself. Made by [`Facts::parse_toml`] and [`Facts::parse_json`] only, so that
/// what is here has been checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawFacts")]
pub struct Facts {
    /// One line about the business, for people and prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Names of business and owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<Business>,
    /// IANA time zone of the business, such as `Europe/Dublin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The currency of every amount.
    pub currency: Currency,
    /// Prices, at most 200.
    pub rates: Vec<Rate>,
    /// What is paid in advance, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Deposit>,
    /// Whether a price may be written at all. Default allowed.
    pub price_in_writing: PriceInWriting,
    /// How and when guests pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_terms: Option<PaymentTerms>,
    /// Places, in order of importance.
    pub locations: Vec<Location>,
    /// Ways to be talked to.
    pub channels: Channels,
    /// Telephone numbers, addresses, links and handles that may be written to anybody.
    pub public_contacts: Vec<String>,
    /// What is never offered, in plain words.
    pub never_offer: Vec<String>,
    /// Services that are never named in writing, in plain words; not even to refuse them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub never_in_writing: Vec<String>,
    /// Longest reply in graphemes, 20 to 4,000. Default 320.
    pub max_chars: u32,
    /// Most segments of a text message a reply may take, 1 to 40. Not limited unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_segments: Option<u32>,
    /// Most emoji in a reply, 0 to 20. Default 1.
    pub max_emoji: u32,
    /// Languages replies may be in, as BCP 47 tags such as `en`; the first is the usual one. Default `en`.
    pub languages: Vec<String>,
    /// What the house is like, by topic: `check_in`, `breakfast`, `wifi`, …
    pub house: BTreeMap<String, String>,
    /// Fixed sentences, by topic: `opt_out`, …
    pub notices: BTreeMap<String, String>,
}

/// Names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// Name of the business.
    pub name: String,
    /// First name of the owner, who signs replies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl Facts {
    /// Identifies this version: equal for equal content, whatever the layout or the format of the file.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of_json(self)
    }

    /// The canonical JSON form, which [`Facts::parse_json`] reads back.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("facts have text keys and no floats")
    }

    /// The place that counts on `day`: the first one open then, or else the one that opens next. Without a day, the
    /// first one.
    #[must_use]
    pub fn location_on(&self, day: Option<Date>) -> Option<&Location> {
        let Some(day) = day else { return self.locations.first() };
        let open = self.locations.iter().find(|location| location.is_open_on(day));
        open.or_else(|| {
            let upcoming = self.locations.iter().filter(|location| !location.is_over_on(day));
            upcoming.min_by_key(|location| location.from)
        })
    }
}
