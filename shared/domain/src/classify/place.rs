//! Finds the place a stay is looked for in, when it is none of the business's own.
//!
//! There is no list of the world's cities here: a place counts only where a stay "in X" is asked for and X is written
//! like a name.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    calendar::{month_number, weekday_named},
    reading::Reading,
};
use crate::facts::Facts;

/// The business's own names of places: what [`ClassifyContext::own_places`](super::ClassifyContext) is filled with.
#[must_use]
pub fn own_places(facts: &Facts) -> Vec<&str> {
    let located = facts.locations.iter().flat_map(|location| {
        let others = location.aliases.iter().chain(&location.address).map(String::as_str);
        std::iter::once(location.city.as_str()).chain(others)
    });
    located.chain(facts.business.iter().map(|business| business.name.as_str())).collect()
}

/// "do you have rooms in X", "is your guesthouse in X". "Near X" is left out: X may be a sight around the corner.
static STAY_IN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i:\b(?:rooms?|stay|staying|accomm?odation|apartments?|beds?|hotels?|guest ?house|b&b|place|anything|something|availability|vacanc(?:y|ies)|locations?|branch|property|located|book|nights?|weekend)\b(?:\W+[\p{L}\d'’]+){0,6}?\W+in\s+(?:the (?:cent(?:re|er) of |city of )?)?)(\p{Lu}[\p{L}'’-]+(?: (?:(?:de|del|la|le|upon|on|am|an|der|di|da|do|of) )?\p{Lu}[\p{L}'’-]+){0,2})",
    )
    .expect("a constant pattern, compiled in a test")
});

/// Words written with a capital that are no place to stay in.
const NO_PLACES: [&str; 44] = [
    "i",
    "i'm",
    "i'd",
    "i'll",
    "easter",
    "christmas",
    "xmas",
    "spring",
    "summer",
    "autumn",
    "winter",
    "fall",
    "whatsapp",
    "telegram",
    "signal",
    "facebook",
    "instagram",
    "airbnb",
    "booking",
    "google",
    "euro",
    "euros",
    "eur",
    "usd",
    "english",
    "german",
    "french",
    "spanish",
    "italian",
    "advance",
    "general",
    "total",
    "person",
    "cash",
    "night",
    "ramadan",
    "diwali",
    "hanukkah",
    "pentecost",
    "expedia",
    "tripadvisor",
    "visa",
    "paypal",
    "room",
];

/// The place, as said. `own_places` are the business's own names of towns, regions, streets and houses.
pub(crate) fn find(reading: &Reading, own_places: &[&str]) -> Option<String> {
    if own_places.is_empty() || is_shouted(reading.said()) {
        return None;
    }
    let own = |name: &str| {
        let name = Reading::of(name);
        own_places.iter().any(|own| {
            let own = Reading::of(own);
            contains_words(own.plain(), name.plain()) || contains_words(name.plain(), own.plain())
        })
    };
    STAY_IN.captures_iter(reading.said()).filter_map(|captures| captures.get(1)).find_map(|name| {
        let name = name.as_str();
        let first = name.split(' ').next().unwrap_or_default().to_lowercase();
        let is_date = names_a_date(&first) || name.starts_with("New Year");
        let is_name = !NO_PLACES.contains(&first.as_str()) && !is_date && !own(name);
        is_name.then(|| name.to_owned())
    })
}

fn names_a_date(word: &str) -> bool {
    // Month and weekday names are matched by their beginning: "Marseille" is no March.
    let full = [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let months = full.contains(&word) || (word.len() <= 4 && month_number(word).is_some());
    months || word.ends_with("day") || (word.len() <= 5 && weekday_named(word).is_some())
}

/// In a message all in capitals a capital means nothing.
fn is_shouted(said: &str) -> bool {
    !said.chars().any(char::is_lowercase)
}

fn contains_words(text: &str, words: &str) -> bool {
    let padded = |text: &str| format!(" {} ", text.replace(|c: char| !c.is_ascii_alphanumeric(), " "));
    padded(text).contains(&padded(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        find(&Reading::of(text), &["Lindau", "Harbour Street", "Lake Constance"])
    }

    #[test]
    fn a_stay_elsewhere_is_found_by_its_name() {
        for (text, place) in [
            ("Do you have rooms in Lisbon next week?", "Lisbon"),
            ("Hi, looking for a place to stay in San Sebastián", "San Sebastián"),
            ("Is your guesthouse in Porto?", "Porto"),
            ("I need 2 nights in Frankfurt am Main", "Frankfurt am Main"),
        ] {
            assert_eq!(found(text).as_deref(), Some(place), "{text}");
        }
    }

    #[test]
    fn own_places_dates_and_other_capitals_are_none() {
        for text in [
            "A room in Lindau please",
            "a room in lindau",
            "Do you have a room in May?",
            "a room near the Lake Constance shore",
            "Any rooms near Market Square?",
            "ROOMS IN LISBON",
            "Any rooms in August or September",
            "We live in Paris",
            "Can I pay for the room in Euro",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(
            find(&Reading::of("rooms in Lisbon"), &[]),
            None,
            "nothing is elsewhere when nothing is known to be here"
        );
    }
}
