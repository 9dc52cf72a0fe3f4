//! Street addresses in a text: `12 Baker Street`, `Rua Augusta 120`, `Lindenstr. 5`, a postcode, coordinates.

use std::ops::Range;

use super::{digits::spelled, kinds, ordinary::is_ordinary};
use crate::text::{Reading, Shape};

/// Most words of a street's name.
const NAME_MAX_WORDS: usize = 4;
/// Most digits of a house number.
const NUMBER_MAX_DIGITS: usize = 5;
/// Fewest decimals that make a number a coordinate.
const COORDINATE_MIN_DECIMALS: usize = 4;

/// What stands behind a street's name, with the short form it may have.
const BEHIND: &[(&str, &str)] = &[
    ("street", "street"),
    ("st", "street"),
    ("road", "road"),
    ("rd", "road"),
    ("avenue", "avenue"),
    ("ave", "avenue"),
    ("lane", "lane"),
    ("ln", "lane"),
    ("boulevard", "boulevard"),
    ("blvd", "boulevard"),
    ("quay", "quay"),
    ("terrace", "terrace"),
    ("crescent", "crescent"),
    ("alley", "alley"),
    ("highway", "highway"),
    ("parkway", "parkway"),
    ("mews", "mews"),
    ("drive", "drive"),
    ("dr", "drive"),
    ("way", "way"),
    ("close", "close"),
    ("court", "court"),
    ("ct", "court"),
    ("place", "place"),
    ("pl", "place"),
    ("square", "square"),
    ("sq", "square"),
    ("row", "row"),
    ("hill", "hill"),
    ("gardens", "gardens"),
    ("grove", "grove"),
    ("walk", "walk"),
    ("parade", "parade"),
    ("wharf", "wharf"),
];
/// The words of both lists, to ask about first.
pub(super) const STREET_WORDS: &[&str] = &[
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "ln",
    "boulevard",
    "blvd",
    "quay",
    "terrace",
    "crescent",
    "alley",
    "highway",
    "parkway",
    "mews",
    "drive",
    "dr",
    "way",
    "close",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "row",
    "hill",
    "gardens",
    "grove",
    "walk",
    "parade",
    "wharf",
    "rua",
    "r",
    "avenida",
    "av",
    "travessa",
    "praca",
    "largo",
    "alameda",
    "estrada",
    "calle",
    "c",
    "plaza",
    "paseo",
    "carrer",
    "rue",
    "quai",
    "via",
    "viale",
    "piazza",
    "corso",
];
/// Of these the ones that make a street of small letters too (`12 baker street`), and that are seen where a space splits
/// them.
pub(super) const VOCABULARY: &[&str] =
    &["street", "road", "avenue", "lane", "boulevard", "quay", "terrace", "crescent", "mews"];
/// What stands before a street's name.
const BEFORE: &[(&str, &str)] = &[
    ("rua", "rua"),
    ("r", "rua"),
    ("avenida", "avenida"),
    ("av", "avenida"),
    ("travessa", "travessa"),
    ("praca", "praca"),
    ("largo", "largo"),
    ("alameda", "alameda"),
    ("estrada", "estrada"),
    ("calle", "calle"),
    ("c", "calle"),
    ("plaza", "plaza"),
    ("paseo", "paseo"),
    ("carrer", "carrer"),
    ("rue", "rue"),
    ("quai", "quai"),
    ("avenue", "avenue"),
    ("boulevard", "boulevard"),
    ("via", "via"),
    ("viale", "viale"),
    ("piazza", "piazza"),
    ("corso", "corso"),
];
/// How words for streets end that are written as one.
const ENDINGS: &[(&str, &str)] = &[
    ("strasse", "strasse"),
    ("str", "strasse"),
    ("gasse", "gasse"),
    ("platz", "platz"),
    ("allee", "allee"),
    ("weg", "weg"),
    ("ufer", "ufer"),
    ("damm", "damm"),
    ("straat", "straat"),
    ("laan", "laan"),
    ("gracht", "gracht"),
    ("plein", "plein"),
    ("kade", "kade"),
];
/// Small words inside a street's name.
const CONNECTORS: &[&str] = &[
    "de", "da", "do", "das", "dos", "del", "della", "dei", "di", "du", "des", "la", "le", "les", "los",
    "las", "of", "the", "l", "d",
];

/// An address that a text gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gate) struct AddressFound {
    /// Its words, counted in the text.
    pub(in crate::gate) words: Range<usize>,
    /// Where, in bytes of the plain text.
    pub(in crate::gate) range: Range<usize>,
    /// A house number, a postcode or coordinates make it one door's.
    pub(in crate::gate) is_exact: bool,
}

/// Finds street addresses.
pub(in crate::gate) fn find_addresses(plain: &str, reading: &Reading<'_>) -> Vec<AddressFound> {
    let mut found: Vec<AddressFound> = Vec::new();
    let search = Search { plain, reading };
    let mut at = 0;
    while at < reading.len() {
        let from = found.last().map_or(0, |last| last.words.end);
        let address = search.at(at, from);
        at = address.as_ref().map_or(at + 1, |address| address.words.end.max(at + 1));
        found.extend(address);
    }
    found
}

/// The words of an address in one spelling: short forms written out, numbers in figures.
pub(in crate::gate) fn address_words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let full = |word: &str| {
        let whole = BEHIND.iter().chain(BEFORE).find(|(short, _)| *short == word);
        if let Some((_, whole)) = whole {
            return (*whole).to_owned();
        }
        let ending = ENDINGS.iter().find(|(short, _)| word.len() > short.len() + 2 && word.ends_with(short));
        match ending {
            Some((short, whole)) => format!("{}{whole}", &word[..word.len() - short.len()]),
            None => spelled(word).unwrap_or(word).to_owned(),
        }
    };
    words.filter(|word| !matches!(*word, "no" | "n" | "nr" | "number" | "numero")).map(full).collect()
}

struct Search<'a> {
    plain: &'a str,
    reading: &'a Reading<'a>,
}

impl Search<'_> {
    fn at(&self, at: usize, from: usize) -> Option<AddressFound> {
        let text = self.reading.text(at);
        let word = self.reading.word(at)?;
        match word.shape {
            Shape::Number => self.coordinates(at),
            _ if word.kinds.any(kinds::STREET) => {
                let is_before = BEFORE.iter().any(|(short, _)| *short == text);
                self.named_before(at, from)
                    .or_else(|| if is_before { self.named_behind(at, from) } else { None })
            }
            Shape::Capitals => self.postcode(at),
            Shape::Capital if text.len() > 5 && ENDINGS.iter().any(|(short, _)| text.ends_with(short)) => {
                let end = self.number_behind(at + 1)?;
                Some(self.found(at..end, true))
            }
            Shape::Capital => self.postcode(at),
            Shape::Small => None,
        }
    }

    /// `12 Baker Street`, `Lantern Quay 7`.
    fn named_before(&self, at: usize, from: usize) -> Option<AddressFound> {
        let is_sure = VOCABULARY.contains(&self.reading.text(at));
        let mut start = at;
        let mut all_capitals = true;
        while start > from && at - start < NAME_MAX_WORDS && self.reading.sign(start).is_empty() {
            let before = start - 1;
            let text = self.reading.text(before);
            let is_name = self.reading.is_capital(before)
                && !if is_sure { is_ordinary_here(text) } else { is_ordinary(text) };
            let may_be_small = is_sure && !is_ordinary(text) && !is_number(text) && spelled(text).is_none();
            if !is_name && !may_be_small {
                break;
            }
            all_capitals &= is_name;
            start = before;
        }
        if start == at {
            return None;
        }
        let number =
            start.checked_sub(1).filter(|before| *before >= from && self.is_house_number(*before, start));
        let behind = if number.is_none() { self.number_behind(at + 1) } else { None };
        let is_exact = number.is_some() || behind.is_some();
        // Without a number small letters are words: "down the old road".
        if !is_exact && !all_capitals || (!is_sure && !is_exact && !self.reading.is_capital(at)) {
            return None;
        }
        Some(self.found(number.unwrap_or(start)..behind.unwrap_or(at + 1), is_exact))
    }

    /// `Rua Augusta 120`, `120 Rua Augusta`, `Calle de Alcalá, 7`.
    fn named_behind(&self, at: usize, from: usize) -> Option<AddressFound> {
        let mut end = at + 1;
        // "C/ Alcalá", "R. Augusta", but not "C U".
        if self.reading.text(at).len() == 1 && !matches!(self.reading.gap(end), "/" | "/ " | ". ") {
            return None;
        }
        let mut has_capital = false;
        let is_short = self.reading.text(at).len() <= 2;
        while end < self.reading.len()
            && end - at <= NAME_MAX_WORDS
            && (matches!(self.reading.sign(end), "" | "/" | "'")
                || (is_short && self.reading.gap(end) == ". "))
        {
            let text = self.reading.text(end);
            let is_name = self.reading.is_capital(end) && !is_number(text);
            if !is_name && !CONNECTORS.contains(&text) {
                break;
            }
            has_capital |= is_name;
            end += 1;
        }
        while end > at + 1 && CONNECTORS.contains(&self.reading.text(end - 1)) {
            end -= 1;
        }
        if !has_capital {
            return None;
        }
        let number = at.checked_sub(1).filter(|before| *before >= from && self.is_house_number(*before, at));
        let behind = if number.is_none() { self.number_behind(end) } else { None };
        let is_exact = number.is_some() || behind.is_some();
        let is_word =
            matches!(self.reading.text(at), "via" | "largo" | "r" | "c" | "av" | "avenue" | "boulevard");
        if is_word && !is_exact {
            return None;
        }
        Some(self.found(number.unwrap_or(at)..behind.unwrap_or(end), is_exact))
    }

    /// A house number before a name.
    fn is_house_number(&self, at: usize, name: usize) -> bool {
        let text = self.reading.text(at);
        matches!(self.reading.sign(name), "" | ",") && (is_number(text) || spelled(text).is_some())
    }

    /// The word behind a house number behind a name.
    fn number_behind(&self, at: usize) -> Option<usize> {
        let number =
            at + usize::from(matches!(self.reading.text(at), "no" | "n" | "nr" | "number" | "numero"));
        let is_near = matches!(self.reading.sign(at), "" | "," | "." | "#");
        let counts = matches!(
            self.reading.text(number + 1),
            "min" | "mins" | "minutes" | "am" | "pm" | "hours" | "km" | "people" | "years"
        ) && self.reading.gap(number + 1) == " ";
        let is_time = self.reading.gap(number + 1).starts_with(':');
        (is_near && is_number(self.reading.text(number)) && !counts && !is_time).then_some(number + 1)
    }

    /// `EC1A 1BB`, `H91 AB12`, `SW1A 2AA`; read from the plain text, for folding turns digits into letters.
    fn postcode(&self, at: usize) -> Option<AddressFound> {
        let plain = |at: usize| self.reading.word(at).map(|word| self.plain[word.plain.clone()].as_bytes());
        let (first, second) = (plain(at)?, plain(at + 1)?);
        let shape = |bytes: &[u8]| -> String {
            let kind = |byte: &u8| {
                if byte.is_ascii_digit() {
                    '9'
                } else if byte.is_ascii_uppercase() {
                    'A'
                } else {
                    '?'
                }
            };
            bytes.iter().map(kind).collect()
        };
        if !matches!(first.len(), 2..=4)
            || !matches!(second.len(), 3 | 4)
            || !self.reading.sign(at + 1).is_empty()
        {
            return None;
        }
        let british = second.len() == 3
            && shape(second) == "9AA"
            && matches!(&*shape(first), "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A");
        let irish = first.len() == 3
            && second.len() == 4
            && matches!(&*shape(first), "A99" | "A9A")
            && second.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && second.iter().any(u8::is_ascii_digit);
        (british || irish).then(|| self.found(at..at + 2, true))
    }

    /// `38.7103, -9.1365`.
    fn coordinates(&self, at: usize) -> Option<AddressFound> {
        let number = |at: usize| is_digits(self.reading.text(at));
        let decimals = |at: usize| {
            number(at)
                && self.reading.text(at).len() >= COORDINATE_MIN_DECIMALS
                && self.reading.gap(at) == "."
        };
        let both = number(at) && decimals(at + 1) && number(at + 2) && decimals(at + 3);
        both.then(|| self.found(at..at + 4, true))
    }

    fn found(&self, words: Range<usize>, is_exact: bool) -> AddressFound {
        AddressFound { range: self.reading.plain_range(&words), words, is_exact }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A house number: `12`, `12b`.
fn is_number(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    is_digits(digits) && digits.len() <= NUMBER_MAX_DIGITS && text.len() - digits.len() <= 1
}

/// Words that begin a sentence rather than a street's name.
fn is_ordinary_here(text: &str) -> bool {
    matches!(
        text,
        "the"
            | "at"
            | "on"
            | "in"
            | "my"
            | "our"
            | "i"
            | "i'm"
            | "we"
            | "we're"
            | "meet"
            | "it's"
            | "is"
            | "a"
            | "this"
            | "near"
            | "from"
            | "to"
    )
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
        let found = find_addresses(plain.as_str(), &Reading::new(folded.as_str(), &words)).into_iter();
        found
            .map(|address| {
                format!("{}{}", &plain.as_str()[address.range], if address.is_exact { "!" } else { "" })
            })
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[test]
    fn addresses_are_found_in_several_countries() {
        for (text, address) in [
            ("I'm at 12 Baker Street", "12 Baker Street!"),
            ("i'm at 12b baker street", "12b baker street!"),
            ("Meet at 120 Rua Augusta", "120 Rua Augusta!"),
            ("Rua da Prata, 120", "Rua da Prata, 120!"),
            ("You find us at 7 Lantern Quay in Galway", "7 Lantern Quay!"),
            ("Lantern Quay 7", "Lantern Quay 7!"),
            ("twelve Baker Street", "twelve Baker Street!"),
            ("on Baker Street", "Baker Street"),
            ("Lindenstraße 5", "Lindenstraße 5!"),
            ("Lindenstr. 5", "Lindenstr. 5!"),
            ("12 rue de la Paix", "12 rue de la Paix!"),
            ("Calle de Alcalá, 7", "Calle de Alcalá, 7!"),
            ("Via Roma 3", "Via Roma 3!"),
            ("I live in EC1A 1BB", "EC1A 1BB!"),
            ("H91 AB12 is our code", "H91 AB12!"),
            ("38.7103, -9.1365", "38.7103, -9.1365!"),
        ] {
            assert_eq!(found(text), address, "{text}");
        }
    }

    #[test]
    fn words_are_no_streets() {
        for text in [
            "2 minutes down the road",
            "a 5 minute walk",
            "2 hour drive",
            "on the way",
            "I travel via Madrid",
            "3 rooms, no place left",
            "We close at 8",
            "The street is quiet",
            "10 March in Lisbon",
            "See you at 3",
            "Park for free",
            "5 star way",
            "St Andrews",
        ] {
            assert_eq!(found(text), "", "{text}");
        }
    }
}
