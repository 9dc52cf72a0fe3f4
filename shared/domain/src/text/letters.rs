//! The letters and digits of a text without anything between them: what is left of `c a l l  m e` and `r.a.w f.i.l.e.s`.

use std::ops::Range;

use super::{
    characters::{is_alphanumeric, is_letter_or_digit},
    view::View,
};

/// A folded text squeezed to letters and digits, which remembers where words began and ended.
#[derive(Debug, Clone)]
pub(crate) struct Letters {
    text: String,
    /// The words, in order.
    runs: Vec<Run>,
    /// For every word the letters from its first on, those of the next word included.
    beginnings: Vec<Beginning>,
    folded_len: usize,
}

/// Letters with nothing between them.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Where they begin among the letters.
    start: usize,
    /// Where they begin in the folded text.
    folded: usize,
}

/// How a word begins, the letters of the next word included: small numbers for tables of what may begin there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    /// Of its first three letters.
    pub(super) three: u16,
    /// Of its first five.
    pub(super) five: u16,
}

/// Bits kept of each letter: those of ASCII keep apart, others may fall together.
const LETTER_BITS: usize = 5;
/// What stands for letters that the text has no more.
pub(super) const SHORT: u16 = 1 << (3 * LETTER_BITS);

impl Beginning {
    fn of(letters: &[u8]) -> Self {
        Self {
            three: letters.first_chunk().map_or(SHORT, |first| three(*first)),
            five: letters.first_chunk().map_or(SHORT, |first| five(*first)),
        }
    }
}

/// The numbers of beginnings that letters have which start with a spelling: of five letters, or of three where it is shorter.
pub(super) enum BeginningsOf {
    Three(std::ops::RangeInclusive<u16>),
    Five(u16),
}

impl BeginningsOf {
    pub(super) fn spelling(spelling: &str) -> Self {
        let bytes = spelling.as_bytes();
        if let Some(first) = bytes.first_chunk() {
            return Self::Five(five(*first));
        }
        let known = bytes.len().min(3);
        let mut first = [0; 3];
        first[..known].copy_from_slice(&bytes[..known]);
        let start = three(first);
        Self::Three(start..=start + ((1 << ((3 - known) * LETTER_BITS)) - 1))
    }
}

fn three(first: [u8; 3]) -> u16 {
    first.iter().fold(0, |all, letter| all << LETTER_BITS | u16::from(letter & 31))
}

fn five(first: [u8; 5]) -> u16 {
    let all = first.iter().fold(0_u32, |all, letter| all << LETTER_BITS | u32::from(letter & 31));
    // Fibonacci hashing: the upper bits of the product are the well mixed ones.
    (all.wrapping_mul(0x9e37_79b9) >> (u32::BITS as usize - 3 * LETTER_BITS)) as u16
}

impl Letters {
    pub(crate) fn of(folded: &View) -> Self {
        let folded = folded.as_str();
        let mut text = String::with_capacity(folded.len());
        let mut runs = Vec::with_capacity(folded.len() / 4 + 1);
        let mut at = 0;
        while at < folded.len() {
            let end = end_of_run(folded, at);
            if end > at {
                runs.push(Run { start: text.len(), folded: at });
                text.push_str(&folded[at..end]);
            }
            // What ended it is no letter.
            at = end + len_of_character(folded, end);
        }
        let beginnings = runs.iter().map(|run| Beginning::of(&text.as_bytes()[run.start..])).collect();
        Self { text, runs, beginnings, folded_len: folded.len() }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a range of the letters comes from in the folded text. The range must lie on character boundaries and not
    /// be empty.
    pub(crate) fn folded_range(&self, range: Range<usize>) -> Range<usize> {
        self.offset(range.start)..self.offset(range.end - 1) + 1
    }

    /// True when the range starts where a word starts and ends where one ends: `call me` in `c all me`, but not in
    /// `recall me`. A separator between its letters does not matter.
    pub(crate) fn is_whole(&self, range: &Range<usize>) -> bool {
        self.is_edge(range.start) && self.is_edge(range.end)
    }

    /// What stands between the letters of a range, in the folded text.
    pub(crate) fn gaps(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let neighbours = range.clone().zip(range.start + 1..range.end);
        let between = neighbours.map(|(left, right)| self.offset(left) + 1..self.offset(right));
        between.filter(|gap| !gap.is_empty()).collect()
    }

    /// How every word begins; spaces within a word do not end it.
    pub(super) fn beginnings(&self) -> &[Beginning] {
        &self.beginnings
    }

    /// How many words they make.
    pub(crate) const fn words(&self) -> usize {
        self.runs.len()
    }

    /// Where a word begins among the letters; for the number of words, where the last one ends.
    pub(crate) fn start_of(&self, word: usize) -> usize {
        self.runs.get(word).map_or(self.text.len(), |run| run.start)
    }

    /// True when a separator or an end of the text lies before the letter at `at`.
    fn is_edge(&self, at: usize) -> bool {
        at >= self.text.len() || self.runs.binary_search_by_key(&at, |run| run.start).is_ok()
    }

    fn offset(&self, at: usize) -> usize {
        let behind = self.runs.partition_point(|run| run.start <= at);
        match behind.checked_sub(1).map(|run| self.runs[run]) {
            Some(run) if at < self.text.len() => run.folded + at - run.start,
            _ => self.folded_len,
        }
    }
}

/// Where the letters and digits end that begin at `at`.
fn end_of_run(text: &str, at: usize) -> usize {
    let mut end = at;
    loop {
        end += text.as_bytes()[end..].iter().take_while(|byte| is_letter_or_digit(**byte)).count();
        if text.as_bytes().get(end).is_none_or(u8::is_ascii) {
            return end;
        }
        match text[end..].chars().next() {
            Some(character) if is_alphanumeric(character) => end += character.len_utf8(),
            _ => return end,
        }
    }
}

fn len_of_character(text: &str, at: usize) -> usize {
    if text.as_bytes().get(at).is_some_and(u8::is_ascii) {
        return 1;
    }
    text[at..].chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn words_are_found_however_they_are_spaced() {
        let whole = |text: &str, phrase: &str| {
            let folded = fold(text);
            let letters = Letters::of(&folded);
            letters.as_str().match_indices(phrase).find_map(|(at, _)| {
                let range = at..at + phrase.len();
                letters.is_whole(&range).then(|| folded.as_str()[letters.folded_range(range)].to_owned())
            })
        };
        assert_eq!(whole("please c a l l me", "callme").unwrap(), "c a l l me");
        assert_eq!(whole("Ca ll-me now", "callme").unwrap(), "ca ll-me");
        assert_eq!(whole("r.a.w f.i.l.e.s included", "rawfiles").unwrap(), "r.a.w f.i.l.e.s");
        assert_eq!(whole("I recall me saying", "callme"), None);
        assert_eq!(whole("call mentors", "callme"), None);
        assert_eq!(whole("é call me", "callme").as_deref(), Some("call me"));
    }
}
