//! What a spoken date means on a calendar. Where it could mean two days it means none.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

/// A date as spoken, before it is known relative to which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// A year, a month and a day.
    Full(Date),
    /// "the 5th of May".
    MonthDay { month: i8, day: i8 },
    /// "the 23rd", perhaps "Friday the 23rd".
    DayOfMonth { day: i8, weekday: Option<Weekday> },
    /// "Friday", "this Friday".
    Weekday { weekday: Weekday, this: bool },
    /// "tomorrow", "in 3 days".
    InDays(i32),
    /// Understood as a date, but not as one certain day.
    Open,
}

/// Days ahead in which the next 29 February, or the next Friday the 13th, is looked for.
const SEARCH_DAYS: i32 = 8 * 366 + 1;

impl Spoken {
    /// The day it means when said on `today`.
    pub(crate) fn resolve(self, today: Date) -> Option<Date> {
        match self {
            Self::Full(date) => Some(date),
            Self::MonthDay { month, day } => {
                next_that(today, |date| date.month() == month && date.day() == day)
            }
            Self::DayOfMonth { day, weekday } => {
                let date = next_that(today, |date| date.day() == day)?;
                // "Friday the 23rd" when the next 23rd is a Tuesday is a slip of the tongue or means a later month.
                weekday.is_none_or(|weekday| date.weekday() == weekday).then_some(date)
            }
            // On a Friday "Friday" is today for some and in a week for others.
            Self::Weekday { weekday, this: false } if today.weekday() == weekday => None,
            Self::Weekday { weekday, .. } => next_that(today, |date| date.weekday() == weekday),
            Self::InDays(days) => today.checked_add(days.days()).ok(),
            Self::Open => None,
        }
    }

    /// The day it means as the end of a stay that began on `arrival`: "from Thursday to Thursday" is a week.
    pub(crate) fn resolve_after(self, arrival: Date, today: Date) -> Option<Date> {
        let day_after = arrival.checked_add(1.day()).ok()?;
        match self {
            Self::MonthDay { .. } | Self::DayOfMonth { .. } => self.resolve(day_after),
            Self::Weekday { weekday, .. } => Self::Weekday { weekday, this: true }.resolve(day_after),
            Self::Full(_) | Self::InDays(_) | Self::Open => self.resolve(today),
        }
    }
}

fn next_that(from: Date, fits: impl Fn(Date) -> bool) -> Option<Date> {
    let mut date = from;
    for _ in 0..SEARCH_DAYS {
        if fits(date) {
            return Some(date);
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// The month of a name or its abbreviation, 1 to 12.
pub(crate) fn month_number(name: &str) -> Option<i8> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let at = NAMES.iter().position(|known| name.starts_with(known))?;
    i8::try_from(at + 1).ok()
}

/// The weekday of a name or its abbreviation.
pub(crate) fn weekday_named(name: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    NAMES.iter().find(|(known, _)| name.starts_with(known)).map(|(_, weekday)| *weekday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A Thursday.
    const TODAY: Date = date(2026, 10, 15);

    #[test]
    fn spoken_dates_mean_the_next_such_day() {
        let cases = [
            (Spoken::MonthDay { month: 10, day: 15 }, Some(TODAY)),
            (Spoken::MonthDay { month: 10, day: 14 }, Some(date(2027, 10, 14))),
            (Spoken::MonthDay { month: 2, day: 29 }, Some(date(2028, 2, 29))),
            (Spoken::MonthDay { month: 2, day: 30 }, None),
            (Spoken::DayOfMonth { day: 3, weekday: None }, Some(date(2026, 11, 3))),
            (Spoken::DayOfMonth { day: 23, weekday: Some(Weekday::Friday) }, Some(date(2026, 10, 23))),
            (Spoken::DayOfMonth { day: 23, weekday: Some(Weekday::Monday) }, None),
            (Spoken::Weekday { weekday: Weekday::Friday, this: false }, Some(date(2026, 10, 16))),
            (Spoken::Weekday { weekday: Weekday::Thursday, this: false }, None),
            (Spoken::Weekday { weekday: Weekday::Thursday, this: true }, Some(TODAY)),
            (Spoken::InDays(20), Some(date(2026, 11, 4))),
            (Spoken::Open, None),
        ];
        for (spoken, wanted) in cases {
            assert_eq!(spoken.resolve(TODAY), wanted, "{spoken:?}");
        }
    }

    #[test]
    fn an_end_is_after_its_beginning() {
        let thursday = Spoken::Weekday { weekday: Weekday::Thursday, this: false };
        assert_eq!(thursday.resolve_after(TODAY, TODAY), Some(date(2026, 10, 22)));
        let the_3rd = Spoken::DayOfMonth { day: 3, weekday: None };
        assert_eq!(the_3rd.resolve_after(date(2026, 11, 20), TODAY), Some(date(2026, 12, 3)));
    }
}
