//! Many phrases at once, found however they are spaced: `c a l l me`, `r.a.w f.i.l.e.s`, `give-me a call`.
//!
//! A phrase is written as words, with alternatives in parentheses, any of which may be empty: `give (me|us) a (quick|)
//! call`. Two dots stand for a few words of anybody's: `knock .. off`. All phrases of a book become one automaton over the
//! letters of a text; what is found counts when it starts and ends at the edges of words.

use std::ops::Range;

use super::{letters::Letters, spellings::Spellings, view::View};

/// Longest stretch that two dots stand for, in letters.
const GAP_MAX_LETTERS: usize = 32;
/// Most words that two dots stand for.
const GAP_MAX_WORDS: usize = 5;
/// What separates the halves of a phrase.
const GAP: &str = "..";

/// Phrases, each with what it means.
#[derive(Debug, Clone)]
pub(crate) struct Phrasebook<T> {
    automaton: Spellings,
    /// For every spelling in the automaton the phrase it belongs to, and which part of it it is.
    spellings: Vec<(usize, Part)>,
    /// For every phrase what it means.
    meanings: Vec<T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Head,
    Tail,
}

/// A phrase found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit<T> {
    pub(crate) meaning: T,
    /// Where, in the folded text.
    pub(crate) range: Range<usize>,
}

impl<T: Copy> Phrasebook<T> {
    /// A book of folded phrases. What has no letter or digit is left out.
    pub(crate) fn of(phrases: impl IntoIterator<Item = (T, impl AsRef<str>)>) -> Self {
        let (mut texts, mut spellings, mut meanings) = (Vec::new(), Vec::new(), Vec::new());
        for (phrase, (meaning, written)) in phrases.into_iter().enumerate() {
            meanings.push(meaning);
            let written = written.as_ref();
            let parts = match written.split_once(GAP) {
                None => vec![(Part::Whole, written)],
                Some((head, tail)) => vec![(Part::Head, head), (Part::Tail, tail)],
            };
            for (part, written) in parts {
                for mut text in expand(written) {
                    text.retain(char::is_alphanumeric);
                    if !text.is_empty() {
                        texts.push(text);
                        spellings.push((phrase, part));
                    }
                }
            }
        }
        let automaton = Spellings::of(&texts);
        Self { automaton, spellings, meanings }
    }

    /// How many spellings its phrases have.
    #[cfg(test)]
    pub(crate) const fn spellings(&self) -> usize {
        self.spellings.len()
    }

    /// Every phrase in a text, in order of where it ends.
    pub(crate) fn find(&self, folded: &View, letters: &Letters) -> Vec<Hit<T>> {
        let mut hits = Vec::new();
        let mut heads: Vec<(usize, Range<usize>)> = Vec::new();
        for found in self.automaton.find(letters) {
            let range = found.range;
            let (phrase, part) = self.spellings[found.spelling];
            let meaning = self.meanings[phrase];
            match part {
                Part::Whole => hits.push(Hit { meaning, range: letters.folded_range(range) }),
                Part::Head => heads.push((phrase, range)),
                Part::Tail => {
                    let is_its_head = |(other, head): &&(usize, Range<usize>)| {
                        *other == phrase && is_within_reach(folded, letters, head, &range)
                    };
                    if let Some((_, head)) = heads.iter().rev().find(is_its_head) {
                        hits.push(Hit { meaning, range: letters.folded_range(head.start..range.end) });
                    }
                }
            }
        }
        hits
    }
}

/// True when the second half of a phrase follows its first closely enough, in the same sentence.
fn is_within_reach(folded: &View, letters: &Letters, head: &Range<usize>, tail: &Range<usize>) -> bool {
    if tail.start < head.end || tail.start - head.end > GAP_MAX_LETTERS {
        return false;
    }
    let between = letters.folded_range(head.clone()).end..letters.folded_range(tail.clone()).start;
    let between = &folded.as_str()[between];
    let ends_a_sentence = between.contains(['!', '?', ';', '\n']) || between.contains(". ");
    !ends_a_sentence && between.split_whitespace().count() <= GAP_MAX_WORDS
}

/// Every spelling of a phrase with alternatives.
fn expand(written: &str) -> Vec<String> {
    let Some((before, rest)) = written.split_once('(') else { return vec![written.to_owned()] };
    let end = end_of_group(rest);
    let tails = expand(rest.get(end + 1..).unwrap_or_default());
    let mut spellings = Vec::new();
    for alternative in alternatives(&rest[..end]) {
        for middle in expand(alternative) {
            spellings.extend(tails.iter().map(|tail| format!("{before}{middle}{tail}")));
        }
    }
    spellings
}

/// Where the group that has just been opened is closed; the end when it is not.
fn end_of_group(rest: &str) -> usize {
    let mut depth = 1_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// The alternatives of a group, groups within it left whole.
fn alternatives(group: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, byte) in group.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'|' if depth == 0 => {
                found.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&group[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    const BOOK: &[(char, &str)] = &[
        ('c', "call (me|us)"),
        ('g', "give (me|us) a (quick (little|)|) (call|ring)"),
        ('k', "(knock|take) .. off"),
    ];

    fn found(text: &str) -> Vec<(char, String)> {
        let book = Phrasebook::of(BOOK.iter().copied());
        let folded = fold(text);
        let hits = book.find(&folded, &Letters::of(&folded));
        hits.into_iter().map(|hit| (hit.meaning, folded.as_str()[hit.range].to_owned())).collect()
    }

    #[test]
    fn alternatives_are_spelled_out() {
        assert_eq!(expand("a (b|c (d|)|)x"), ["a bx", "a c dx", "a c x", "a x"]);
        assert_eq!(expand("plain"), ["plain"]);
    }

    #[test]
    fn phrases_are_found_however_they_are_spaced() {
        for (text, meaning, expected) in [
            ("Please call me", 'c', "call me"),
            ("c.a.l.l  m e!", 'c', "c.a.l.l  m e"),
            ("give us a quick ring", 'g', "give us a quick ring"),
            ("gi ve us a quick little ri ng", 'g', "gi ve us a quick little ri ng"),
            ("I can knock 10% off", 'k', "knock 10% off"),
            ("take a little bit off", 'k', "take a little bit off"),
        ] {
            assert_eq!(found(text), [(meaning, expected.to_owned())], "{text}");
        }
    }

    #[test]
    fn parts_of_words_and_far_halves_do_not_count() {
        for text in [
            "recall me",
            "call mentors",
            "knock first. Then walk off",
            "take the first left and then walk on for two miles until you are off",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
