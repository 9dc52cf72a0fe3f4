//! Where the business is by its facts: the places it may speak of as its own, and when it is there.

use std::collections::HashSet;

use crate::{
    facts::{Facts, Location},
    gate::mention::{PlaceFound, PlaceId, places_named, places_within, words_of_name},
    text::Reading,
};

/// Short words of the facts that make no name.
const WORD_MIN_BYTES: usize = 2;

/// The places that facts license, prepared for comparing.
#[derive(Debug, Clone)]
pub(in crate::gate) struct Places {
    locations: Vec<Known>,
    /// The regions and countries that the locations lie in.
    around: HashSet<PlaceId>,
    /// The words of every text of the facts, for names that the facts themselves use.
    texts: Vec<Vec<String>>,
    /// All of these words.
    words: HashSet<String>,
}

/// One location of the facts.
#[derive(Debug, Clone)]
struct Known {
    /// What its names may be.
    places: Vec<PlaceId>,
    /// Its names, as words.
    names: Vec<Vec<String>>,
}

impl Places {
    pub(in crate::gate) fn of(facts: &Facts) -> Self {
        let locations: Vec<Known> = facts.locations.iter().map(Known::of).collect();
        let places = locations.iter().flat_map(|known| &known.places);
        let around = places.flat_map(|place| places_within(*place)).copied().collect();
        let texts = facts.texts().into_iter().filter(|(field, _)| !field.starts_with("never_offer"));
        let texts: Vec<Vec<String>> = texts.map(|(_, text)| words_of_name(text)).collect();
        let words = texts.iter().flatten().filter(|word| word.len() >= WORD_MIN_BYTES);
        let words = words.map(|word| word.strip_suffix("'s").unwrap_or(word).to_owned()).collect();
        Self { locations, around, texts, words }
    }

    /// The locations, by their number in the facts, that a name stands for.
    pub(in crate::gate) fn locations_of(&self, found: &PlaceFound, reading: &Reading<'_>) -> Vec<usize> {
        let words: Vec<&str> = bare_words(found, reading).collect();
        let is_it = |known: &Known| {
            let is_named = |name: &Vec<String>| {
                words.len() >= name.len() && name.iter().zip(&words).all(|(a, b)| a == b)
            };
            let ends_so = |name: &Vec<String>| {
                words.len() > name.len() && name.iter().rev().zip(words.iter().rev()).all(|(a, b)| a == b)
            };
            found.places.iter().any(|place| known.places.contains(place))
                // "Hotel Lisbon" is in Lisbon.
                || (found.places.is_empty() && known.names.iter().any(ends_so))
                // A known place is what it is, whatever its first words are.
                || (found.places.is_empty() && known.names.iter().any(is_named))
                || known.names.iter().any(|name| name.len() == words.len() && is_named(name))
        };
        let locations = self.locations.iter().enumerate();
        locations.filter(|(_, known)| is_it(known)).map(|(index, _)| index).collect()
    }

    /// True when the facts license a place: a location, what it lies in, or a name that the facts use.
    pub(in crate::gate) fn license(&self, found: &PlaceFound, reading: &Reading<'_>) -> bool {
        if found.places.iter().any(|place| self.around.contains(place))
            || !self.locations_of(found, reading).is_empty()
        {
            return true;
        }
        let words: Vec<&str> = bare_words(found, reading).collect();
        if found.places.is_empty() && words.iter().all(|word| self.words.contains(*word)) {
            return true;
        }
        self.texts
            .iter()
            .any(|text| text.windows(words.len()).any(|some| some.iter().zip(&words).all(|(a, b)| a == b)))
    }

    /// The location that a draft should have named: one in the same country, or the first.
    pub(in crate::gate) fn nearest_fact(&self, found: &PlaceFound, facts: &Facts) -> Option<String> {
        let lies_in: HashSet<PlaceId> =
            found.places.iter().flat_map(|place| places_within(*place)).copied().collect();
        let is_near = |known: &Known| {
            known.places.iter().flat_map(|place| places_within(*place)).any(|place| lies_in.contains(place))
        };
        let index = self.locations.iter().position(is_near).unwrap_or(0);
        facts.locations.get(index).map(|location| words_of_location(index, location))
    }
}

impl Known {
    fn of(location: &Location) -> Self {
        let names = std::iter::once(&location.city).chain(&location.aliases);
        // "Lisbon, Portugal" is a way of writing the city.
        let names: Vec<&str> = names.map(|name| name.split(',').next().unwrap_or(name)).collect();
        Self {
            places: names.iter().flat_map(|name| places_named(name)).collect(),
            names: names.iter().map(|name| words_of_name(name)).filter(|words| !words.is_empty()).collect(),
        }
    }
}

/// The words of a found place without the `'s` of possession.
fn bare_words<'a>(found: &PlaceFound, reading: &Reading<'a>) -> impl Iterator<Item = &'a str> {
    reading.texts(found.words.clone()).map(|word| word.strip_suffix("'s").unwrap_or(word))
}

/// A location as it is shown: path, city, window.
pub(in crate::gate) fn words_of_location(index: usize, location: &Location) -> String {
    let window = match (location.from, location.to) {
        (Some(from), Some(to)) => format!(", {from} to {to}"),
        (Some(from), None) => format!(", from {from}"),
        (None, Some(to)) => format!(", until {to}"),
        (None, None) => String::new(),
    };
    format!("locations[{index}]: {}{window}", location.city)
}
