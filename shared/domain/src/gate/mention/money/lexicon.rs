//! Every word that means something beside a number, in one table.
//!
//! The table is asked about each word of each draft, so that it is one look-up for all that a word may be.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization as _;

use super::{
    cues::{CUES, Cues, RATE_UNITS, UNITS, UnitWord},
    numerals::{ADDED, ORDINARY, OTHERS, Step, spelled_out},
    tongue::Tongues,
};
use crate::{
    money::{Coin, Currency, NAMES, NATIONS, SIGNS, codes},
    text::WordMap,
};

/// Longest word in the table, in bytes; of the German numbers below a thousand the longest has 33.
const WORD_MAX_BYTES: usize = 40;

/// A number word: what it does, in which languages, and whether it is an ordinary word as well.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumberWord {
    pub(super) step: Step,
    pub(super) tongues: Tongues,
    pub(super) is_ordinary: bool,
}

/// All that a word may be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meaning {
    pub(super) number: Option<NumberWord>,
    pub(super) coin: Option<&'static Coin>,
    /// Whose money is meant: `canadian` dollars.
    pub(super) nation: Option<Currency>,
    pub(super) unit: Option<UnitWord>,
    pub(super) cues: Cues,
    /// True for a code of ISO 4217, which the case decides about.
    pub(super) is_code: bool,
}

impl Meaning {
    /// True when the word may make a number, or money without a number in figures.
    pub(super) const fn is_about_numbers(&self) -> bool {
        self.number.is_some() || self.coin.is_some()
    }
}

static WORDS: LazyLock<WordMap<&'static Meaning>> = LazyLock::new(words);
/// Signs by their characters in lower case: a symbol, or letters with a symbol.
static BY_SIGN: LazyLock<FxHashMap<&'static str, &'static Coin>> =
    LazyLock::new(|| SIGNS.iter().map(|(sign, coin)| (*sign, coin)).collect());

fn words() -> WordMap<&'static Meaning> {
    let mut table: FxHashMap<Box<str>, Meaning> = FxHashMap::default();
    let mut at = |word: &str, change: &dyn Fn(&mut Meaning)| {
        let key = key_of(word);
        change(table.entry(key.into_boxed_str()).or_default());
    };
    for (tongues, numbers) in ADDED {
        for (word, value) in *numbers {
            at(word, &|meaning| add_number(meaning, word, Step::Add(*value), *tongues));
        }
    }
    for (word, tongues, value) in spelled_out() {
        at(&word, &|meaning| add_number(meaning, &word, Step::Add(value), tongues));
    }
    for (word, tongues, step) in OTHERS {
        at(word, &|meaning| add_number(meaning, word, *step, *tongues));
    }
    for code in codes() {
        at(code, &|meaning| meaning.is_code = true);
    }
    for (names, coin) in NAMES {
        for name in *names {
            at(name, &|meaning| meaning.coin = Some(coin));
        }
    }
    for (word, code) in NATIONS {
        at(word, &|meaning| meaning.nation = code.parse().ok());
    }
    for (unit, share, names) in UNITS {
        for name in *names {
            at(name, &|meaning| meaning.unit = Some(UnitWord { unit: *unit, share: *share }));
        }
    }
    for (cue, names) in CUES {
        for name in *names {
            at(name, &|meaning| meaning.cues = meaning.cues.or(*cue));
        }
    }
    for name in RATE_UNITS {
        at(name, &|meaning| meaning.cues = meaning.cues.or(Cues::RATE));
    }
    // Made once and kept for ever, so that tokens may refer to it.
    let table: &'static FxHashMap<Box<str>, Meaning> = Box::leak(Box::new(table));
    WordMap::of(table.iter().map(|(word, meaning)| (word.as_ref(), meaning)))
}

/// The words of the tables as they are written there; without what is spelled out.
pub(super) fn static_words() -> impl Iterator<Item = &'static str> {
    let numbers = ADDED.iter().flat_map(|(_, numbers)| numbers.iter().map(|(word, _)| *word));
    let others = OTHERS.iter().map(|(word, _, _)| *word);
    let coins = NAMES.iter().flat_map(|(names, _)| names.iter().copied());
    let units = UNITS.iter().flat_map(|(_, _, names)| names.iter().copied());
    let cues = CUES.iter().flat_map(|(_, names)| names.iter().copied());
    numbers.chain(others).chain(coins).chain(units).chain(cues)
}

/// A word that is a number in several languages has one value in all of them, or the first table wins.
fn add_number(meaning: &mut Meaning, word: &str, step: Step, tongues: Tongues) {
    let tongues = match meaning.number {
        Some(known) if known.step != step => return,
        Some(known) => known.tongues.or(tongues),
        None => tongues,
    };
    meaning.number = Some(NumberWord { step, tongues, is_ordinary: ORDINARY.contains(&word) });
}

/// The form under which a word is found: lower case, without accents and the points of abbreviations.
fn key_of(word: &str) -> String {
    let mut key = String::with_capacity(word.len());
    for character in word.chars().flat_map(char::to_lowercase) {
        match character {
            'ß' => key.push_str("ss"),
            'ł' => key.push('l'),
            'ø' => key.push('o'),
            '.' => {}
            _ => key.extend(character.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c))),
        }
    }
    key
}

/// What a word means; none when it means nothing here.
pub(super) fn meaning(word: &str) -> Option<&'static Meaning> {
    if word.len() > WORD_MAX_BYTES {
        return None;
    }
    // A point follows each letter of an abbreviation, and no other word has one.
    if word.is_ascii() && word.as_bytes().get(1) != Some(&b'.') {
        return WORDS.get_in_any_case(word);
    }
    WORDS.get(&key_of(word))
}

/// The coin that a sign stands for.
pub(super) fn sign(characters: &str) -> Option<&'static Coin> {
    match BY_SIGN.get(characters) {
        Some(coin) => Some(coin),
        None if characters.len() > 1 => BY_SIGN.get(characters.to_lowercase().as_str()).copied(),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Unit;

    #[test]
    fn words_are_found_whatever_their_case_and_accents() {
        for word in ["Dólares", "dolares", "DOLARES"] {
            assert!(meaning(word).unwrap().coin.is_some(), "{word}");
        }
        assert!(matches!(meaning("fünfundneunzig").unwrap().number.unwrap().step, Step::Add(95)));
        assert!(matches!(meaning("dreißig").unwrap().number.unwrap().step, Step::Add(30)));
        assert_eq!(meaning("Nächte").unwrap().unit.unwrap().unit, Unit::Night);
        assert!(meaning("p.p.").unwrap().unit.is_some());
        assert!(meaning("harbour").is_none());
        assert!(sign("US$").is_some() && sign("us$").is_some() && sign("€").is_some());
    }

    #[test]
    fn numbers_of_two_languages_agree() {
        let six = meaning("six").unwrap().number.unwrap();
        assert!(six.tongues.meets(super::super::tongue::EN) && six.tongues.meets(super::super::tongue::FR));
    }

    #[test]
    fn every_unit_of_the_facts_is_known_by_its_own_name() {
        use strum::VariantArray as _;
        for unit in Unit::VARIANTS {
            let named = meaning(&unit.to_string()).and_then(|meaning| meaning.unit);
            assert_eq!(named.map(|word| word.unit), Some(*unit));
        }
    }
}
