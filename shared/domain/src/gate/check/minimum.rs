//! The least that can be booked: fewer units are never offered, and no other minimum is stated.

use std::{ops::Range, sync::LazyLock};

use regex::Captures;
use rust_decimal::Decimal;

use super::licence::Licence;
use crate::{
    facts::Unit,
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{counted_unit, kinds},
        phrases::{Phrases, phrases},
        topics::{Topic, start_of_sentence},
        verdict::Violation,
    },
    text::{Polarity, Reading},
};

/// Words that count a few units, as the extraction of numbers reads them later on.
pub(in crate::gate) const FEW: &[&str] = &[
    "a", "an", "one", "two", "three", "four", "five", "six", "seven", "1", "2", "3", "4", "5", "6", "7",
    "un", "una", "uno", "dos", "tres", "um", "uma", "dois", "duas", "une", "deux", "trois", "ein", "eine",
    "einen", "zwei", "drei", "due", "tre", "single",
];
/// The units that they count, as they are written for several and for one.
pub(in crate::gate) const UNITS: &[&str] = &[
    "nights", "night", "hours", "hour", "hrs", "hr", "days", "day", "weeks", "week", "sessions", "session",
    "noches", "noche", "horas", "hora", "dias", "dia", "noites", "noite", "nuits", "nuit", "heures", "heure",
    "jours", "jour", "nachte", "nacht", "stunden", "stunde", "tage", "tag", "notti", "notte", "ore", "ora",
    "giorni", "giorno",
];

/// A pattern for a number and its unit.
fn counted_units() -> String {
    let (few, units) = (FEW.join("|"), UNITS.join("|"));
    format!(r"(?:just\ one|only\ one|half\ an?|{few})[\x20\-]+(?:{units})")
}

/// `one night is fine`, `we can do just one hour`, `a one-hour session works`, `una noche está bien`.
static OFFERED: LazyLock<Phrases> = LazyLock::new(|| {
    let units = counted_units();
    let pattern = format!(
        r"(?x) (?-u:\b) (?:
            (?P<a>{units})(?:\ (?:stay|session|booking|shoot|visit|only|on\ \w+|tonight|alone))?
                \ (?:(?:is|are|'s|would\ be|will\ be|sounds|should\ be|seems)\ (?:totally\ |perfectly\ |absolutely\ |just\ |also\ |all\ |very\ )?(?:fine|ok|okay|possible|no\ problem|good|great|doable|perfect|enough|available|alright|not\ a\ problem|cool)
                  | works | work | is\ all\ you\ need | esta\ bien | es\ posible | vale | funciona | tudo\ bem | e\ possivel | c'est\ (?:bon|possible|ok) | est\ possible | suffit | ist\ (?:ok|okay|moglich|in\ ordnung|kein\ problem|gut) | geht | reicht | va\ bene | e\ possibile )
            | (?:can|could|happy\ to|glad\ to|will|'ll|would|able\ to)\ (?:also\ |certainly\ |gladly\ |even\ |just\ |only\ |maybe\ )?(?:do|offer|host|book|accept|take|manage|have\ you\ for|put\ you\ (?:up|down)\ for|make\ it|arrange|stay|come|go\ for|let\ you\ (?:book|stay))\ (?:you\ )?(?:for\ |with\ )?(?:just\ |only\ |even\ )?(?P<b>(?:just\ |only\ |a\ )?{units})(?:\ (?:only|if|for|on|this|stay|session|shoot|booking|tonight|no\ problem)|\s*[.!,]|\s*$)
            | (?:just|only|booked\ (?:you\ )?(?:in\ )?for|you\ down\ for|see\ you\ for|let's\ do|confirmed\ for)\ (?:just\ |only\ )?(?P<c>{units})(?:\ (?:is|then|stay|only)|\s*[.!,]|\s*$)
        )"
    );
    phrases(&pattern)
});

/// `a minimum of one night`, `one-hour minimum`, `2 hours min`, `no minimum stay`.
static STATED: LazyLock<Phrases> = LazyLock::new(|| {
    let units = counted_units();
    let pattern = format!(
        r"(?x) (?-u:\b) (?:
            (?:minimum|minimo|min\.?|mindestens|mindestaufenthalt|at\ least|shortest\ stay|al\ menos|au\ moins|almeno|pelo\ menos)(?:\ (?:stay|booking|of|is|are|de|von|di|would\ be|time|length|duration|session)){{0,3}}\ (?:just\ |only\ )?(?P<a>{units})
            | (?P<b>{units})\ (?:minimum|min|minimo|mindestens|at\ least|minimum\ stay)
            | (?P<none>no|without\ (?:a|any)|there\ is\ no|there's\ no|sin|sem|kein(?:en)?|pas\ de|nessun|senza)\ (?:minimum|minimo|mindest\w+|minimum\ (?:stay|booking))
        ) (?-u:\b)"
    );
    phrases(&pattern)
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    if !draft.topics.has(Topic::Units)
        || draft.facts.rates.iter().all(|rate| rate.min_units.is_none_or(|least| least <= 1))
    {
        return;
    }
    let folded = draft.folded.as_str();
    let mut hold = |range: Range<usize>, unit: Option<Unit>| {
        let plain = draft.folded.plain_range(range);
        let fact = Licence::new(draft.facts, draft.context).minimum_fact(unit);
        violations.push(draft.violation(ViolationCode::BelowMinimum, plain, fact));
    };
    let offered = few_units(&draft.reading())
        .map(|at| OFFERED.captures_iter_from(folded, start_of_sentence(folded, at)));
    for found in offered.into_iter().flatten() {
        let Some((range, count, unit)) = counted(&found) else { continue };
        if is_charged(draft, &range) {
            continue;
        }
        let is_offered = draft.polarity(&draft.folded.plain_range(range.clone())) == Polarity::Affirmed;
        if is_offered && least_of(draft, unit).is_some_and(|least| count < Decimal::from(least)) {
            hold(range, Some(unit));
        }
    }
    let from = draft.topics.sentence(Topic::Minimum, folded);
    let stated = from.map(|from| STATED.captures_iter_from(folded, from));
    for found in stated.into_iter().flatten() {
        if let Some(none) = found.name("none") {
            hold(none.start()..found.get(0).map_or(none.end(), |all| all.end()), None);
            continue;
        }
        let Some((range, count, unit)) = counted(&found) else { continue };
        let is_known = draft.facts.rates.iter().filter(|rate| rate.per == unit).peekable().peek().is_some();
        let is_said = draft
            .facts
            .rates
            .iter()
            .any(|rate| rate.per == unit && Decimal::from(rate.min_units.unwrap_or(1)) == count);
        if is_known && !is_said {
            hold(range, Some(unit));
        }
    }
}

/// A cheap look: where the first number of units stands that is few enough to be below a minimum.
fn few_units(reading: &Reading<'_>) -> Option<usize> {
    // "Pour d'une nuit": what stands behind an apostrophe is not looked up.
    let may_count = |at: usize| reading.is_any(at, kinds::FEW) || reading.text(at).contains('\'');
    let unit = (1..reading.len()).find(|at| reading.is_any(*at, kinds::UNIT) && may_count(at - 1))?;
    reading.word(unit - 1).map(|word| word.folded.start)
}

/// True when an amount stands right before the unit, which then says what it is charged for: `€90 a night`.
fn is_charged(draft: &Draft<'_>, range: &Range<usize>) -> bool {
    let start = draft.folded.plain_range(range.clone()).start;
    let text = draft.text.as_str();
    draft.money.iter().any(|money| {
        text.get(money.range.end..start)
            .is_some_and(|between| between.trim_matches([' ', '/', '(']).is_empty())
    })
}

/// True when a folded text asks for fewer units than are sold; for messages that a draft may agree to.
pub(super) fn asked_below(draft: &Draft<'_>, folded: &str) -> Option<Option<String>> {
    static ASKED: LazyLock<Phrases> = LazyLock::new(|| {
        let units = counted_units();
        let pattern = format!(r"(?x) (?-u:\b) (?P<a>{units}) (?-u:\b)");
        phrases(&pattern)
    });
    let is_less = |found: Captures<'_>| {
        let (range, count, unit) = counted(&found)?;
        // In "€80 a night" the unit is what is charged for.
        let is_rate =
            folded[..range.start].trim_end().ends_with(|c: char| c.is_ascii_digit() || c == '€' || c == '$');
        let is_less = least_of(draft, unit).is_some_and(|least| count < Decimal::from(least));
        (is_less
            && !is_rate
            && !folded[range.start..].starts_with("a ")
            && !folded[range.start..].starts_with("an "))
        .then_some(unit)
    };
    let unit = ASKED.captures_iter(folded).find_map(is_less)?;
    Some(Licence::new(draft.facts, draft.context).minimum_fact(Some(unit)))
}

/// The number and the unit of a match, with their place.
fn counted(found: &Captures<'_>) -> Option<(Range<usize>, Decimal, Unit)> {
    let part = ["a", "b", "c"].iter().find_map(|name| found.name(name))?;
    let (count, unit) = counted_unit(part.as_str())?;
    Some((part.range(), count, unit))
}

/// The lowest minimum of the rates for a unit; none where there is no such rate.
fn least_of(draft: &Draft<'_>, unit: Unit) -> Option<u32> {
    let rates = draft.facts.rates.iter().filter(|rate| rate.per == unit);
    rates.map(|rate| rate.min_units.unwrap_or(1)).min()
}

#[cfg(test)]
mod tests {
    use super::{few_units, start_of_sentence};
    use crate::gate::{
        mention::words_of,
        topics::{Topic, Topics},
    };
    use crate::text::{PlainText, Reading, fold};
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn is_held(body: &str) -> bool {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        verdict.violations.iter().any(|violation| violation.code == ViolationCode::BelowMinimum)
    }

    #[test]
    fn less_than_the_minimum_is_never_offered() {
        for body in [
            "One night is fine",
            "A single night works for us",
            "We can do just one night",
            "Sure, 1 night is no problem!",
            "The minimum stay is one night",
            "There is no minimum stay",
            "3 nights minimum",
            "Una noche está bien",
            "Eine Nacht geht",
            "Va bene, una notte va bene",
        ] {
            assert!(is_held(body), "{body}");
        }
    }

    #[test]
    fn the_minimum_itself_and_more_pass() {
        for body in [
            "Two nights are fine",
            "The shortest stay is 2 nights.",
            "Minimum two nights",
            "We can't do one night, sorry",
            "It is an hour from Dublin",
            "A double room is €90 a night",
            "One night isn't possible, two is the least",
            "Good night!",
        ] {
            assert!(!is_held(body), "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_phrase_of_stated_is_passed_over(text in super::STATED.examples()) {
            let from = Topics::of(&text).sentence(Topic::Minimum, &text);
            proptest::prop_assert!(super::STATED.is_found_by(&text, from));
        }

        #[test]
        fn no_phrase_of_offered_is_passed_over(text in super::OFFERED.examples()) {
            let plain = PlainText::of(&text);
            let folded = fold(plain.as_str());
            let words = words_of(plain.as_str(), &folded);
            let unit = few_units(&Reading::new(folded.as_str(), &words));
            let from = unit.map(|at| start_of_sentence(folded.as_str(), at));
            proptest::prop_assert!(super::OFFERED.is_found_by(folded.as_str(), from));
        }
    }
}
