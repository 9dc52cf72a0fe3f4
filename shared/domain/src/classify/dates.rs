//! Finds dates in the plain text of a message.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::{Date, Weekday};
use regex::{Captures, Match, Regex};

use super::{
    atoms::Precision,
    calendar::{Spoken, month_number, weekday_named},
    numbers::{NUMBER, number},
    pattern::ascii,
    spans::Spans,
};

/// A date found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundDate {
    /// Bytes of the plain text.
    pub(crate) range: Range<usize>,
    pub(crate) spoken: Spoken,
    pub(crate) precision: Precision,
    pub(crate) role: Option<Role>,
}

/// What a date is to the stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Arrival,
    Departure,
}

const MONTH: &str = "(january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct|november|nov|december|dec)";
const WEEKDAY: &str = "(monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
const SHORT_WEEKDAY: &str = "(mon|tues?|wed|thurs?|thu|fri|sat|sun)";
const DAY: &str = r"(\d{1,2})(?:st|nd|rd|th)?";
const YEAR: &str = r"(?:,? (20\d\d))?";
const TO: &str = r"\s*(?:-|to|til|till|until|untill|through|thru|and|/)\s*(?:the )?";

type Read = fn(&Captures<'_>, &mut Vec<FoundDate>);

/// Finders in the order they are tried: what one has covered, a later one does not see.
static FINDERS: LazyLock<Vec<(Regex, Read)>> = LazyLock::new(|| {
    let weekday_before = format!(r"(?:{WEEKDAY},? (?:the )?(?:on )?(?:the )?)?");
    let table: Vec<(String, Read)> = vec![
        (r"\b(20\d\d)-(\d{1,2})-(\d{1,2})\b".into(), read_iso),
        (format!(r"\b(?:{MONTH} )?(?:the )?{DAY}{TO}{DAY}(?: of)?(?: the)? {MONTH}\b{YEAR}"), read_day_day_month),
        (format!(r"\b{MONTH} (?:the )?{DAY}{TO}{DAY}\b{YEAR}"), read_month_day_day),
        (format!(r"\b{weekday_before}(?:the )?{DAY}(?: day)?(?: of)?(?: the)?[ -]?{MONTH}\b{YEAR}"), read_day_month),
        (format!(r"\b{weekday_before}{MONTH} (?:the )?{DAY}\b{YEAR}"), read_month_day),
        (r"\b(\d{1,2})([/.])(\d{1,2})[/.](\d{4}|\d{2})\b".into(), read_numeric),
        (r"\b(\d{1,2})([/.])(\d{1,2})(\.|\b)".into(), read_numeric),
        (
            r"\b(?:the )?day after (?:tomorrow|tmrw|tmr)\b|\b(today|tonight|tonite|this (?:evening|afternoon|morning)|tomorrow|tomorow|tommorow|tommorrow|tmrw|tmr|2mrw|2moro|tomoz|2nite|2night|2day)\b".into(),
            read_relative,
        ),
        (format!(r"\bin (?:about )?{NUMBER} (days?|weeks?)(?: time)?\b|\b{NUMBER} (days?|weeks?) from (?:now|today)\b"), read_in_days),
        (
            format!(r"\b(?:(next|this|coming|last|past) )?{WEEKDAY}(?: (coming|next week|week))?(?:,? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)\b)?"),
            read_weekday,
        ),
        (
            format!(r"\b(?:on|this|next|until|till|to|from|for|coming|and|by|-) {SHORT_WEEKDAY}\b|\b{SHORT_WEEKDAY}(?: ?- ?| to | night| evening| morning)"),
            read_short_weekday,
        ),
        (r"\b(?:the )?(\d{1,2})(?:st|nd|rd|th)\b( (?:floor|time|street|avenue|ave|room|person|birthday|bday|anniversary|grade|year|century|visit))?".into(), read_day_of_month),
        (r"\b(?:(?:this|next|the|coming|a|long) )*week-?ends?\b".into(), read_weekend),
        (
            r"\b(?:(?:new year'?s?)(?: (eve|day))?|(christmas|xmas)(?: (eve|day))?|easter|pentecost|whitsun|thanksgiving|independence day|valentine'?s(?: day)?|bank holiday)\b".into(),
            read_holiday,
        ),
        (r"\b(?:next|this|the following|coming) week\b|\bweek of\b".into(), read_week),
        (
            r"\b(?:in|of|during|for|early|mid|late|next|this|end of|beginning of|from|until|till|around|about) (january|jan|february|feb|march|april|may|june|july|august|aug|september|sept|october|oct|november|nov|december|dec)\b|\b(january|february|april|june|july|august|september|october|november|december)\b|\b(?:next|this) month\b".into(),
            read_month,
        ),
    ];
    table.into_iter().map(|(pattern, read)| (ascii(&pattern), read)).collect()
});

/// Every date in `plain`, in order of appearance, with what it is to the stay where the words say so.
pub(crate) fn find(plain: &str, taken: &mut Spans) -> Vec<FoundDate> {
    let mut dates = Vec::new();
    for (regex, read) in &*FINDERS {
        for captures in regex.captures_iter(plain) {
            let whole = captures.get(0).expect("a match has a whole").range();
            let mut found = Vec::new();
            if taken.is_free(&whole) {
                read(&captures, &mut found);
            }
            for date in &found {
                taken.take(date.range.clone());
            }
            dates.append(&mut found);
        }
    }
    dates.sort_by_key(|date| date.range.start);
    for at in 0..dates.len() {
        if dates[at].role.is_none() {
            let start = dates[at].range.start;
            let ends_between = at > 0 && is_between_and(plain, dates[at - 1].range.clone(), start);
            dates[at].role = if ends_between { Some(Role::Departure) } else { role_before(&plain[..start]) };
        }
    }
    dates
}

/// True for the second date of "between the 5th and the 8th".
fn is_between_and(plain: &str, first: Range<usize>, second_start: usize) -> bool {
    let joined = plain[first.start..second_start].trim_end().trim_end_matches(" the").ends_with("and");
    joined && plain[..first.start].trim_end().trim_end_matches(" the").ends_with("between")
}

/// The role that the words right before a date give it.
fn role_before(before: &str) -> Option<Role> {
    // "move it to the 27th" names a new date, and not the last one.
    static MOVED: LazyLock<Regex> = LazyLock::new(|| {
        ascii(
            r"\b(?:mov|chang|shift|switch|postpon|push|reschedul|rebook|amend)\w*(?: \w+){0,6} to (?:the |on )?$",
        )
    });
    static DEPARTURE: LazyLock<Regex> = LazyLock::new(|| {
        ascii(
            r"(?:\b(?:untill?|till?|til|to|thru|through|leav\w*|depart\w*|check(?:ing)? ?-?out)|-)[ ,:;()-]*(?:(?:on|the|at|by|morning|of)[ ,:;()-]+)*$",
        )
    });
    static ARRIVAL: LazyLock<Regex> = LazyLock::new(|| {
        ascii(
            r"\b(?:from|arriv\w*|start\w*|begin\w*|check(?:ing)? ?-?in|coming|come|between|as of|since)[ ,:;()-]*(?:(?:on|the|at|in|by|night|of)[ ,:;()-]+)*$",
        )
    });
    // Plain text is ASCII, so that any place is a boundary.
    let near = &before[before.len().saturating_sub(60)..];
    if MOVED.is_match(near) {
        return None;
    }
    if ARRIVAL.is_match(near) {
        Some(Role::Arrival)
    } else if DEPARTURE.is_match(near) {
        Some(Role::Departure)
    } else {
        None
    }
}

fn day(found: &mut Vec<FoundDate>, range: Range<usize>, spoken: Spoken, role: Option<Role>) {
    found.push(FoundDate { range, spoken, precision: Precision::Day, role });
}

fn figure(captures: &Captures<'_>, at: usize) -> Option<i16> {
    captures.get(at).and_then(|text| text.as_str().parse().ok())
}

/// A month and a day, with the year where one was said; open when no calendar has it.
fn month_day(month: Option<i8>, day: Option<i16>, year: Option<i16>) -> Spoken {
    let (Some(month), Some(day)) = (month, day.and_then(|day| i8::try_from(day).ok())) else {
        return Spoken::Open;
    };
    match year {
        Some(year) => Date::new(year, month, day).map_or(Spoken::Open, Spoken::Full),
        // 2028 has a 29 February, so that it is refused only where no year has the day.
        None if Date::new(2028, month, day).is_ok() => Spoken::MonthDay { month, day },
        None => Spoken::Open,
    }
}

fn named_month(captures: &Captures<'_>, at: usize) -> Option<i8> {
    captures.get(at).and_then(|name| month_number(name.as_str()))
}

fn whole(captures: &Captures<'_>) -> Range<usize> {
    captures.get(0).expect("a match has a whole").range()
}

fn read_iso(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let month = figure(captures, 2).and_then(|month| i8::try_from(month).ok());
    day(found, whole(captures), month_day(month, figure(captures, 3), figure(captures, 1)), None);
}

fn read_day_day_month(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let month = named_month(captures, 4);
    let first_month = named_month(captures, 1).or(month);
    let year = figure(captures, 5);
    let first = month_day(first_month, figure(captures, 2), year);
    two_days(captures, found, first, month_day(month, figure(captures, 3), year));
}

fn read_month_day_day(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let (month, year) = (named_month(captures, 1), figure(captures, 4));
    let first = month_day(month, figure(captures, 2), year);
    two_days(captures, found, first, month_day(month, figure(captures, 3), year));
}

/// "17 - 19 July" is two dates; the first ends where the second figure begins.
fn two_days(captures: &Captures<'_>, found: &mut Vec<FoundDate>, first: Spoken, second: Spoken) {
    let whole = whole(captures);
    let is_day = |part: &Match<'_>| part.as_str().parse::<i16>().is_ok_and(|figure| figure < 100);
    let Some(second_at) = captures.iter().skip(1).flatten().filter(is_day).last().map(|part| part.start())
    else {
        return;
    };
    let first_text = &captures[0][..second_at - whole.start];
    let joined = ["the", "and", "until", "till", "untill", "til", "through", "thru", "to", "-", "/"];
    let first_text = joined
        .iter()
        .fold(first_text.trim_end(), |text, word| text.strip_suffix(word).unwrap_or(text).trim_end());
    let first_end = whole.start + first_text.len();
    // "17 and 18 July" may be two nights or a first and a last day.
    let bounds = !captures[0].contains("and") && !captures[0].contains('/');
    let role = |role| bounds.then_some(role);
    day(found, whole.start..first_end, first, role(Role::Arrival));
    day(found, second_at..whole.end, second, role(Role::Departure));
}

fn read_day_month(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let spoken = month_day(named_month(captures, 3), figure(captures, 2), figure(captures, 4));
    day(found, whole(captures), spoken, None);
}

fn read_month_day(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let spoken = month_day(named_month(captures, 2), figure(captures, 3), figure(captures, 4));
    day(found, whole(captures), spoken, None);
}

/// `5/6` may be two days, depending on the country; `15/6` and `15.6.` are one. `24/7` is none.
fn read_numeric(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let (Some(first), Some(second)) = (figure(captures, 1), figure(captures, 3)) else { return };
    let dotted = captures.get(2).is_some_and(|mark| mark.as_str() == ".");
    let tail = captures.get(4).map_or("", |tail| tail.as_str());
    let year = tail.parse::<i16>().ok().map(|year| if year < 100 { 2000 + year } else { year });
    let is_date = (1..=31).contains(&first) && (1..=31).contains(&second) && (first <= 12 || second <= 12);
    // Without a year a dotted pair needs its closing dot (`15.6.`); else it is a decimal or a time.
    if !is_date || captures[0].starts_with("24/7") || (dotted && year.is_none() && tail != ".") {
        return;
    }
    let (day_figure, month_figure) = match (first, second) {
        _ if dotted || first > 12 || first == second => (first, second),
        _ if second > 12 => (second, first),
        _ => return day(found, whole(captures), Spoken::Open, None),
    };
    day(found, whole(captures), month_day(i8::try_from(month_figure).ok(), Some(day_figure), year), None);
}

fn read_relative(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let days = match captures.get(1).map(|word| word.as_str()) {
        None => 2,
        Some(word) if word.starts_with("to") && (word.starts_with("today") || word.starts_with("toni")) => 0,
        Some(word) if word.starts_with("this") || matches!(word, "2nite" | "2night" | "2day") => 0,
        Some(_) => 1,
    };
    day(found, whole(captures), Spoken::InDays(days), None);
}

fn read_in_days(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let said = captures.get(1).or_else(|| captures.get(3)).and_then(|text| number(text.as_str()));
    let unit = captures.get(2).or_else(|| captures.get(4)).map_or("", |text| text.as_str());
    let Some(count) = said.map(i32::from) else { return };
    // "in a week" and "in 2 weeks" are said of about that time; only days are counted.
    let spoken = if unit.starts_with("day") { Spoken::InDays(count) } else { Spoken::Open };
    let precision = if unit.starts_with("day") { Precision::Day } else { Precision::Week };
    found.push(FoundDate { range: whole(captures), spoken, precision, role: None });
}

fn read_weekday(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let word = |at| captures.get(at).map(|text| text.as_str());
    let Some(weekday) = word(2).and_then(weekday_named) else { return };
    let spoken = match (word(1), word(3), figure(captures, 4)) {
        (Some("last" | "past"), ..) => return,
        (_, _, Some(day)) => day_of_month(day, Some(weekday)),
        // "next Friday" is the coming one for some and the one after for others.
        (Some("next"), ..) | (_, Some("next week" | "week"), _) => Spoken::Open,
        (before, after, _) => Spoken::Weekday { weekday, this: before.is_some() || after.is_some() },
    };
    day(found, whole(captures), spoken, None);
}

fn read_short_weekday(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let Some(name) = captures.get(1).or_else(|| captures.get(2)) else { return };
    let Some(weekday) = weekday_named(name.as_str()) else { return };
    let spoken = if whole(captures).start < name.start() && captures[0].starts_with("next") {
        Spoken::Open
    } else {
        Spoken::Weekday { weekday, this: captures[0].starts_with("this") }
    };
    day(found, name.range(), spoken, None);
}

fn read_day_of_month(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let Some(said) = figure(captures, 1) else { return };
    if captures.get(2).is_none() && (1..=31).contains(&said) {
        day(found, whole(captures), day_of_month(said, None), None);
    }
}

fn day_of_month(day: i16, weekday: Option<Weekday>) -> Spoken {
    match i8::try_from(day) {
        Ok(day @ 1..=31) => Spoken::DayOfMonth { day, weekday },
        _ => Spoken::Open,
    }
}

fn read_weekend(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    open(captures, found, Precision::Weekend);
}

fn read_week(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    open(captures, found, Precision::Week);
}

fn read_month(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    open(captures, found, Precision::Month);
}

fn read_holiday(captures: &Captures<'_>, found: &mut Vec<FoundDate>) {
    let word = |at| captures.get(at).map(|text| text.as_str());
    let on = |month, day| Spoken::MonthDay { month, day };
    match (word(1), word(2), word(3)) {
        (Some("eve"), ..) => day(found, whole(captures), on(12, 31), None),
        (Some("day"), ..) => day(found, whole(captures), on(1, 1), None),
        (_, Some(_), Some("eve")) => day(found, whole(captures), on(12, 24), None),
        (_, Some(_), Some("day")) => day(found, whole(captures), on(12, 25), None),
        _ => open(captures, found, Precision::Holiday),
    }
}

fn open(captures: &Captures<'_>, found: &mut Vec<FoundDate>, precision: Precision) {
    let range = captures.iter().skip(1).flatten().next().map_or_else(|| whole(captures), |word| word.range());
    found.push(FoundDate { range, spoken: Spoken::Open, precision, role: None });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str) -> Vec<Spoken> {
        find(text, &mut Spans::default()).into_iter().map(|date| date.spoken).collect()
    }

    #[test]
    fn dates_are_found_in_the_ways_people_write_them() {
        let on = |month, day| Spoken::MonthDay { month, day };
        let weekday = |weekday| Spoken::Weekday { weekday, this: false };
        let nth = |day| Spoken::DayOfMonth { day, weekday: None };
        for (text, wanted) in [
            ("from 2026-10-15", vec![Spoken::Full(jiff::civil::date(2026, 10, 15))]),
            ("17 - 19 july", vec![on(7, 17), on(7, 19)]),
            ("between 17th may to 21st may", vec![on(5, 17), on(5, 21)]),
            ("the 23rd until the 29 may", vec![on(5, 23), on(5, 29)]),
            ("aug the 18th to august 26th", vec![on(8, 18), on(8, 26)]),
            ("from october 31 to 2 november", vec![on(10, 31), on(11, 2)]),
            ("october 5-8", vec![on(10, 5), on(10, 8)]),
            (
                "4th to 9 october 2027",
                vec![
                    Spoken::Full(jiff::civil::date(2027, 10, 4)),
                    Spoken::Full(jiff::civil::date(2027, 10, 9)),
                ],
            ),
            ("thursday 30th june", vec![on(6, 30)]),
            ("30 february", vec![Spoken::Open]),
            ("15/6 or 15.6. or 5/6", vec![on(6, 15), on(6, 15), Spoken::Open]),
            ("24.07.", vec![on(7, 24)]),
            ("day after tomorrow", vec![Spoken::InDays(2)]),
            ("tonight", vec![Spoken::InDays(0)]),
            ("in 3 days", vec![Spoken::InDays(3)]),
            ("from monday to fri", vec![weekday(Weekday::Monday), weekday(Weekday::Friday)]),
            ("next friday", vec![Spoken::Open]),
            ("friday the 17th", vec![Spoken::DayOfMonth { day: 17, weekday: Some(Weekday::Friday) }]),
            ("10th to 23rd", vec![nth(10), nth(23)]),
            ("new year's eve", vec![on(12, 31)]),
            ("christmas", vec![Spoken::Open]),
        ] {
            assert_eq!(spoken(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_date_is_none() {
        for text in [
            "open 24/7",
            "5.6 km",
            "the 2nd floor",
            "we may come",
            "the sun sat low",
            "80.50 a night",
            "1/2 board",
            "room 12/14b",
        ] {
            assert!(!spoken(text).iter().any(|spoken| *spoken != Spoken::Open), "{text}: {:?}", spoken(text));
        }
        assert!(spoken("we may come last friday").is_empty());
    }

    #[test]
    fn words_before_a_date_say_what_it_is_to_the_stay() {
        let roles = |text: &str| {
            find(text, &mut Spans::default()).into_iter().map(|date| date.role).collect::<Vec<_>>()
        };
        assert_eq!(
            roles("arrive on thursday, leaving on the 12th"),
            [Some(Role::Arrival), Some(Role::Departure)]
        );
        assert_eq!(roles("till friday morning"), [Some(Role::Departure)]);
        assert_eq!(
            roles("check in 6th of sep and check out 22nd of sep"),
            [Some(Role::Arrival), Some(Role::Departure)]
        );
        assert_eq!(roles("between 5 and 8 june"), [Some(Role::Arrival), Some(Role::Departure)]);
        assert_eq!(roles("the nights of 5 and 6 june"), [None, None]);
        assert_eq!(roles("tuesday"), [None]);
    }
}
