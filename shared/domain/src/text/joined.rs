//! Putting together what was split: `per ni ght`, `1 2 0 dollars`, `$12 0/hr`.
//!
//! A space in the middle of a word or number hides it from whoever reads words. The joiner knows the words that matter
//! to a set of rules; where letters make up such a word across spaces, and nothing but that word, the spaces go.
//! Digits are joined across one space when nothing that could be counted follows. The rules then read the text a second
//! time, so that what the split hid is seen and what was written is not lost.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{letters::Letters, plain::PlainText, spellings::Spellings, view::View};

/// Shortest word that is put together; pieces of shorter ones are words themselves.
const WORD_MIN_BYTES: usize = 3;
/// Most separators between two letters of a split word, in bytes.
const GAP_MAX_BYTES: usize = 3;

/// Groups of digits with up to three spaces ([`GAP_MAX_BYTES`]) or a stray separator between them. What follows the last group must not be a word
/// that it could count: `2 90-minute sessions` stays apart, `12 0/hr` does not.
static SPLIT_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x) ( [0-9]+ (?: (?:\x20{1,3} | \x20{1,3}[.,] | [.,]\x20{1,3}) [0-9]+ )+ )
        (?: [km](?-u:\b) | (?-u:\b) \s* (?: [^\p{L}\d\s.,:-] | [.,]? \s* \z | [.!?,] \s+ [^\d\s]
            | (?: per | an? | each | dollars? | bucks? | euros? | pounds? | quid | usd | eur | gbp | k | grand ) (?-u:\b) ) )",
    )
    .expect("a constant pattern, which a test compiles")
});

/// The words that a set of rules must not miss.
#[derive(Debug, Clone)]
pub(crate) struct Joiner {
    words: Spellings,
}

impl Joiner {
    /// A joiner for folded words; those of fewer than three letters are left out.
    pub(crate) fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<&str> = words.into_iter().filter(|word| word.len() >= WORD_MIN_BYTES).collect();
        Self { words: Spellings::of(&words) }
    }

    /// The text with split words and numbers put together; none when nothing is split.
    pub(crate) fn join<'a>(
        &self,
        plain: &PlainText<'a>,
        folded: &View,
        letters: &Letters,
    ) -> Option<PlainText<'a>> {
        let gaps = self.gaps_in_words(folded, letters);
        let words = (!gaps.is_empty()).then(|| plain.without(gaps));
        let gaps = gaps_in_numbers(words.as_ref().unwrap_or(plain).as_str());
        if gaps.is_empty() { words } else { Some(words.as_ref().unwrap_or(plain).without(gaps)) }
    }

    fn gaps_in_words(&self, folded: &View, letters: &Letters) -> Vec<Range<usize>> {
        let mut gaps = Vec::new();
        for found in self.words.find_split(letters) {
            let within = letters.gaps(found.range);
            if within.iter().all(|gap| gap.len() <= GAP_MAX_BYTES) {
                gaps.extend(within.into_iter().map(|gap| folded.plain_range(gap)));
            }
        }
        gaps
    }
}

/// The spaces inside split numbers.
fn gaps_in_numbers(plain: &str) -> Vec<Range<usize>> {
    // A cheap look: a digit, some separators with a space among them, a digit.
    let bytes = plain.as_bytes();
    let is_split = |at: usize| {
        let gap = bytes[at..].iter().take(GAP_MAX_BYTES + 1);
        let gap = gap.take_while(|byte| matches!(byte, b' ' | b'.' | b',')).count();
        bytes[at..at + gap].contains(&b' ') && bytes.get(at + gap).is_some_and(u8::is_ascii_digit)
    };
    if !(1..bytes.len()).any(|at| bytes[at - 1].is_ascii_digit() && is_split(at)) {
        return Vec::new();
    }
    let mut gaps = Vec::new();
    for found in SPLIT_NUMBER.captures_iter(plain).filter_map(|captures| captures.get(1)) {
        let spaces = found.as_str().match_indices(' ').map(|(at, space)| (found.start() + at, space.len()));
        gaps.extend(spaces.map(|(at, len)| at..at + len));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    fn joined(text: &str) -> Option<String> {
        let plain = PlainText::of(text);
        let folded = fold(plain.as_str());
        let joiner = Joiner::of(["night", "call", "hour", "dollars"]);
        joiner.join(&plain, &folded, &Letters::of(&folded)).map(|joined| joined.as_str().to_owned())
    }

    #[test]
    fn split_words_and_numbers_are_put_together() {
        for (split, whole) in [
            ("€90 per ni ght", "€90 per night"),
            ("c a l l me", "call me"),
            ("1 2 0 dollars an hour", "120 dollars an hour"),
            ("1 2 0 dol lars an ho ur", "120 dollars an hour"),
            ("$12 0/hr", "$120/hr"),
            ("$15 0", "$150"),
            ("1 2  0 dollars", "120 dollars"),
            ("$15   0", "$150"),
            ("0. 2k for it", "0.2k for it"),
            ("it is $1 .5k", "it is $1.5k"),
        ] {
            assert_eq!(joined(split).as_deref(), Some(whole), "{split}");
        }
    }

    #[test]
    fn what_is_not_split_stays() {
        for text in [
            "A double room is €90 per night",
            "recall me",
            "150 2 hours",
            "See you at 3, 2 cameras",
            "local land",
            "10 14 March",
        ] {
            assert_eq!(joined(text), None, "{text}");
        }
    }
}
