//! Well known places, their names in several languages, and what lies in what.

use std::{collections::hash_map::Entry, sync::LazyLock};

use rustc_hash::FxHashMap;

use crate::text::Reading;

/// Shortest name that is put together where a space splits it; a shorter one is too easily two words.
const JOINED_MIN_BYTES: usize = 5;

/// The places of the program.
pub(super) static GAZETTEER: LazyLock<Gazetteer> =
    LazyLock::new(|| Gazetteer::read(include_str!("../../../data/places.txt")));

/// A place of the gazetteer: a number, the same for all its names.
pub(in crate::gate) type PlaceId = u16;

/// Names of places.
#[derive(Debug, Default)]
pub(super) struct Gazetteer {
    /// By the first word of a name.
    names: FxHashMap<String, Vec<Name>>,
    /// For every place what it lies in, itself excluded: its region, its country.
    within: Vec<Vec<PlaceId>>,
    /// Single words that are put together where a space splits them.
    joined: Vec<String>,
}

/// One name of a place.
#[derive(Debug)]
pub(super) struct Name {
    rest: Vec<String>,
    pub(super) place: PlaceId,
    /// Made of capitals alone, such as `BCN`.
    pub(super) is_code: bool,
    /// Also a word or a person's name.
    pub(super) is_word: bool,
}

impl Name {
    /// How many words it has.
    pub(super) const fn words(&self) -> usize {
        self.rest.len() + 1
    }
}

impl Gazetteer {
    fn read(text: &str) -> Self {
        let mut gazetteer = Self::default();
        let mut country = None;
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some((_, names)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
                country = Some(gazetteer.add(names, &[]));
                continue;
            }
            let around: Vec<PlaceId> = country.into_iter().collect();
            let (region, cities) = match line.strip_prefix('(').and_then(|line| line.split_once(')')) {
                Some((names, cities)) => (Some(gazetteer.add(names, &around)), cities),
                None => (None, line),
            };
            let around: Vec<PlaceId> = region.into_iter().chain(around).collect();
            for names in cities.split(", ").filter(|names| !names.trim().is_empty()) {
                gazetteer.add(names, &around);
            }
        }
        gazetteer
    }

    /// Adds a place under its names.
    fn add(&mut self, names: &str, within: &[PlaceId]) -> PlaceId {
        let place =
            PlaceId::try_from(self.within.len()).expect("the list is ours and has few thousand places");
        self.within.push(within.to_vec());
        for name in names.split('/') {
            let (is_word, name) = match name.trim().strip_prefix('*') {
                Some(name) => (true, name),
                None => (false, name.trim()),
            };
            let is_code = name.len() <= 5 && name.bytes().all(|byte| byte.is_ascii_uppercase());
            let mut words = words_of_name(name);
            let Some(first) = (!words.is_empty()).then(|| words.remove(0)) else { continue };
            let is_long =
                first.len() >= JOINED_MIN_BYTES || (is_code && !first.contains(['a', 'e', 'i', 'o', 'u']));
            if words.is_empty() && !is_word && is_long {
                self.joined.push(first.clone());
            }
            let name = Name { rest: words, place, is_code, is_word };
            match self.names.entry(first) {
                Entry::Occupied(mut others) => others.get_mut().push(name),
                Entry::Vacant(empty) => drop(empty.insert(vec![name])),
            }
        }
        place
    }

    /// The longest names that the words from `at` on spell, several where places share one.
    pub(super) fn names_at(&self, reading: &Reading<'_>, at: usize) -> Vec<&Name> {
        let Some(names) = self.names.get(without_possessive(reading.text(at))) else { return Vec::new() };
        let spelled = |name: &&Name| spells(reading, at, &name.rest);
        let longest = names.iter().filter(spelled).map(Name::words).max().unwrap_or(0);
        names.iter().filter(|name| name.words() == longest).filter(spelled).collect()
    }

    /// The places that a name has, spelled in full.
    pub(super) fn places_named(&self, name: &str) -> Vec<PlaceId> {
        let words = words_of_name(name);
        let Some((first, rest)) = words.split_first() else { return Vec::new() };
        let names = self.names.get(first).into_iter().flatten();
        names.filter(|name| name.rest == rest).map(|name| name.place).collect()
    }

    /// What a place lies in: its region and its country.
    pub(super) fn within(&self, place: PlaceId) -> &[PlaceId] {
        self.within.get(usize::from(place)).map_or(&[], Vec::as_slice)
    }

    /// Single words that must be seen even where a space splits them.
    pub(super) fn vocabulary(&self) -> impl Iterator<Item = &str> {
        self.joined.iter().map(String::as_str)
    }
}

/// The places that a name has.
pub(in crate::gate) fn places_named(name: &str) -> Vec<PlaceId> {
    GAZETTEER.places_named(name)
}

/// What a place lies in.
pub(in crate::gate) fn places_within(place: PlaceId) -> &'static [PlaceId] {
    GAZETTEER.within(place)
}

/// The words of a name as [`Reading`] has them.
pub(in crate::gate) fn words_of_name(name: &str) -> Vec<String> {
    let folded = crate::text::fold_phrase(name);
    let words = folded.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// True when the words behind `at` are these, with nothing but spaces, hyphens and a short form's stop between.
fn spells(reading: &Reading<'_>, at: usize, rest: &[String]) -> bool {
    rest.iter().zip(at + 1..).all(|(word, at)| {
        without_possessive(reading.text(at)) == word && matches!(reading.sign(at), "" | "-" | ".")
    })
}

/// A word without the `'s` of possession.
pub(super) fn without_possessive(word: &str) -> &str {
    word.strip_suffix("'s").unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_several_names_and_lies_in_others() {
        let named = |name: &str| GAZETTEER.places_named(name);
        assert_eq!(named("Lisboa"), named("LISBON"));
        assert_eq!(named("München"), named("Munich"));
        assert_eq!(named("nyc"), named("New York"));
        assert_eq!(named("Winston-Salem").len(), 1);
        assert!(named("Atlantis").is_empty());
        assert_eq!(named("Cordoba").len(), 2, "one in Spain and one in Argentina");
        assert_eq!(GAZETTEER.within(named("Lisbon")[0]), named("Portugal"));
        assert_eq!(GAZETTEER.within(named("Faro")[0]), [named("Algarve"), named("Portugal")].concat());
    }

    #[test]
    fn every_name_is_folded_and_readable() {
        assert!(GAZETTEER.within.len() > 1_200, "{}", GAZETTEER.within.len());
        for (first, names) in &GAZETTEER.names {
            for word in names.iter().flat_map(|name| &name.rest).chain([first]) {
                assert_eq!(crate::text::fold_phrase(word), *word);
                assert!(!word.contains(['*', '(', ')', '[', ']']), "{word}");
            }
        }
    }
}
