//! Days against the facts: where a location has a window, the business is there within it and at no other time.
//!
//! Only days count that are said together with the place, or with the presence of a business that is nowhere for good.

use jiff::{ToSpan as _, civil::Date};

use super::{
    stance::{SENTENCE, is_denied, speaks_of_business},
    whereabouts::words_of_location,
};
use crate::{
    facts::Location,
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{DateFound, Day},
        verdict::Violation,
    },
};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let locations = &draft.facts.locations;
    if draft.dates.is_empty() || !locations.iter().any(has_window) {
        return;
    }
    for found in &draft.dates {
        let Some(candidates) = locations_spoken_of(draft, found) else { continue };
        // One location of that name that is there always, or then, is enough.
        if candidates.iter().any(|index| is_within(&locations[*index], found, slack(draft, found)))
            || is_denied(draft, &found.words, None)
            || is_past(draft, found)
        {
            continue;
        }
        let fact = candidates.first().map(|index| words_of_location(*index, &locations[*index]));
        violations.push(draft.violation(ViolationCode::DateOutsideWindow, found.range.clone(), fact));
    }
}

const fn has_window(location: &Location) -> bool {
    location.from.is_some() || location.to.is_some()
}

/// The locations that a day is said of: those of the place before it in its sentence, or of the first behind it. Without
/// a place, all, when the business speaks of being there and is nowhere for good.
fn locations_spoken_of(draft: &Draft<'_>, found: &DateFound) -> Option<Vec<usize>> {
    let reading = draft.reading();
    let sentence = reading.around(&found.words, SENTENCE);
    let in_sentence = || draft.places.iter().filter(|place| sentence.contains(&place.words.start));
    let place = in_sentence()
        .take_while(|place| place.words.end <= found.words.start)
        .last()
        .or_else(|| in_sentence().next());
    if let Some(place) = place {
        let locations = draft.gate.places.locations_of(place, &reading);
        return (!locations.is_empty()).then_some(locations);
    }
    let locations = &draft.facts.locations;
    let says_presence =
        reading.texts(sentence.clone()).any(is_of_presence) && speaks_of_business(draft, &sentence);
    (says_presence && locations.iter().all(has_window)).then(|| (0..locations.len()).collect())
}

fn is_of_presence(word: &str) -> bool {
    matches!(
        word,
        "here"
            | "town"
            | "arrive"
            | "arriving"
            | "arrives"
            | "leave"
            | "leaving"
            | "leaves"
            | "depart"
            | "departing"
            | "landing"
            | "aqui"
            | "ici"
            | "hier"
            | "qui"
            | "stay"
            | "staying"
    )
}

/// Days by which a day may miss the window: who leaves may do so the day after, who arrives the day before.
fn slack(draft: &Draft<'_>, found: &DateFound) -> i64 {
    let reading = draft.reading();
    let sentence = reading.around(&found.words, SENTENCE);
    let moves = |word| {
        matches!(
            word,
            "arrive"
                | "arriving"
                | "arrives"
                | "leave"
                | "leaving"
                | "leaves"
                | "depart"
                | "departing"
                | "fly"
                | "flying"
                | "landing"
        )
    };
    i64::from(reading.texts(sentence).any(moves))
}

/// What has been is no promise.
fn is_past(draft: &Draft<'_>, found: &DateFound) -> bool {
    let reading = draft.reading();
    let sentence = reading.around(&found.words, SENTENCE);
    reading.texts(sentence).any(|word| matches!(word, "was" | "were" | "been" | "ago" | "estive" | "estuve"))
}

/// True when some reading of a day lies in the window of a location.
fn is_within(location: &Location, found: &DateFound, slack: i64) -> bool {
    let from = location.from.map(|from| from.saturating_sub(slack.days()));
    let to = location.to.map(|to| to.saturating_add(slack.days()));
    found.readings.iter().any(|day| day_is_within(from, to, *day, found.is_whole_month))
}

fn day_is_within(from: Option<Date>, to: Option<Date>, day: Day, is_whole_month: bool) -> bool {
    let contains = |date: Date| from.is_none_or(|from| from <= date) && to.is_none_or(|to| date <= to);
    years(from, to, day).into_iter().any(|year| {
        let mut months = day.month.map_or(1..=12, |month| month..=month);
        months.any(|month| match day.day {
            Some(number) => Date::new(year, month, number).is_ok_and(contains),
            None => Date::new(year, month, 1).is_ok_and(|first| {
                let last = first.last_of_month();
                if is_whole_month {
                    contains(first) && contains(last)
                } else {
                    overlaps(from, to, first, last)
                }
            }),
        })
    })
}

fn overlaps(from: Option<Date>, to: Option<Date>, first: Date, last: Date) -> bool {
    from.is_none_or(|from| from <= last) && to.is_none_or(|to| first <= to)
}

/// The years that a day can lie in: the one said, or those of the window. An open window has one year more.
fn years(from: Option<Date>, to: Option<Date>, day: Day) -> Vec<i16> {
    if let Some(year) = day.year {
        return vec![year];
    }
    match (from, to) {
        (Some(from), Some(to)) => (from.year()..=to.year()).take(YEARS_MAX).collect(),
        (Some(from), None) => vec![from.year(), from.year().saturating_add(1)],
        (None, Some(to)) => vec![to.year().saturating_sub(1), to.year()],
        (None, None) => vec![2000],
    }
}

/// Most years of a window that are looked at; any day lies in the first two already.
const YEARS_MAX: usize = 3;

#[cfg(test)]
mod tests {
    use crate::{
        facts::Facts,
        gate::{Gate, GateContext, ViolationCode},
    };

    fn outside(locations: &str, body: &str) -> Vec<String> {
        let facts =
            Facts::parse_json(&format!(r#"{{"currency": "EUR", "locations": [{locations}]}}"#)).unwrap();
        let verdict = Gate::new(facts).validate(body, &GateContext::default());
        let dates = verdict.violations.into_iter().filter(|v| v.code == ViolationCode::DateOutsideWindow);
        dates.map(|violation| violation.text).collect()
    }

    const LISBON: &str = r#"{"city": "Lisbon", "from": "2026-03-10", "to": "2026-03-14"}"#;

    #[test]
    fn days_in_the_window_pass() {
        for body in [
            "I'm in Lisbon 10-14 March",
            "I'm in Lisbon from the 10th to the 14th",
            "I'll be in Lisbon on March 12th, 2026",
            "I'm in Lisbon on 2026-03-11",
            "I'm in Lisbon on 11/3 or 3/12",
            "Estou em Lisboa até 14 de março",
            "I'm in Lisbon in March",
            "I leave Lisbon on the 15th",
            "I'm not in Lisbon on the 20th",
            "I was in Lisbon in January",
            "Your booking on 20 May is noted",
            "I'm here until the 14th",
        ] {
            assert_eq!(outside(LISBON, body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn other_days_are_held() {
        for (body, day) in [
            ("I'll be in lisbon until the 20th", "20th"),
            ("I'm in Lisbon 10-20 March", "20 March"),
            ("See you in Lisbon on 9/3", "9/3"),
            ("I'm in Lisbon in April", "April"),
            ("I'm in Lisbon all of March", "March"),
            ("I'm in Lisbon on 12 March 2027", "12 March 2027"),
            ("Estoy en Lisboa hasta el 20", "20"),
            ("Ich bin bis zum 20. März in Lissabon", "20. März"),
            ("I leave Lisbon on the 16th", "16th"),
            ("I'm here until the 20th", "20th"),
            ("On the 20th I'm in Lisbon", "20th"),
        ] {
            assert_eq!(outside(LISBON, body), [day], "{body}");
        }
    }

    #[test]
    fn a_place_without_a_window_has_no_days() {
        assert!(outside(r#"{"city": "Galway"}"#, "I'm in Galway until the 20th").is_empty());
        let both = format!(r#"{LISBON}, {{"city": "Porto", "from": "2026-03-15", "to": "2026-03-20"}}"#);
        assert!(outside(&both, "I'm in Lisbon until 14 March and in Porto until 20 March").is_empty());
        assert_eq!(
            outside(&both, "I'm in Lisbon until 20 March and in Porto until the 14th"),
            ["20 March", "14th"]
        );
    }
}
