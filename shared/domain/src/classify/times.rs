//! Finds times of day in the plain text of a message.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::{Time, time};
use regex::{Captures, Regex};

use super::{
    numbers::{NUMBER, number},
    pattern::ascii,
    spans::Spans,
};

/// A time found: where, and which, when there is no doubt.
pub(crate) type FoundTime = (Range<usize>, Option<Time>);

type Read = fn(&Captures<'_>) -> Option<Option<Time>>;

static FINDERS: LazyLock<Vec<(Regex, Read)>> = LazyLock::new(|| {
    const PART: &str = r"(?: ?(?:in the |at )?(morning|afternoon|evening|night))?";
    let table: [(String, Read); 6] = [
        (format!(r"\b(half|quarter|\d{{1,2}}) (past|to|before|after) {NUMBER}\b(?: ?([ap])\.?m\b\.?)?{PART}"), read_relative),
        (r"\b(\d{1,2})(?:[:. ]([0-5]\d))? ?([ap])\.? ?m\b\.?".into(), read_twelve),
        (format!(r"\b(\d{{1,2}})[:h]([0-5]\d)\b{PART}"), read_clock),
        (r"\b(\d{1,2})(?: ([0-5]\d))? (?:in the |at )?(morning|afternoon|evening|night)\b".into(), read_part),
        (r"\b(noon|midday|midnight)\b".into(), read_name),
        (r"\b(?:at|around|about|by|before|after|until) (\d{1,2})(?: ?o'?clock)?(?:$|[,!?;()\n]| (?:on|if|to|and|or|but|today|tomorrow|please|ok|for|o'?clock)\b)".into(), read_bare),
    ];
    table.map(|(pattern, read)| (ascii(&pattern), read)).into()
});

/// Every time of day in `plain`, in order of appearance.
pub(crate) fn find(plain: &str, taken: &mut Spans) -> Vec<FoundTime> {
    let mut times: Vec<FoundTime> = Vec::new();
    for (regex, read) in &*FINDERS {
        for captures in regex.captures_iter(plain) {
            let whole = captures.get(0).expect("a match has a whole").range();
            if !taken.is_free(&whole) {
                continue;
            }
            if let Some(time) = read(&captures) {
                taken.take(whole.clone());
                times.push((whole, time));
            }
        }
    }
    times.sort_by_key(|(range, _)| range.start);
    times
}

fn figure(captures: &Captures<'_>, at: usize) -> Option<i8> {
    captures.get(at).and_then(|text| text.as_str().parse().ok())
}

fn word<'a>(captures: &'a Captures<'_>, at: usize) -> &'a str {
    captures.get(at).map_or("", |text| text.as_str())
}

/// Half of the day: true for the later one.
fn is_later(word: &str) -> Option<bool> {
    match word {
        "a" | "morning" => Some(false),
        "p" | "afternoon" | "evening" => Some(true),
        // "2 at night" and "10 at night" are different halves.
        _ => None,
    }
}

fn at(hour: i8, minute: i8, later: Option<bool>) -> Option<Time> {
    let hour = match (hour, later) {
        (13..=23, _) | (0, None | Some(false)) => hour,
        (12, Some(false)) => 0,
        (12, Some(true)) => 12,
        (1..=11, Some(true)) => hour + 12,
        (1..=11, Some(false)) => hour,
        _ => return None,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// "half past 7", "25 to 8 p.m.".
fn read_relative(captures: &Captures<'_>) -> Option<Option<Time>> {
    let minutes = match word(captures, 1) {
        "half" => 30,
        "quarter" => 15,
        figure => figure.parse::<i8>().ok().filter(|minutes| matches!(minutes, 1..=59))?,
    };
    let hour = number(word(captures, 3))
        .and_then(|hour| i8::try_from(hour).ok())
        .filter(|hour| matches!(hour, 0..=24))?;
    let before = matches!(word(captures, 2), "to" | "before");
    // "from 10 to 14" is a span, not ten minutes before two; people say five, ten, twenty and twenty-five.
    if word(captures, 1).parse::<i8>().is_ok()
        && (minutes % 5 != 0 || (captures.get(4).is_none() && captures.get(5).is_none()))
    {
        return None;
    }
    let later = is_later(word(captures, 4)).or_else(|| is_later(word(captures, 5)));
    let whole = at(hour, 0, later);
    Some(whole.map(|whole| {
        let shift = jiff::SignedDuration::from_mins(i64::from(minutes));
        if before { whole.wrapping_sub(shift) } else { whole.wrapping_add(shift) }
    }))
}

/// "5pm", "9:30 a.m.".
fn read_twelve(captures: &Captures<'_>) -> Option<Option<Time>> {
    let hour = figure(captures, 1).filter(|hour| matches!(hour, 0..=23))?;
    Some(at(hour, figure(captures, 2).unwrap_or(0), is_later(word(captures, 3))))
}

/// "17:30", "9:30 in the evening", "9:30" which may be either.
fn read_clock(captures: &Captures<'_>) -> Option<Option<Time>> {
    let hour = figure(captures, 1).filter(|hour| matches!(hour, 0..=23))?;
    let padded = word(captures, 1).starts_with('0');
    let later = is_later(word(captures, 3)).or(padded.then_some(false));
    Some(at(hour, figure(captures, 2)?, later))
}

/// "8 in the evening", "6 20 in the evening".
fn read_part(captures: &Captures<'_>) -> Option<Option<Time>> {
    let hour = figure(captures, 1).filter(|hour| matches!(hour, 0..=23))?;
    Some(at(hour, figure(captures, 2).unwrap_or(0), is_later(word(captures, 3))))
}

fn read_name(captures: &Captures<'_>) -> Option<Option<Time>> {
    Some(Some(if word(captures, 1) == "midnight" { time(0, 0, 0, 0) } else { time(12, 0, 0, 0) }))
}

/// "at 5": a time, but which?
fn read_bare(captures: &Captures<'_>) -> Option<Option<Time>> {
    let hour = figure(captures, 1).filter(|hour| matches!(hour, 0..=24))?;
    Some(if hour > 12 { at(hour, 0, None) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Option<Time>> {
        find(text, &mut Spans::default()).into_iter().map(|(_, time)| time).collect()
    }

    #[test]
    fn times_as_people_write_them() {
        for (text, wanted) in [
            ("5pm", Some(time(17, 0, 0, 0))),
            ("at 9:30 a.m.", Some(time(9, 30, 0, 0))),
            ("12:25 am", Some(time(0, 25, 0, 0))),
            ("17:30", Some(time(17, 30, 0, 0))),
            ("09:30", Some(time(9, 30, 0, 0))),
            ("9:30", None),
            ("half past 7 in the evening", Some(time(19, 30, 0, 0))),
            ("25 to 7 p.m.", Some(time(18, 35, 0, 0))),
            ("quarter to five", None),
            ("8 in the evening", Some(time(20, 0, 0, 0))),
            ("around midnight", Some(time(0, 0, 0, 0))),
            ("check in at 5", None),
        ] {
            assert_eq!(found(text), [wanted], "{text}");
        }
    }

    #[test]
    fn counts_and_spans_are_no_times() {
        for text in ["from 10 to 14", "for 5 people", "room 12", "at 50 eur", "25:70"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
