//! Quiet hours: the night, in the zone where the contact lives.
//!
//! A night is the time between two moments, not a range of clock readings: when clocks go back, the hour that comes
//! twice is quiet both times if it is quiet at all, and when they go forward over an edge, the edge is the jump.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};

use crate::time::UnixMs;

/// A night: from `start` up to, but not including, `end`, over midnight when `end` is the earlier reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    start: Time,
    end: Time,
}

/// Why two times of day make no night.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours start and end at the same time, {0}: that is no night or one without end")]
pub struct InvalidQuietHours(Time);

impl QuietHours {
    /// A night between two readings of the clock.
    ///
    /// # Errors
    /// When both are the same.
    pub fn new(start: Time, end: Time) -> Result<Self, InvalidQuietHours> {
        if start == end { Err(InvalidQuietHours(start)) } else { Ok(Self { start, end }) }
    }

    /// When the night that `now` falls into ends in `zone`; none when it is day there.
    #[must_use]
    pub fn end_of_night(&self, now: UnixMs, zone: &TimeZone) -> Option<UnixMs> {
        let now = Timestamp::from_millisecond(now.0).ok()?;
        let today = zone.to_datetime(now).date();
        let mut end_of_night = None;
        // Yesterday's night may still last. Where clocks jump, a night may begin as the one before it ends: then the
        // contact can be written to only after both.
        for evening in [today.yesterday().ok()?, today, today.tomorrow().ok()?] {
            let (start, end) = self.night_of(evening, zone)?;
            let at = end_of_night.unwrap_or(now);
            if start <= at && at < end {
                end_of_night = Some(end);
            }
        }
        // Stored time has no smaller part than the millisecond; transitions fall on whole seconds.
        end_of_night.map(|end| UnixMs(end.as_millisecond()))
    }

    fn night_of(&self, evening: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let morning = if self.end > self.start { evening } else { evening.tomorrow().ok()? };
        let start = first_moment(zone, evening.to_datetime(self.start))?;
        let end = last_moment(zone, morning.to_datetime(self.end))?;
        Some((start, end))
    }
}

fn first_moment(zone: &TimeZone, reading: DateTime) -> Option<Timestamp> {
    moment(zone, reading, |before, _after| before)
}

fn last_moment(zone: &TimeZone, reading: DateTime) -> Option<Timestamp> {
    moment(zone, reading, |_before, after| after)
}

/// The moment of a clock reading. One that comes twice is decided by `choose`; one that is jumped over is the jump.
fn moment(
    zone: &TimeZone,
    reading: DateTime,
    choose: fn(Timestamp, Timestamp) -> Timestamp,
) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(reading).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(reading).ok(),
        AmbiguousOffset::Fold { before, after } => {
            Some(choose(before.to_timestamp(reading).ok()?, after.to_timestamp(reading).ok()?))
        }
        AmbiguousOffset::Gap { after, .. } => {
            // Read with the later offset, a reading inside the gap lies before the jump.
            let before_the_jump = after.to_timestamp(reading).ok()?;
            zone.following(before_the_jump).next().map(|transition| transition.timestamp())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn night(start: &str, end: &str) -> QuietHours {
        QuietHours::new(start.parse().unwrap(), end.parse().unwrap()).unwrap()
    }

    /// When the night ends that the given moment falls into, both in RFC 3339.
    fn end(hours: QuietHours, zone: &str, now: &str) -> Option<String> {
        let zone = TimeZone::get(zone).unwrap();
        hours.end_of_night(UnixMs::parse_rfc3339(now).unwrap(), &zone).map(UnixMs::to_rfc3339)
    }

    #[test]
    fn a_night_goes_over_midnight_and_its_end_is_day() {
        let hours = night("21:00", "08:00");
        let at = |now: &str| end(hours, "America/New_York", now);
        assert_eq!(at("2026-06-01T20:59:59-04:00"), None);
        assert_eq!(at("2026-06-01T21:00:00-04:00").unwrap(), "2026-06-02T12:00:00Z");
        assert_eq!(at("2026-06-01T23:59:59-04:00").unwrap(), "2026-06-02T12:00:00Z");
        assert_eq!(at("2026-06-02T00:00:00-04:00").unwrap(), "2026-06-02T12:00:00Z");
        assert_eq!(at("2026-06-02T07:59:59-04:00").unwrap(), "2026-06-02T12:00:00Z");
        assert_eq!(at("2026-06-02T08:00:00-04:00"), None);
    }

    #[test]
    fn a_night_may_lie_within_one_day() {
        let hours = night("13:00", "15:00");
        assert_eq!(end(hours, "UTC", "2026-06-01T12:59:59Z"), None);
        assert_eq!(end(hours, "UTC", "2026-06-01T13:00:00Z").unwrap(), "2026-06-01T15:00:00Z");
        assert_eq!(end(hours, "UTC", "2026-06-01T15:00:00Z"), None);
    }

    #[test]
    fn the_zone_decides_and_not_utc() {
        let hours = night("21:00", "08:00");
        let now = "2026-06-01T12:00:00Z";
        assert_eq!(end(hours, "Europe/Dublin", now), None);
        assert_eq!(end(hours, "Asia/Tokyo", now).unwrap(), "2026-06-01T23:00:00Z");
        assert_eq!(end(hours, "Asia/Kathmandu", "2026-06-01T15:15:00Z").unwrap(), "2026-06-02T02:15:00Z");
    }

    #[test]
    fn nights_of_a_clock_change_are_an_hour_shorter_or_longer() {
        let hours = night("21:00", "08:00");
        let spring = end(hours, "America/New_York", "2026-03-07T22:00:00-05:00");
        assert_eq!(spring.unwrap(), "2026-03-08T12:00:00Z", "8:00 is at UTC-4 by then");
        let autumn = end(hours, "America/New_York", "2026-10-31T22:00:00-04:00");
        assert_eq!(autumn.unwrap(), "2026-11-01T13:00:00Z", "8:00 is at UTC-5 by then");
    }

    #[test]
    fn an_end_that_the_clock_jumps_over_is_the_jump() {
        // In New York 2:00 becomes 3:00 on 8 March 2026.
        let hours = night("21:00", "02:30");
        let at = |now: &str| end(hours, "America/New_York", now);
        assert_eq!(at("2026-03-08T01:59:59-05:00").unwrap(), "2026-03-08T07:00:00Z");
        assert_eq!(at("2026-03-08T03:00:00-04:00"), None);
    }

    #[test]
    fn an_end_that_comes_twice_is_the_second() {
        // In New York 2:00 becomes 1:00 on 1 November 2026: 1:30 comes at 5:30 and at 6:30 UTC.
        let hours = night("21:00", "01:30");
        let at = |now: &str| end(hours, "America/New_York", now);
        assert_eq!(at("2026-11-01T05:15:00Z").unwrap(), "2026-11-01T06:30:00Z");
        assert_eq!(at("2026-11-01T05:45:00Z").unwrap(), "2026-11-01T06:30:00Z");
        assert_eq!(at("2026-11-01T06:30:00Z"), None);
    }

    #[test]
    fn a_start_that_comes_twice_is_the_first() {
        let hours = night("01:30", "08:00");
        let at = |now: &str| end(hours, "America/New_York", now);
        assert_eq!(at("2026-11-01T05:29:59Z"), None);
        assert_eq!(at("2026-11-01T05:30:00Z").unwrap(), "2026-11-01T13:00:00Z");
        assert_eq!(at("2026-11-01T06:15:00Z").unwrap(), "2026-11-01T13:00:00Z");
    }

    #[test]
    fn a_day_that_the_calendar_skips_leaves_a_night() {
        // Samoa had no 30 December 2011.
        let hours = night("21:00", "08:00");
        let at = end(hours, "Pacific/Apia", "2011-12-29T23:00:00-10:00");
        assert_eq!(at.unwrap(), "2011-12-30T18:00:00Z", "8:00 on the 31st, at UTC+14");
    }

    #[test]
    fn no_night_or_one_without_end_is_refused() {
        let noon: Time = "12:00".parse().unwrap();
        assert!(QuietHours::new(noon, noon).unwrap_err().to_string().contains("12:00:00"));
    }

    proptest! {
        #[test]
        fn the_end_of_a_night_is_later_and_is_day(
            now_s in -2_000_000_000_i64..4_000_000_000,
            start in 0_i8..24, end in 0_i8..24,
            zone in proptest::sample::select(vec![
                "UTC", "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
                "Africa/Casablanca", "America/St_Johns",
            ]),
        ) {
            prop_assume!(start != end);
            let hours = QuietHours::new(jiff::civil::time(start, 0, 0, 0), jiff::civil::time(end, 0, 0, 0)).unwrap();
            let zone = TimeZone::get(zone).unwrap();
            let now = UnixMs(now_s * 1_000);
            if let Some(end) = hours.end_of_night(now, &zone) {
                prop_assert!(end > now);
                prop_assert!(end.since(now) <= 2 * crate::time::DAY_MS, "{}", end.since(now));
                prop_assert_eq!(hours.end_of_night(end, &zone), None);
            }
        }
    }
}
