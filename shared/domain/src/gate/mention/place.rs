//! Places in a text: known names, and names that only the grammar shows.
//!
//! No list of places is complete, and most of what a list holds is also a word (`Nice`, `Reading`, `Same`). So both
//! are used together. A well known name with a capital is a place wherever it stands, unless it is a word as well; after a
//! word that says where, so is a known name in small letters, and any name with a capital, known or not: `I can travel to
//! Sintra`. Where the writing does not tell names from words (all capitals, headings, German), only known names count.

use std::ops::Range;

use super::{
    gazetteer::{GAZETTEER, Name, PlaceId, without_possessive},
    kinds,
    locative::{Locative, locative_before, may_follow_locative, takes_any_place},
    ordinary::is_ordinary,
};
use crate::text::{Reading, Shape};

/// Fewest words after which capitals are trusted to be many or few.
const WORDS_OF_A_HEADING: usize = 4;
/// Shortest unknown name in small letters, in bytes.
const SMALL_NAME_MIN_BYTES: usize = 4;

/// Shortest known name that counts by itself in a text of small letters, in bytes; a shorter one is too easily a word.
const LONG_NAME_MIN_BYTES: usize = 6;

/// What makes a name's words one name: `Rio de Janeiro`, `Stratford-upon-Avon`.
const CONNECTORS: &[&str] = &[
    "de", "da", "do", "dos", "das", "di", "del", "della", "la", "las", "los", "le", "les", "el", "al", "of",
    "the", "upon", "under", "sur", "am", "an", "der", "den", "y", "e", "na", "next", "on",
];
/// Streets and the like, which the check for addresses looks at.
const STREETS: &[&str] = &[
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "av",
    "lane",
    "ln",
    "drive",
    "boulevard",
    "blvd",
    "square",
    "quay",
    "terrace",
    "crescent",
    "alley",
    "highway",
    "rua",
    "avenida",
    "travessa",
    "praca",
    "largo",
    "calle",
    "plaza",
    "paseo",
    "carrer",
    "rue",
    "quai",
    "via",
    "viale",
    "piazza",
    "corso",
    "place",
];
/// Words that most texts in German hold some of.
pub(super) const GERMAN: &[&str] =
    &["und", "ist", "ich", "wir", "der", "das", "nicht", "fur", "sie", "ein", "eine", "mit", "auf"];
/// What stands before a person: `Hi Paris`.
const VOCATIVES: &[&str] = &[
    "hi", "hello", "hey", "dear", "thanks", "thank", "regards", "mr", "mrs", "ms", "miss", "dr", "hola",
    "ola", "bonjour", "hallo", "ciao", "cheers",
];
/// Things named after places.
const THINGS: &[&str] = &[
    "sprouts",
    "ham",
    "cheesecake",
    "style",
    "pizza",
    "roll",
    "time",
    "timezone",
    "waffles",
    "bun",
    "buns",
    "pudding",
    "wine",
    "prawns",
    "cream",
    "vanilla",
    "pie",
    "tea",
    "coffee",
    "fries",
    "press",
    "toast",
    "salad",
    "sauce",
    "rules",
];

/// A place that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gate) struct PlaceFound {
    /// Its words, counted in the text.
    pub(in crate::gate) words: Range<usize>,
    /// Where, in bytes of the plain text.
    pub(in crate::gate) range: Range<usize>,
    /// What it may be; empty for a name that only the grammar shows.
    pub(in crate::gate) places: Vec<PlaceId>,
    /// The word that says where, counted in the text.
    pub(in crate::gate) locative: Option<usize>,
}

/// Finds the places that a text speaks of.
pub(in crate::gate) fn find_places(reading: &Reading<'_>) -> Vec<PlaceFound> {
    let search = Search { reading, manner: Manner::of(reading) };
    let mut found = Vec::new();
    let mut at = 0;
    while at < reading.len() {
        let place = search.place_at(at);
        at = place.as_ref().map_or(at + 1, |place: &PlaceFound| place.words.end);
        found.extend(place);
    }
    found
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
struct Manner {
    /// Capitals tell names from words.
    capitals_tell: bool,
    /// It has no capitals at all.
    all_small: bool,
}

impl Manner {
    fn of(reading: &Reading<'_>) -> Self {
        let (mut words, mut capitals) = (0, 0);
        for at in 0..reading.len() {
            let Some(word) = reading.word(at) else { continue };
            let is_i = matches!(reading.text(at).as_bytes(), [b'i', b'\'', ..]);
            if word.shape != Shape::Number && word.plain.len() > 1 && !is_i {
                words += 1;
                capitals += usize::from(word.shape.is_capital());
            }
        }
        let is_heading = words >= WORDS_OF_A_HEADING && capitals * 4 > words * 3;
        Self { capitals_tell: !is_heading, all_small: capitals == 0 && words > 0 }
    }
}

/// True for a text in German, where every noun has a capital.
fn is_german(reading: &Reading<'_>) -> bool {
    (0..reading.len()).filter(|at| reading.is_any(*at, kinds::GERMAN)).nth(1).is_some()
}

struct Search<'a> {
    reading: &'a Reading<'a>,
    manner: Manner,
}

impl Search<'_> {
    fn place_at(&self, at: usize) -> Option<PlaceFound> {
        let word = self.reading.word(at)?;
        if word.shape == Shape::Number {
            return None;
        }
        let is_capital = word.shape.is_capital();
        // Most words are small, and nothing before them says where.
        if !is_capital && !self.manner.all_small && !may_follow_locative(self.reading, at) {
            return None;
        }
        let locative = locative_before(self.reading, at);
        let may_be_small = locative.is_some() || self.manner.all_small;
        if (!is_capital && !may_be_small) || self.is_part_of_a_contact(at) {
            return None;
        }
        self.known(at, word.shape, locative).or_else(|| self.shown_by_grammar(at, is_capital, locative?))
    }

    /// A name of the gazetteer.
    fn known(&self, at: usize, shape: Shape, locative: Option<(usize, Locative)>) -> Option<PlaceFound> {
        let names = GAZETTEER.names_at(self.reading, at);
        let words = at..at + names.first()?.words();
        let is_written_as_name = shape.is_capital() && self.manner.capitals_tell;
        let counts = |name: &&&Name| match (name.is_code, name.is_word, is_written_as_name) {
            // Letters that no word is made of, such as `bcn` and `nyc`, are a code in small letters too.
            (true, _, true) => shape == Shape::Capitals && (locative.is_some() || self.is_no_word(at)),
            (true, _, false) => locative.is_some() && self.is_no_word(at),
            (false, true, true) => locative.is_some(),
            (false, true, false) => {
                locative.is_some_and(|(_, locative)| locative == Locative::AnyPlace)
                    && !is_ordinary(self.reading.text(at))
            }
            (false, false, true) => {
                locative.is_some() || !(self.is_spoken_to(at) || self.is_a_thing(&words) || self.is_odd(at))
            }
            (false, false, false) => {
                locative.is_some()
                    || (self.manner.all_small && self.reading.text(at).len() >= LONG_NAME_MIN_BYTES)
            }
        };
        let places: Vec<PlaceId> = names.iter().filter(counts).map(|name| name.place).collect();
        if places.is_empty() {
            return None;
        }
        Some(self.found(words, places, locative.map(|(at, _)| at)))
    }

    /// A name after a word that says where.
    fn shown_by_grammar(
        &self,
        at: usize,
        is_capital: bool,
        (word, locative): (usize, Locative),
    ) -> Option<PlaceFound> {
        let text = without_possessive(self.reading.text(at));
        // A first letter apart: `in P orto`.
        let is_apart =
            text.len() == 1 && is_capital && !matches!(text, "i" | "a") && self.reading.gap(at + 1) == " ";
        if is_apart
            && locative == Locative::AnyPlace
            && self.reading.word(at + 1).is_some_and(|word| word.shape == Shape::Small)
        {
            return Some(self.found(at..at + 2, Vec::new(), Some(word)));
        }
        if (is_ordinary(text) && !self.begins_a_name(at))
            || text.len() < 2
            || text.starts_with(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        if !is_capital || !self.manner.capitals_tell {
            let is_name = text.len() >= SMALL_NAME_MIN_BYTES
                && takes_any_place(self.reading, word)
                && !is_german(self.reading)
                && !["s", "ing", "ly", "ed"].iter().any(|end| text.ends_with(end));
            return is_name.then(|| self.found(at..at + 1, Vec::new(), Some(word)));
        }
        if locative == Locative::KnownOnly || is_german(self.reading) {
            return None;
        }
        let words = self.group(at);
        let last = self.reading.text(words.end - 1);
        // `to Anna's` is somebody's; `at St Mary's` is a place.
        let is_somebodys = words.len() == 1 && last.ends_with("'s");
        let is_street = self.is_street(&words);
        (!is_somebodys && !is_street).then(|| self.found(words, Vec::new(), Some(word)))
    }

    /// True for an ordinary word that a name follows: `Port Said`, `High Wycombe`, but not `Mr Said`.
    fn begins_a_name(&self, at: usize) -> bool {
        let next = self.reading.text(at + 1);
        self.reading.is_capital(at + 1)
            && self.is_joined(at + 1)
            && next.len() > 1
            && !is_ordinary(next)
            && !VOCATIVES.contains(&self.reading.text(at))
    }

    /// True when one of the words says street; `St` in front says saint.
    fn is_street(&self, words: &Range<usize>) -> bool {
        let mut texts = self.reading.texts(words.clone()).enumerate();
        texts.any(|(index, word)| STREETS.contains(&word) && (index > 0 || word != "st"))
    }

    /// The words of a name that begins at `first`.
    fn group(&self, first: usize) -> Range<usize> {
        let mut end = first + 1;
        loop {
            let mut next = end;
            while CONNECTORS.contains(&self.reading.text(next)) && self.is_joined(next) && next < end + 2 {
                next += 1;
            }
            let belongs = self.reading.is_capital(next)
                && self.is_joined(next)
                && !is_ordinary(self.reading.text(next))
                && next < self.reading.len();
            if !belongs {
                return first..end;
            }
            end = next + 1;
        }
    }

    /// True when a word and the one before it may belong to one name.
    fn is_joined(&self, at: usize) -> bool {
        let is_short_form = matches!(self.reading.before(at, 1), "st" | "mt" | "ft" | "co");
        matches!(self.reading.sign(at), "" | "-") || (is_short_form && self.reading.sign(at) == ".")
    }

    fn is_no_word(&self, at: usize) -> bool {
        !self.reading.text(at).contains(['a', 'e', 'i', 'o', 'u'])
    }

    fn is_spoken_to(&self, at: usize) -> bool {
        VOCATIVES.contains(&self.reading.before(at, 1))
            || (self.reading.before(at, 1) == "you" && self.reading.before(at, 2) == "thank")
    }

    fn is_a_thing(&self, words: &Range<usize>) -> bool {
        THINGS.contains(&self.reading.text(words.end)) && self.reading.gap(words.end) == " "
    }

    /// True for capitals inside a word that is not all capitals: put together from pieces, `To go` as `Togo`.
    fn is_odd(&self, at: usize) -> bool {
        let Some(word) = self.reading.word(at) else { return false };
        word.shape == Shape::Capital && word.plain.len() > self.reading.text(at).len() + 8
    }

    /// True for a piece of an address, a handle or a host.
    fn is_part_of_a_contact(&self, at: usize) -> bool {
        let (before, after) = (self.reading.gap(at), self.reading.gap(at + 1));
        let is_last = at + 1 >= self.reading.len();
        before.ends_with(['@', '/', '_', '#'])
            || after.starts_with(['@', '_'])
            || (!is_last && (after == "." || after == "/"))
            || (before == "." && at > 0)
    }

    fn found(&self, words: Range<usize>, places: Vec<PlaceId>, locative: Option<usize>) -> PlaceFound {
        PlaceFound { range: self.reading.plain_range(&words), words, places, locative }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gate::mention::words_of,
        text::{PlainText, fold},
    };

    fn found(text: &str) -> Vec<String> {
        let plain = PlainText::of(text);
        let folded = fold(plain.as_str());
        let words = words_of(plain.as_str(), &folded);
        let found = find_places(&Reading::new(folded.as_str(), &words));
        found.into_iter().map(|place| plain.as_str()[place.range].to_owned()).collect()
    }

    #[test]
    fn places_are_found_by_name_and_by_grammar() {
        for (text, places) in [
            ("I'm in Barcelona that week", &["Barcelona"][..]),
            ("happy to shoot in BCN", &["BCN"]),
            ("i'll be in lisbon until the 20th", &["lisbon"]),
            ("im in bcn now", &["bcn"]),
            ("I can travel to Sintra", &["Sintra"]),
            ("i can travel to oughterard", &["oughterard"]),
            ("Come to my studio in Castelo de Vide", &["Castelo de Vide"]),
            ("I'm near Stratford-upon-Avon or St. Louis", &["Stratford-upon-Avon", "St. Louis"]),
            ("I'll be in Ho Chi Minh City and Xi'an", &["Ho Chi Minh City", "Xi'an"]),
            ("Estou no Porto esta semana", &["Porto"]),
            ("Estoy en Málaga, luego en Frigiliana", &["Málaga", "Frigiliana"]),
            ("Je suis à Paris", &["Paris"]),
            ("Ich bin in Wien und nicht in Ruhe", &["Wien"]),
            ("Barcelona works for me", &["Barcelona"]),
            ("I'm in Nice, then in Reading", &["Nice", "Reading"]),
            ("I'M IN BARCELONA THIS WEEK", &["BARCELONA"]),
            ("Lisbon's old town", &["Lisbon's"]),
            ("We are near the Spanish Arch", &["Spanish Arch"]),
            ("I'm i n Nice", &["Nice"]),
            ("NYC works for me", &["NYC"]),
            ("barcelona works for me", &["barcelona"]),
        ] {
            assert_eq!(found(text), places, "{text}");
        }
    }

    #[test]
    fn words_are_no_places() {
        for text in [
            "Nice! Reading your note made my day",
            "Same time works, much appreciated",
            "See you in March, at Christmas or in Summer",
            "I shoot in RAW and write in Portuguese",
            "We serve Spanish omelette and French press coffee",
            "Hi Paris, hello Florence",
            "I'll get in touch with Quinn",
            "Brussels sprouts are on the menu",
            "It's in Quinn's diary",
            "Happy To Help With Anything In Particular",
            "come to us, or travel to clients",
            "I'd like to go in time",
            "write to me at Quinn.example or @Lisbon",
            "Wir sind in Ruhe und mit Freude da",
            "i'm in love with it, in a split second",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
