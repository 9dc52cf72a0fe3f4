//! `[pipeline]`: the pauses, windows and caps between an inbound message and its reply.

use std::collections::BTreeMap;

use jiff::{civil::Time, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::error::{Problems, REMEDY_MARK};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// The pauses, windows and caps between an inbound message and its reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PipelineSettings {
    /// Quiet needed after an inbound message before it is answered, so that a burst is answered once, in milliseconds.
    /// Range 0 to 600,000, default 8,000.
    pub quiet_window_ms: i64,
    /// Longest wait for that quiet, counted from the burst's first message, in milliseconds.
    /// Range from `quiet_window_ms` to 3,600,000, default 30,000.
    pub quiet_window_max_ms: i64,
    /// How long an approved reply can be called back before it is sent, in milliseconds. Range 0 to 3,600,000,
    /// default 10,000.
    pub undo_window_ms: i64,
    /// Oldest inbound message that is still answered, in seconds. Range 60 to 2,592,000, default 86,400.
    pub freshness_max_s: i64,
    /// The same text is not sent to a thread twice within this, in seconds; 0 allows it. Range 0 to 2,592,000,
    /// default 3,600.
    pub duplicate_window_s: i64,
    /// The contact's zone where it is not known, an IANA name such as `Europe/Lisbon`. Default `UTC`.
    #[schemars(with = "String")]
    pub default_zone: Zone,
    /// The night, during which nothing is sent, in the contact's zone. Default none.
    pub quiet_hours: Option<QuietHours>,
    /// How many messages a contact may get. Default without limit.
    pub frequency_cap: Option<FrequencyCap>,
    /// For channels that close: how long after the last inbound message a reply is accepted, in seconds.
    /// Range 60 to 2,592,000 each. Default `whatsapp = 86400`; naming this table replaces it.
    pub channel_window_s: BTreeMap<String, i64>,
}

impl Default for PipelineSettings {
    fn default() -> Self {
        Self {
            quiet_window_ms: 8_000,
            quiet_window_max_ms: 30_000,
            undo_window_ms: 10_000,
            freshness_max_s: DAY_S,
            duplicate_window_s: HOUR_S,
            default_zone: Zone::default(),
            quiet_hours: None,
            frequency_cap: None,
            channel_window_s: BTreeMap::from([("whatsapp".to_owned(), DAY_S)]),
        }
    }
}

impl PipelineSettings {
    pub(super) fn check(&self, problems: &mut Problems<'_>) {
        const HOUR_MS: i64 = HOUR_S * 1_000;
        const MONTH_S: i64 = 30 * DAY_S;
        let quiet_ms = self.quiet_window_ms;
        problems.range("pipeline.quiet_window_ms", quiet_ms, &(0..=600_000));
        problems.range("pipeline.quiet_window_max_ms", self.quiet_window_max_ms, &(quiet_ms..=HOUR_MS));
        problems.range("pipeline.undo_window_ms", self.undo_window_ms, &(0..=HOUR_MS));
        problems.range("pipeline.freshness_max_s", self.freshness_max_s, &(60..=MONTH_S));
        problems.range("pipeline.duplicate_window_s", self.duplicate_window_s, &(0..=MONTH_S));
        if let Some(QuietHours { start, end }) = self.quiet_hours
            && start == end
        {
            problems.add(
                "pipeline.quiet_hours.end",
                "is the same time as start, which would be no night or a night without end",
                "choose another time, or remove pipeline.quiet_hours",
            );
        }
        if let Some(FrequencyCap { max, window_s }) = self.frequency_cap {
            problems.range("pipeline.frequency_cap.max", max, &(1..=1_000));
            problems.range("pipeline.frequency_cap.window_s", window_s, &(60..=MONTH_S));
        }
        for (channel, window_s) in &self.channel_window_s {
            let field = format!("pipeline.channel_window_s.{channel}");
            problems.name(&field, channel);
            problems.range(&field, *window_s, &(60..=MONTH_S));
        }
    }
}

/// A night, in the contact's zone: from `start` up to, but not including, `end`, over midnight when `end` is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When the night begins, `HH:MM`.
    #[serde(with = "hours_and_minutes")]
    #[schemars(with = "String")]
    pub start: Time,
    /// When it ends, `HH:MM`.
    #[serde(with = "hours_and_minutes")]
    #[schemars(with = "String")]
    pub end: Time,
}

/// At most `max` messages to one contact within any `window_s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrequencyCap {
    /// Messages allowed. Range 1 to 1,000.
    pub max: u32,
    /// Length of the window, in seconds. Range 60 to 2,592,000.
    pub window_s: i64,
}

/// A time zone known by its IANA name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// The name as written, such as `Europe/Lisbon`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone's rules.
    #[must_use]
    pub const fn rules(&self) -> &TimeZone {
        &self.rules
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        match TimeZone::get(&name) {
            Ok(rules) => Ok(Self { name, rules }),
            Err(_) => Err(de::Error::custom(format!(
                "{name:?} is not a time zone{REMEDY_MARK}write an IANA name such as Europe/Lisbon"
            ))),
        }
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

/// A time of day as people write it. Seconds are refused: no night needs them.
mod hours_and_minutes {
    use super::{Deserialize, Deserializer, REMEDY_MARK, Serializer, Time, de};

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| {
            de::Error::custom(format!("{text:?} is not a time of day{REMEDY_MARK}write it as \"21:00\""))
        })
    }

    pub(super) fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02}:{:02}", time.hour(), time.minute()))
    }

    fn parse(text: &str) -> Option<Time> {
        let (hour, minute) = text.split_once(':')?;
        let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(hour) || !digits(minute) {
            return None;
        }
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    }
}
