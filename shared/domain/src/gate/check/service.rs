//! Which service an amount is named for: `the single room is €90` is false where only the double costs that.
//!
//! Services are told apart by the words that not all of them share: `single`, `double`, `family` of rooms.

use super::licence::Licence;
use crate::{
    facts::Facts,
    gate::{
        draft::Draft,
        mention::{MoneyFound, Role},
    },
    text::fold_phrase,
};

/// Most bytes between an amount and the `for` that names its service behind it: `€90 a night for the double`.
const FOR_WITHIN_BYTES: usize = 16;
/// Most bytes between that `for` and the word of the service.
const NAME_WITHIN_BYTES: usize = 24;

/// A word of a service that tells it from others, with the index of its rate.
pub(in crate::gate) type Name = (String, usize);

/// The words that tell the services apart; none where there is nothing to tell apart.
pub(in crate::gate) fn names(facts: &Facts) -> Vec<Name> {
    let services: Vec<String> = facts.rates.iter().map(|rate| fold_phrase(&rate.service)).collect();
    let words = services.iter().enumerate().flat_map(|(index, service)| {
        let words = service.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2);
        words.map(move |word| (word.to_owned(), index))
    });
    words.filter(|(word, _)| services.iter().any(|other| !other.contains(word.as_str()))).collect()
}

/// The fact that an amount contradicts when it is named for a service that costs something else.
pub(super) fn fact_against(draft: &Draft<'_>, licence: &Licence<'_>, found: &MoneyFound) -> Option<String> {
    let is_price = found.is_money() && matches!(found.role, Role::Plain | Role::NearDeposit);
    let rates = if is_price { rates_named(draft, found) } else { Vec::new() };
    let first = *rates.first()?;
    let is_right = found.values.iter().all(|value| licence.is_of(&rates, *value, found));
    (!is_right).then(|| licence.rate_fact(first))
}

/// The rates of the one service that an amount is named for.
fn rates_named(draft: &Draft<'_>, found: &MoneyFound) -> Vec<usize> {
    let names = &draft.gate.service_names;
    if names.is_empty() {
        return Vec::new();
    }
    let folded = draft.folded.as_str();
    let own = draft.folded.range_of(&found.range);
    let others = || draft.money.iter().map(|other| draft.folded.range_of(&other.range));
    let from = others().map(|other| other.end).filter(|end| *end <= own.start).max().unwrap_or(0);
    let to =
        others().map(|other| other.start).filter(|start| *start >= own.end).min().unwrap_or(folded.len());
    let stops = ['.', '!', '?', '\n', ';'];
    let before = &folded[from..own.start];
    let before = before.rfind(stops).map_or(before, |at| &before[at + 1..]);
    let behind = &folded[own.end..to];
    let behind = behind.find(stops).map_or(behind, |at| &behind[..at]);
    let named = behind
        .find(" for ")
        .filter(|at| *at <= FOR_WITHIN_BYTES)
        .map(|at| {
            let end = behind.floor_char_boundary((at + " for ".len() + NAME_WITHIN_BYTES).min(behind.len()));
            let name = &behind[at..end];
            rates_in(names, name.split(',').next().unwrap_or(name))
        })
        .filter(|rates| !rates.is_empty());
    let rates = named.unwrap_or_else(|| rates_in(names, before));
    // Words of several services name none of them.
    let service = |index: &usize| &draft.facts.rates[*index].service;
    let is_one = rates.windows(2).all(|pair| service(&pair[0]) == service(&pair[1]));
    if is_one { rates } else { Vec::new() }
}

/// The rates whose services a text names.
fn rates_in(names: &[Name], text: &str) -> Vec<usize> {
    let mut rates: Vec<usize> =
        names.iter().filter(|(word, _)| has_word(text, word)).map(|(_, index)| *index).collect();
    rates.sort_unstable();
    rates.dedup();
    rates
}

/// True when a text has a word, or its plural.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let rest = &text[at + word.len()..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        !is_letter(text[..at].chars().next_back()) && !is_letter(rest.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, validate_draft},
    };

    fn facts_said(body: &str) -> Vec<String> {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        verdict.violations.into_iter().filter_map(|violation| violation.fact).collect()
    }

    #[test]
    fn the_price_of_another_service_is_held() {
        for (body, fact) in [
            ("The single room is €90 per night", "rates[0]: single room €65 per night"),
            ("It's €65 a night for the double", "rates[1]: double room €90 per night"),
            ("Two nights in the family room are €180", "rates[2]: family room €127.50 per night"),
        ] {
            assert_eq!(facts_said(body), [fact], "{body}");
        }
    }

    #[test]
    fn each_amount_is_read_with_its_own_service() {
        for body in [
            "The single is €65 and the double €90 per night",
            "€65 for the single, €90 for the double",
            "Single or double: €65 or €90",
            "Rooms are €65 to €127.50 per night",
            "Two nights in the double are €180",
            "A deposit of €50 holds the double room",
        ] {
            assert_eq!(facts_said(body), Vec::<String>::new(), "{body}");
        }
    }
}
