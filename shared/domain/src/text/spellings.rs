//! Spellings that count only as whole words, found however letters are spaced.
//!
//! A spelling can begin only where a word does, so that the search walks from the first letter of each word and ends as
//! soon as no spelling goes on like this. Most words are turned away by their first letters alone.

use std::ops::Range;

use aho_corasick::{
    Anchored, MatchKind, PatternID, StartKind,
    automaton::{Automaton as _, StateID},
    dfa::DFA,
};

use super::letters::{BeginningsOf, Letters, SHORT};

/// Spellings made of letters and digits alone.
#[derive(Debug, Clone)]
pub(super) struct Spellings {
    automaton: DFA,
    start: StateID,
    /// The beginnings of three letters that spellings of fewer than five have.
    short: Bits,
    /// The beginnings of five letters that all others have.
    long: Bits,
}

/// One bit for every number of sixteen bits.
#[derive(Debug, Clone)]
struct Bits(Box<[u64; 1024]>);

impl Bits {
    fn none() -> Self {
        Self(Box::new([0; 1024]))
    }

    fn add(&mut self, number: u16) {
        self.0[usize::from(number / 64)] |= 1 << (number % 64);
    }

    fn has(&self, number: u16) -> bool {
        self.0[usize::from(number / 64)] & 1 << (number % 64) != 0
    }
}

/// A spelling found in the letters of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelled {
    /// Which one, counted as they were given.
    pub(super) spelling: usize,
    /// Where, in the letters.
    pub(super) range: Range<usize>,
}

impl Spellings {
    /// Prepares spellings; none may be empty.
    pub(super) fn of(texts: &[impl AsRef<str>]) -> Self {
        const FITS: &str = "some thousand short phrases fit any automaton";
        let automaton = DFA::builder()
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Anchored)
            .prefilter(false)
            .build(texts.iter().map(AsRef::as_ref))
            .expect(FITS);
        let start = automaton.start_state(Anchored::Yes).expect("it was built for anchored searches");
        let (mut short, mut long) = (Bits::none(), Bits::none());
        // Letters that end too soon may be the beginning of anything.
        short.add(SHORT);
        long.add(SHORT);
        for text in texts {
            match BeginningsOf::spelling(text.as_ref()) {
                BeginningsOf::Three(all) => all.for_each(|beginning| short.add(beginning)),
                BeginningsOf::Five(one) => long.add(one),
            }
        }
        Self { automaton, start, short, long }
    }

    /// Every spelling that is made of whole words, in order of where it ends, of two that end together the longer first.
    pub(super) fn find(&self, letters: &Letters) -> Vec<Spelled> {
        self.find_longer(letters, 0)
    }

    /// The same for those that are made of two words and more.
    pub(super) fn find_split(&self, letters: &Letters) -> Vec<Spelled> {
        self.find_longer(letters, 1)
    }

    /// The spellings that end so many words behind their first or later.
    fn find_longer(&self, letters: &Letters, words: usize) -> Vec<Spelled> {
        let mut found = Vec::new();
        for (word, beginning) in letters.beginnings().iter().enumerate() {
            if self.long.has(beginning.five) || self.short.has(beginning.three) {
                self.walk(letters, word, words, &mut found);
            }
        }
        found.sort_by_key(|spelled: &Spelled| (spelled.range.end, spelled.range.start));
        found
    }

    /// Adds the spellings that begin with a word and end with one so many words behind it or later.
    fn walk(&self, letters: &Letters, first: usize, words: usize, found: &mut Vec<Spelled>) {
        let start = letters.start_of(first);
        let mut next = first + 1;
        let mut edge = letters.start_of(next);
        let mut state = self.start;
        for (at, letter) in (start..).zip(&letters.as_str().as_bytes()[start..]) {
            state = self.automaton.next_state(Anchored::Yes, state, *letter);
            let is_edge = at + 1 == edge;
            if is_edge {
                next += 1;
                edge = letters.start_of(next);
            }
            if !self.automaton.is_special(state) {
                continue;
            }
            if self.automaton.is_dead(state) {
                return;
            }
            if is_edge && next - first > words + 1 && self.automaton.is_match(state) {
                let ended = self.ending(state, at + 1 - start);
                let spelled =
                    |spelling: PatternID| Spelled { spelling: spelling.as_usize(), range: start..at + 1 };
                found.extend(ended.map(spelled));
            }
        }
    }

    /// The spellings of a length that end in a state; those of another begin later.
    fn ending(&self, state: StateID, len: usize) -> impl Iterator<Item = PatternID> {
        let ended =
            (0..self.automaton.match_len(state)).map(move |at| self.automaton.match_pattern(state, at));
        ended.filter(move |pattern| self.automaton.pattern_len(*pattern) == len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn only_whole_words_are_found_and_all_that_begin_or_end_together() {
        let spellings = Spellings::of(&["a", "call", "callme", "me", "all", "callmeé"]);
        let found = |text: &str| -> Vec<(usize, Range<usize>)> {
            let letters = Letters::of(&fold(text));
            spellings.find(&letters).into_iter().map(|it| (it.spelling, it.range)).collect()
        };
        assert_eq!(found("c-all me"), [(1, 0..4), (4, 1..4), (2, 0..6), (3, 4..6)]);
        assert_eq!(found("a call, mentor"), [(0, 0..1), (1, 1..5)]);
        assert_eq!(found("recall med"), []);
        assert_eq!(found("me"), [(3, 0..2)]);
        assert_eq!(found(""), []);
        let letters = Letters::of(&fold("a call me"));
        let split: Vec<usize> = spellings.find_split(&letters).into_iter().map(|it| it.spelling).collect();
        assert_eq!(split, [2]);
    }
}
