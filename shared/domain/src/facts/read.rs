//! Reading facts from TOML or JSON, and checking them. Every refusal names the field.

use std::{collections::BTreeMap, fmt};

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Deserializer};

use super::{
    channels::Channels,
    error::FactsError,
    place::Location,
    policy::{PaymentTerms, PriceInWriting},
    rate::{Deposit, Rate, Unit},
    schema::{Business, Facts},
};
use crate::{
    document::{Table, one_line, path_of},
    money::{Amount, Currency},
};

/// Longest facts accepted, in bytes. They travel in every prompt, so that more would be a mistake.
pub const FACTS_MAX_BYTES: usize = 64 * 1024;
/// The version of the schema this program reads.
const SCHEMA: u32 = 1;
/// Most units a minimum may ask for.
const MIN_UNITS_MAX: u32 = 366;

/// Everything a business states about itself. The world that facts describe is closed: a price, place, channel or contact
/// that is not here does not exist.
// Every spelling that is accepted; nothing is checked across fields yet.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "Facts")]
#[serde(deny_unknown_fields)]
pub(super) struct RawFacts {
    /// The version of this schema: 1, which is also meant when it is left out.
    schema: Option<u32>,
    /// One line about the business, for people and prompts.
    about: Option<String>,
    /// Names of business and owner.
    business: Option<Table<Business>>,
    /// IANA time zone of the business, such as `Europe/Dublin`.
    zone: Option<String>,
    /// The currency of every amount, as an ISO 4217 code.
    currency: Currency,
    /// Prices.
    #[serde(default)]
    rates: Vec<Table<RawRate>>,
    /// What is paid in advance: `{ amount = 50 }` or `{ percent = 30 }`.
    deposit: Option<Deposit>,
    /// Whether a price may be written at all.
    #[serde(default)]
    price_in_writing: PriceInWriting,
    /// How and when guests pay.
    payment_terms: Option<Table<PaymentTerms>>,
    /// Where the business works, and when.
    #[serde(default)]
    locations: Vec<Table<Location>>,
    /// Ways to be talked to.
    #[serde(default)]
    channels: Table<Channels>,
    /// Telephone numbers, addresses, links and handles that may be written to anybody.
    #[serde(default)]
    public_contacts: Vec<String>,
    /// What is never offered, in plain words.
    #[serde(default)]
    never_offer: Vec<String>,
    /// What is never named in writing, in plain words.
    #[serde(default)]
    never_in_writing: Vec<String>,
    /// Longest reply in graphemes, 20 to 4,000. Default 320.
    max_chars: Option<u32>,
    /// Most SMS segments of a reply. Default no limit.
    max_segments: Option<u32>,
    /// Most emoji in a reply, 0 to 20. Default 1.
    max_emoji: Option<u32>,
    /// The one language replies may be in; instead of `languages`.
    language: Option<String>,
    /// Languages replies may be in, as BCP 47 tags; the first is the usual one. Default `en`.
    languages: Option<Vec<String>>,
    /// What the house is like, by topic.
    #[serde(default, deserialize_with = "texts_by_topic")]
    house: BTreeMap<String, String>,
    /// Fixed sentences, by topic.
    #[serde(default, deserialize_with = "texts_by_topic")]
    notices: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Rate")]
#[serde(deny_unknown_fields)]
struct RawRate {
    /// What is sold, in the words used towards guests.
    service: String,
    /// The price of one unit.
    amount: Amount,
    /// What one unit is.
    per: Unit,
    /// The fewest units sold at once, 1 to 366.
    min_units: Option<u32>,
    /// The same, where the unit is an hour.
    min_hours: Option<u32>,
    /// The same, where the unit is a night.
    min_nights: Option<u32>,
}

/// The JSON Schema (draft 2020-12) of facts as they are written, for editors and other programs. What it accepts may
/// still be refused for what must hold across fields.
#[must_use]
pub fn facts_schema() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<RawFacts>()
}

impl Facts {
    /// Reads facts in either notation: a JSON document begins with a brace, which no TOML document does.
    ///
    /// # Errors
    /// [`FactsError`] naming the line or the field.
    pub fn parse(text: &str) -> Result<Self, FactsError> {
        if text.trim_start().starts_with('{') { Self::parse_json(text) } else { Self::parse_toml(text) }
    }

    /// Reads facts written in TOML.
    ///
    /// # Errors
    /// [`FactsError`] naming the line or the field.
    pub fn parse_toml(text: &str) -> Result<Self, FactsError> {
        check_size(text)?;
        let syntax = |error: &toml::de::Error| FactsError::Syntax {
            format: "TOML",
            message: one_line(&error.to_string()),
        };
        let document = toml::Deserializer::parse(text).map_err(|error| syntax(&error))?;
        let raw: RawFacts = serde_path_to_error::deserialize(document)
            .map_err(|error| FactsError::field(path_of(error.path()), one_line(error.inner().message())))?;
        raw.try_into()
    }

    /// Reads facts written in JSON.
    ///
    /// # Errors
    /// [`FactsError`] naming the line or the field.
    pub fn parse_json(text: &str) -> Result<Self, FactsError> {
        check_size(text)?;
        let mut document = serde_json::Deserializer::from_str(text);
        let syntax =
            |error: &serde_json::Error| FactsError::Syntax { format: "JSON", message: error.to_string() };
        let raw: RawFacts = serde_path_to_error::deserialize(&mut document).map_err(|error| {
            if error.inner().is_data() {
                FactsError::field(path_of(error.path()), error.inner().to_string())
            } else {
                syntax(error.inner())
            }
        })?;
        document.end().map_err(|error| syntax(&error))?;
        raw.try_into()
    }
}

fn check_size(text: &str) -> Result<(), FactsError> {
    if text.len() > FACTS_MAX_BYTES { Err(FactsError::TooLarge(text.len())) } else { Ok(()) }
}

/// A table of texts; a key given twice is refused instead of silently overwritten.
fn texts_by_topic<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    struct Texts;
    impl<'de> serde::de::Visitor<'de> for Texts {
        type Value = BTreeMap<String, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table of texts")
        }

        fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut texts = BTreeMap::new();
            while let Some((topic, text)) = map.next_entry::<String, String>()? {
                if texts.insert(topic.clone(), text).is_some() {
                    return Err(serde::de::Error::custom(format!("topic {topic:?} is given twice")));
                }
            }
            Ok(texts)
        }
    }
    deserializer.deserialize_map(Texts)
}

impl TryFrom<RawFacts> for Facts {
    type Error = FactsError;

    fn try_from(raw: RawFacts) -> Result<Self, FactsError> {
        if let Some(found) = raw.schema.filter(|schema| *schema != SCHEMA) {
            return Err(FactsError::field("schema", format!("must be {SCHEMA}, got {found}")));
        }
        let languages = languages(raw.language, raw.languages)?;
        let rates = raw.rates.into_iter().enumerate().map(|(index, rate)| checked_rate(index, rate.0));
        let facts = Self {
            about: raw.about,
            business: raw.business.map(|business| business.0),
            zone: raw.zone,
            currency: raw.currency,
            rates: rates.collect::<Result<_, _>>()?,
            deposit: raw.deposit,
            price_in_writing: raw.price_in_writing,
            payment_terms: raw.payment_terms.map(|terms| terms.0),
            locations: raw.locations.into_iter().map(|location| location.0).collect(),
            channels: raw.channels.0,
            public_contacts: raw.public_contacts,
            never_offer: raw.never_offer,
            never_in_writing: raw.never_in_writing,
            max_chars: within("max_chars", raw.max_chars.unwrap_or(320), 20, 4_000)?,
            max_segments: raw.max_segments.map(|max| within("max_segments", max, 1, 40)).transpose()?,
            max_emoji: within("max_emoji", raw.max_emoji.unwrap_or(1), 0, 20)?,
            languages,
            house: raw.house,
            notices: raw.notices,
        };
        facts.check_texts()?;
        facts.check_across_fields()?;
        Ok(facts)
    }
}

fn within(field: &str, value: u32, least: u32, most: u32) -> Result<u32, FactsError> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(FactsError::field(field, format!("must be from {least} to {most}, got {value}")))
}

fn languages(one: Option<String>, several: Option<Vec<String>>) -> Result<Vec<String>, FactsError> {
    let languages = match (one, several) {
        (Some(_), Some(_)) => {
            return Err(FactsError::field("language", "give `language` or `languages`, not both"));
        }
        (Some(one), None) => vec![one],
        (None, Some(several)) => several,
        (None, None) => vec!["en".to_owned()],
    };
    let is_tag = |tag: &str| {
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && parts
                .all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    if languages.is_empty() {
        return Err(FactsError::field("languages", "must name at least one language"));
    }
    match languages.iter().position(|tag| !is_tag(tag)) {
        None => Ok(languages),
        Some(at) => Err(FactsError::field(
            format!("languages[{at}]"),
            format!("must be a language tag such as `en` or `pt-BR`, got {:?}", languages[at]),
        )),
    }
}

fn checked_rate(index: usize, raw: RawRate) -> Result<Rate, FactsError> {
    let spellings = [
        ("min_units", raw.min_units, None),
        ("min_hours", raw.min_hours, Some(Unit::Hour)),
        ("min_nights", raw.min_nights, Some(Unit::Night)),
    ];
    let mut min_units = None;
    for (name, value, unit) in spellings {
        let Some(value) = value else { continue };
        let field = format!("rates[{index}].{name}");
        if unit.is_some_and(|unit| unit != raw.per) {
            return Err(FactsError::field(field, format!("does not fit a rate per {}", raw.per)));
        }
        if min_units.is_some() {
            return Err(FactsError::field(field, "the minimum is given twice"));
        }
        min_units = Some(within(&field, value, 1, MIN_UNITS_MAX)?);
    }
    Ok(Rate { service: raw.service, amount: raw.amount, per: raw.per, min_units })
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    const MINIMAL: &str = "currency = \"EUR\"";

    #[test]
    fn what_is_left_out_gets_its_default() {
        let facts = Facts::parse_toml(MINIMAL).unwrap();
        assert_eq!((facts.max_chars, facts.max_emoji), (320, 1));
        assert_eq!(facts.languages, ["en"]);
        assert_eq!(facts.channels, Channels::TEXT_ONLY);
        assert_eq!(facts.price_in_writing, PriceInWriting::Allowed);
    }

    /// Facts in which every field is given once.
    fn full() -> Value {
        json!({
            "schema": 1,
            "about": "A guesthouse",
            "business": { "name": "Quay House", "owner": "Quinn" },
            "zone": "Europe/Dublin",
            "currency": "EUR",
            "rates": [
                { "service": "double room", "amount": "90.00", "per": "night", "min_nights": 2 },
                { "service": "boat", "amount": 45, "per": "hour", "min_units": 1 },
            ],
            "deposit": { "amount": 50 },
            "price_in_writing": "allowed",
            "payment_terms": { "methods": ["card"], "balance_due": "on_arrival", "deposit_due": "at_booking" },
            "locations": [
                { "city": "Galway", "aliases": ["Gaillimh"], "address": "7 Quay Street", "from": "2026-05-01", "to": "2026-09-30", "at": "business" },
            ],
            "channels": { "text": true, "call": false, "video": false, "in_person": true, "email": false, "apps": ["whatsapp"] },
            "public_contacts": ["+353 91 555 0100"],
            "never_offer": ["refunds"],
            "never_in_writing": ["massage"],
            "max_chars": 320,
            "max_segments": 2,
            "max_emoji": 1,
            "languages": ["en"],
            "house": { "wifi": "Free." },
            "notices": { "opt_out": "Reply STOP." },
        })
    }

    /// Everything that one change makes of a document: a part taken away, or another value in its place, or one field more.
    fn changed(whole: &Value) -> Vec<Value> {
        let others = [
            json!(null),
            json!(true),
            json!(0),
            json!(-1),
            json!(7),
            json!(1.5),
            json!(""),
            json!("EUR"),
            json!("x"),
            json!("2026-05-01"),
            json!([]),
            json!([1]),
            json!(["en"]),
            json!({}),
            json!({ "surprise": 1 }),
        ];
        let mut all = others.to_vec();
        match whole {
            Value::Object(fields) => {
                all.push(Value::Object(
                    fields
                        .iter()
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .chain([("surprise".to_owned(), json!("x"))])
                        .collect(),
                ));
                for (key, value) in fields {
                    let without: Map<String, Value> = fields
                        .iter()
                        .filter(|(other, _)| *other != key)
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect();
                    all.push(Value::Object(without.clone()));
                    for change in changed(value) {
                        let mut with = without.clone();
                        with.insert(key.clone(), change);
                        all.push(Value::Object(with));
                    }
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    for change in changed(item) {
                        let mut with = items.clone();
                        with[at] = change;
                        all.push(Value::Array(with));
                    }
                }
            }
            _ => {}
        }
        all
    }

    #[test]
    fn the_schema_accepts_what_is_read_and_nothing_else() {
        let schema = serde_json::to_value(facts_schema()).unwrap();
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        Facts::parse_json(&full().to_string()).unwrap();
        let documents = changed(&full());
        let read = |document: &Value| serde_json::from_value::<RawFacts>(document.clone());
        let (accepted, refused): (Vec<&Value>, Vec<&Value>) =
            documents.iter().partition(|document| read(document).is_ok());
        let wrong: Vec<String> = (accepted.iter().filter(|document| !schema.is_valid(document)))
            .chain(refused.iter().filter(|document| schema.is_valid(document)))
            .map(|document| format!("{document}: {:?}", read(document).err()))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(accepted.len() > 50 && refused.len() > 500, "{} and {}", accepted.len(), refused.len());
    }

    #[test]
    fn one_content_has_one_hash_whatever_the_layout() {
        let toml = "currency = \"USD\"\nlanguage = \"en\"\n[[rates]]\nper = \"hour\"\nservice = \"portrait\"\namount = \"150.00\"\nmin_hours = 2\n";
        let json = r#"{"rates": [{"service": "portrait", "amount": 150, "per": "hour", "min_units": 2}], "currency": "USD"}"#;
        let (from_toml, from_json) = (Facts::parse_toml(toml).unwrap(), Facts::parse_json(json).unwrap());
        assert_eq!(from_toml, from_json);
        assert_eq!(from_toml.content_hash(), from_json.content_hash());
        let back = Facts::parse_json(&from_toml.to_json()).unwrap();
        assert_eq!(back.content_hash(), from_toml.content_hash());
        let other = Facts::parse_json(&json.replace("150", "151")).unwrap();
        assert_ne!(other.content_hash(), from_toml.content_hash());
    }

    #[test]
    fn a_refusal_names_the_field_and_the_way_out() {
        let said = |text: &str| Facts::parse_toml(text).unwrap_err().to_string();
        let with = |line: &str| said(&format!("{MINIMAL}\n{line}"));
        assert!(said("").contains("missing field `currency`"));
        assert!(said("currency = ").starts_with("facts are not valid TOML: TOML parse error at line 1"));
        assert!(
            said("currency = \"euro\"").starts_with("facts field `currency`: currency must be an ISO 4217")
        );
        assert!(with("colour = 1").contains("unknown field `colour`"));
        assert!(
            with("[[rates]]\nservice = \"room\"\namount = 80.5\nper = \"night\"")
                .starts_with("facts field `rates[0].amount`: money is never a floating-point number")
        );
        assert!(
            with("[[rates]]\nservice = \"room\"\namount = 80\nper = \"moon\"")
                .starts_with("facts field `rates[0].per`: unknown variant `moon`")
        );
        assert_eq!(
            with("[[rates]]\nservice = \"room\"\namount = 80\nper = \"person\"\nmin_hours = 2"),
            "facts field `rates[0].min_hours`: does not fit a rate per person"
        );
        assert!(
            with(
                "[[rates]]\nservice = \"room\"\namount = 80\nper = \"night\"\nmin_nights = 2\nmin_units = 2"
            )
            .contains("given twice")
        );
        assert!(with("max_chars = 5").contains("`max_chars`: must be from 20 to 4000, got 5"));
        assert!(with("schema = 2").contains("`schema`: must be 1, got 2"));
        assert!(with("language = \"English\"").contains("`languages[0]`: must be a language tag"));
        assert!(with("[house]\nwifi = 1").starts_with("facts field `house.wifi`"));
    }

    #[test]
    fn json_is_refused_as_clearly() {
        let said = |text: &str| Facts::parse_json(text).unwrap_err().to_string();
        assert!(said("{").starts_with("facts are not valid JSON: EOF while parsing"));
        assert!(said("{\"currency\": \"EUR\"} x").contains("trailing characters"));
        assert!(said(r#"{"currency": "EUR", "deposit": {"amount": 1.5}}"#).contains("put 1.5 in quotes"));
        assert!(
            said(r#"{"currency": "EUR", "house": {"wifi": "a", "wifi": "b"}}"#)
                .contains("\"wifi\" is given twice")
        );
        assert!(said(&" ".repeat(FACTS_MAX_BYTES + 1)).contains("at most 65536 are allowed"));
    }

    /// Facts of two businesses of other trades, kept with the shared test data beside the repository.
    #[test]
    fn facts_of_other_trades_fit_the_schema() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/gate/facts.json");
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("skipped: {path} is not there");
            return;
        };
        let profiles: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
        assert!(!profiles.is_empty());
        for (name, profile) in profiles {
            let facts = Facts::parse_json(&profile.to_string()).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(Facts::parse_json(&facts.to_json()).unwrap(), facts, "{name}");
            let minimum = profile["rates"][0]["min_hours"].as_u64();
            assert_eq!(facts.rates[0].min_units.map(u64::from), minimum, "{name}");
        }
    }
}
