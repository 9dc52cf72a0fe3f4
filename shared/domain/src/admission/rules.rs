//! The business's rules for when messages may go out.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::{
    quiet_hours::QuietHours,
    time::{DAY_MS, HOUR_MS, MINUTE_MS, UnixMs},
};

/// After an opt-out, one confirmation may still go out, if it does so within this time.
/// Source: the FCC's rules on revoking consent, 47 CFR 64.1200(a)(12).
pub const OPT_OUT_CONFIRMATION_WINDOW_MS: i64 = 5 * MINUTE_MS;

/// When messages may go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmissionRules {
    /// Oldest inbound that is still answered, in milliseconds. Default 24 h.
    pub freshness_max_ms: i64,
    /// For channels that close: how long after the last inbound a reply is taken, in milliseconds. Default: `whatsapp`
    /// 24 h.
    pub channel_window_ms: BTreeMap<String, i64>,
    /// The night, during which nothing goes out. Default none.
    pub quiet_hours: Option<QuietHours>,
    /// The zone of contacts whose own is not known. Default UTC.
    pub default_zone: TimeZone,
    /// How many messages one contact may get. Default without limit.
    pub frequency_cap: Option<FrequencyCap>,
    /// The same text does not go to a thread twice within this, in milliseconds; 0 allows it. Default 1 h.
    pub duplicate_window_ms: i64,
}

/// At most `max` messages to one contact within any `window_ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrequencyCap {
    /// Messages allowed, from 1.
    pub max: u32,
    /// Length of the window, in milliseconds.
    pub window_ms: i64,
}

impl Default for AdmissionRules {
    fn default() -> Self {
        Self {
            freshness_max_ms: DAY_MS,
            channel_window_ms: BTreeMap::from([("whatsapp".to_owned(), DAY_MS)]),
            quiet_hours: None,
            default_zone: TimeZone::UTC,
            frequency_cap: None,
            duplicate_window_ms: HOUR_MS,
        }
    }
}

impl AdmissionRules {
    /// Messages that went out before this moment change nothing about what is admitted at `now`.
    #[must_use]
    pub fn looks_back_to(&self, now: UnixMs) -> UnixMs {
        let cap_ms = self.frequency_cap.map_or(0, |cap| cap.window_ms);
        now.plus_ms(-cap_ms.max(self.duplicate_window_ms).max(OPT_OUT_CONFIRMATION_WINDOW_MS))
    }
}
