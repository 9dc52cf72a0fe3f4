//! Days in a text: `10 March`, `March 10th-14th`, `2026-03-10`, `10/3`, `until the 20th`, `10 de março`, `in April`.
//!
//! A span of days is two finds, its first day and its last: each must lie where the whole must.

use std::{ops::Range, sync::LazyLock};

use super::kinds;
use crate::text::{Reading, Shape, WordMap};

/// A day that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gate) struct DateFound {
    /// Its words, counted in the text.
    pub(in crate::gate) words: Range<usize>,
    /// Where, in bytes of the plain text.
    pub(in crate::gate) range: Range<usize>,
    /// How it can be read: `10/3` in two ways.
    pub(in crate::gate) readings: Vec<Day>,
    /// The whole month is meant.
    pub(in crate::gate) is_whole_month: bool,
}

/// A day, as far as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::gate) struct Day {
    /// The year.
    pub(in crate::gate) year: Option<i16>,
    /// The month, from 1.
    pub(in crate::gate) month: Option<i8>,
    /// The day of the month; none when only the month is said.
    pub(in crate::gate) day: Option<i8>,
}

/// Finds the days that a text speaks of.
pub(in crate::gate) fn find_dates(reading: &Reading<'_>) -> Vec<DateFound> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = reading.word(at) {
        // Hardly any word begins a day.
        if word.shape != Shape::Number && !word.kinds.any(kinds::MONTH) {
            at += 1;
            continue;
        }
        let before = found.len();
        at = Search { reading, found: &mut found }.from(at).max(at + 1);
        debug_assert!(found.len() >= before, "a search only adds");
    }
    found
}

struct Search<'a> {
    reading: &'a Reading<'a>,
    found: &'a mut Vec<DateFound>,
}

impl Search<'_> {
    /// Adds the days that are spelled from a word on; gives the word behind them.
    fn from(&mut self, at: usize) -> usize {
        let text = self.reading.text(at);
        if self.reading.word(at).is_some_and(|word| word.shape == Shape::Number) {
            return self
                .in_figures(at)
                .or_else(|| self.days_before_month(at))
                .unwrap_or_else(|| self.bare_day(at));
        }
        month_of(text).map_or(at + 1, |month| self.month_first(at, month))
    }

    /// `2026-03-10`, `10/3`, `10.03.2026`.
    fn in_figures(&mut self, at: usize) -> Option<usize> {
        let number = |at: usize| self.reading.text(at).parse::<i16>().ok();
        let (first, second) = (number(at)?, number(at + 1)?);
        let sign = self.reading.gap(at + 1);
        let third = number(at + 2).filter(|_| self.reading.gap(at + 2) == sign);
        let day = |year: Option<i16>, month: i16, day: i16| {
            let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Day {
                year,
                month: Some(month),
                day: Some(day),
            })
        };
        let (readings, end) = match (sign, third) {
            ("-" | "/" | ".", Some(third)) if is_year(first) => {
                (vec![day(Some(first), second, third)], at + 3)
            }
            ("-" | "/" | ".", Some(year)) if is_year(year) || (0..100).contains(&year) => {
                let year = Some(if year < 100 { year + 2000 } else { year });
                let american = if sign == "." { None } else { day(year, first, second) };
                (vec![day(year, second, first), american], at + 3)
            }
            ("/", None) if (first, second) != (24, 7) => {
                (vec![day(None, second, first), day(None, first, second)], at + 2)
            }
            (".", None) if self.reading.gap(at + 2).starts_with('.') && at + 2 < self.reading.len() => {
                (vec![day(None, second, first)], at + 2)
            }
            _ => return None,
        };
        let readings: Vec<Day> = readings.into_iter().flatten().collect();
        if readings.is_empty() {
            return None;
        }
        self.push(at..end, readings);
        Some(end)
    }

    /// `10 March`, `10th of March 2026`, `10-14 March`, `10 and 11 de março`.
    fn days_before_month(&mut self, at: usize) -> Option<usize> {
        let mut days = vec![(at, day_number(self.reading.text(at))?)];
        let mut next = at + 1;
        loop {
            let month_at =
                next + usize::from(matches!(self.reading.text(next), "of" | "de" | "di" | "del" | "d'"));
            if let Some(month) =
                month_of(self.reading.text(month_at)).filter(|_| is_close(self.reading.gap(next)))
            {
                let (year, end) = self.year_at(month_at + 1);
                for (index, (at, day)) in days.iter().enumerate() {
                    let words = *at..if index + 1 == days.len() { end } else { at + 1 };
                    self.push(words, vec![Day { year, month: Some(month), day: Some(*day) }]);
                }
                return Some(end);
            }
            let day_at = self.next_day(next)?;
            days.push((day_at, day_number(self.reading.text(day_at))?));
            next = day_at + 1;
        }
    }

    /// `March 10th`, `March 10-14, 2026`, `in April`, `all of May`.
    fn month_first(&mut self, at: usize, month: i8) -> usize {
        let mut days: Vec<usize> = Vec::new();
        let mut next = at + 1;
        while let Some(day_at) = if days.is_empty() { Some(next) } else { self.next_day(next) } {
            let is_day = day_number(self.reading.text(day_at)).is_some()
                && is_close(self.reading.gap(day_at))
                && !is_clock(self.reading, day_at);
            if !is_day {
                break;
            }
            days.push(day_at);
            next = day_at + 1;
        }
        let (year, end) = self.year_at(next);
        if days.is_empty() {
            return self.month_alone(at, Day { year, month: Some(month), day: None }, end);
        }
        for (index, day_at) in days.iter().enumerate() {
            let start = if index == 0 { at } else { *day_at };
            let day = day_number(self.reading.text(*day_at));
            self.push(start..day_at + 1, vec![Day { year, month: Some(month), day }]);
        }
        end
    }

    fn month_alone(&mut self, at: usize, day: Day, end: usize) -> usize {
        let before = self.reading.before(at, 1);
        let is_said = matches!(
            before,
            "in" | "during"
                | "all"
                | "of"
                | "until"
                | "till"
                | "throughout"
                | "whole"
                | "entire"
                | "through"
                | "early"
                | "late"
                | "mid"
                | "from"
                | "to"
                | "en"
                | "em"
                | "im"
                | "a"
                | "next"
                | "this"
                | "since"
                | "by"
        );
        if !is_said
            || (!self.reading.is_capital(at)
                && matches!(self.reading.text(at), "may" | "march" | "mar" | "mars" | "sept"))
        {
            return at + 1;
        }
        let is_whole = matches!(before, "all" | "throughout" | "whole" | "entire")
            || (before == "of" && matches!(self.reading.before(at, 2), "all" | "whole"));
        self.push(at..end, vec![day]);
        if let Some(found) = self.found.last_mut() {
            found.is_whole_month = is_whole;
        }
        end
    }

    /// `the 20th`, `until the 20`, `hasta el 20`, `dia 20`.
    fn bare_day(&mut self, at: usize) -> usize {
        let text = self.reading.text(at);
        // Its ending may stand apart: `20 th`, `20t h`.
        let is_split = matches!(self.reading.text(at + 1), "th" | "st" | "nd" | "rd" | "h" | "t" | "d");
        let whole = if is_split { text.trim_end_matches(['t', 's', 'n', 'r']) } else { text };
        let Some(day) = day_number(whole) else { return at + 1 };
        let is_ordinal = is_split || (text.len() > 2 && !text.bytes().all(|byte| byte.is_ascii_digit()));
        let (before, before_that) = (self.reading.before(at, 1), self.reading.before(at, 2));
        let is_until = matches!(
            before_that,
            "until"
                | "till"
                | "til"
                | "through"
                | "from"
                | "by"
                | "hasta"
                | "ate"
                | "bis"
                | "fino"
                | "desde"
                | "ab"
                | "depuis"
                | "a"
        );
        let is_day = match before {
            "dia" | "jusqu'au" | "jour" => true,
            "the" | "el" | "ao" | "al" | "zum" | "au" | "o" | "le" | "il" => {
                is_until || (before == "zum" || before == "al") && is_ordinal
            }
            _ => false,
        };
        if is_day || (is_ordinal && !self.counts_something(at + usize::from(is_split))) {
            self.push(at..at + 1, vec![Day { year: None, month: None, day: Some(day) }]);
        }
        at + 1
    }

    /// True for `2nd floor` and `1st time`.
    fn counts_something(&self, at: usize) -> bool {
        let next = self.reading.text(at + 1);
        self.reading.gap(at + 1) == " "
            && !matches!(
                next,
                "" | "to"
                    | "until"
                    | "till"
                    | "and"
                    | "or"
                    | "for"
                    | "in"
                    | "at"
                    | "is"
                    | "i"
                    | "i'm"
                    | "i'll"
                    | "we"
                    | "so"
                    | "then"
                    | "from"
                    | "through"
                    | "as"
                    | "if"
                    | "only"
                    | "works"
                    | "inclusive"
                    | "included"
                    | "this"
                    | "next"
                    | "but"
                    | "when"
                    | "after"
                    | "with"
                    | "here"
                    | "would"
                    | "will"
                    | "on"
                    | "of"
                    | "too"
                    | "please"
                    | "you"
                    | "your"
                    | "my"
                    | "our"
            )
    }

    /// The next day of a span or a list: behind a dash, `to`, `and`.
    fn next_day(&self, at: usize) -> Option<usize> {
        let is_number = |at: usize| day_number(self.reading.text(at)).is_some();
        if matches!(self.reading.gap(at), "-" | " - " | " -" | "- " | ", " | "/" | " & ") {
            return is_number(at).then_some(at);
        }
        let joins = matches!(
            self.reading.text(at),
            "to" | "and"
                | "until"
                | "till"
                | "through"
                | "thru"
                | "a"
                | "al"
                | "au"
                | "ao"
                | "bis"
                | "ate"
                | "hasta"
                | "e"
                | "y"
                | "und"
                | "et"
                | "or"
        );
        let day_at = at + 1 + usize::from(matches!(self.reading.text(at + 1), "the" | "zum" | "el" | "le"));
        (joins && is_number(day_at)).then_some(day_at)
    }

    /// A year at a word, and the word behind it.
    fn year_at(&self, at: usize) -> (Option<i16>, usize) {
        let year = self.reading.text(at).parse().ok().filter(|year| is_year(*year));
        (year, at + usize::from(year.is_some()))
    }

    fn push(&mut self, words: Range<usize>, readings: Vec<Day>) {
        let range = self.reading.plain_range(&words);
        self.found.push(DateFound { words, range, readings, is_whole_month: false });
    }
}

/// True when two words may belong to one date.
fn is_close(gap: &str) -> bool {
    matches!(gap, " " | ". " | ", " | "." | "-")
}

/// True for the hour of a time: `March 3pm` has no third day.
fn is_clock(reading: &Reading<'_>, at: usize) -> bool {
    reading.gap(at + 1).starts_with(':')
        || matches!(reading.text(at + 1), "am" | "pm" | "people" | "guests" | "nights")
}

fn is_year(number: i16) -> bool {
    (2000..2100).contains(&number)
}

/// The day of a month: `10`, `10th`, `1er`.
fn day_number(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ending = &word[digits.len()..];
    if !matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "o") {
        return None;
    }
    digits.parse().ok().filter(|day| (1..=31).contains(day) && digits.len() <= 2)
}

/// The names of months, folded: English, Spanish, Portuguese, French, German, Italian.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "enero", "janeiro", "janvier", "januar", "gennaio"],
    &["february", "feb", "febrero", "fevereiro", "fevrier", "februar", "febbraio"],
    &["march", "mar", "marzo", "marco", "mars", "marz", "maerz"],
    &["april", "apr", "abril", "avril", "aprile"],
    &["may", "mayo", "maio", "mai", "maggio"],
    &["june", "jun", "junio", "junho", "juin", "juni", "giugno"],
    &["july", "jul", "julio", "julho", "juillet", "juli", "luglio"],
    &["august", "aug", "agosto", "aout"],
    &["september", "sep", "sept", "septiembre", "setembro", "septembre", "settembre"],
    &["october", "oct", "octubre", "outubro", "octobre", "oktober", "ottobre"],
    &["november", "nov", "noviembre", "novembro", "novembre"],
    &["december", "dec", "diciembre", "dezembro", "decembre", "dezember", "dicembre"],
];

static MONTH_BY_NAME: LazyLock<WordMap<i8>> = LazyLock::new(|| {
    WordMap::of((1..).zip(MONTHS).flat_map(|(month, names)| names.iter().map(move |name| (*name, month))))
});

/// Every name of a month.
pub(super) fn names_of_months() -> impl Iterator<Item = &'static str> {
    MONTHS.into_iter().flatten().copied()
}

/// The month of a folded name, from 1.
pub(super) fn month_of(word: &str) -> Option<i8> {
    MONTH_BY_NAME.get(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gate::mention::words_of,
        text::{PlainText, fold},
    };

    fn found(text: &str) -> String {
        let plain = PlainText::of(text);
        let folded = fold(plain.as_str());
        let words = words_of(plain.as_str(), &folded);
        let part = |part: Option<String>| part.unwrap_or_else(|| "?".to_owned());
        let day = |day: Day| {
            let (month, number) = (day.month.map(|m| m.to_string()), day.day.map(|d| d.to_string()));
            format!(
                "{}.{}{}",
                part(number),
                part(month),
                day.year.map_or(String::new(), |year| format!(".{year}"))
            )
        };
        let days = find_dates(&Reading::new(folded.as_str(), &words)).into_iter();
        let days = days.map(|found| found.readings.into_iter().map(day).collect::<Vec<_>>().join("|"));
        days.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn days_are_read_in_every_notation() {
        for (text, days) in [
            ("2026-03-10", "10.3.2026"),
            ("on 10/3", "10.3|3.10"),
            ("on 25/3/2026", "25.3.2026"),
            ("am 10.03.2026", "10.3.2026"),
            ("10 March", "10.3"),
            ("the 10th of March 2026", "10.3.2026"),
            ("March 10th", "10.3"),
            ("March 10-14, 2026", "10.3.2026 14.3.2026"),
            ("10-14 March", "10.3 14.3"),
            ("10–14 March", "10.3 14.3"),
            ("from 10 to 14 March", "10.3 14.3"),
            ("from March 10 to March 14", "10.3 14.3"),
            ("10, 11 and 12 March", "10.3 11.3 12.3"),
            ("until the 20th", "20.?"),
            ("from the 10th to the 20th", "10.? 20.?"),
            ("hasta el 20", "20.?"),
            ("até dia 20", "20.?"),
            ("jusqu'au 20 mars", "20.3"),
            ("on the 20 th", "20.?"),
            ("10 de março", "10.3"),
            ("10. März", "10.3"),
            ("in April", "?.4"),
            ("all of March", "?.3"),
        ] {
            assert_eq!(found(text), days, "{text}");
        }
    }

    #[test]
    fn numbers_and_words_are_no_days() {
        for text in [
            "you may come",
            "I march on",
            "the 2nd floor",
            "for the 1st time",
            "24/7",
            "3.5 hours",
            "20 minutes",
            "room 12",
            "€90",
        ] {
            assert_eq!(found(text), "", "{text}");
        }
    }
}
