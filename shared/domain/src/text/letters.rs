//! The letters and digits of a text without anything between them: what is left of `c a l l  m e` and `r.a.w f.i.l.e.s`.

use std::ops::Range;

use super::view::View;

/// A folded text squeezed to letters and digits, which remembers where words began and ended.
#[derive(Debug, Clone)]
pub(crate) struct Letters {
    text: String,
    /// For every byte its offset in the folded text; one more for the end.
    offsets: Vec<u32>,
    folded_len: usize,
}

impl Letters {
    pub(crate) fn of(folded: &View) -> Self {
        let folded = folded.as_str();
        let mut text = Vec::with_capacity(folded.len());
        let mut offsets = Vec::with_capacity(folded.len());
        let narrow = |at: usize| u32::try_from(at).expect("texts are bounded far below four gigabytes");
        let bytes = folded.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if byte.is_ascii() {
                if byte.is_ascii_alphanumeric() {
                    text.push(*byte);
                    offsets.push(narrow(at));
                }
                at += 1;
                continue;
            }
            let character = folded[at..].chars().next().expect("a character begins here");
            let end = at + character.len_utf8();
            if character.is_alphanumeric() {
                text.extend_from_slice(&bytes[at..end]);
                offsets.extend((at..end).map(narrow));
            }
            at = end;
        }
        let text = String::from_utf8(text).expect("whole characters of a text are a text");
        Self { text, offsets, folded_len: folded.len() }
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

    /// True when nothing stands between the letters of the range.
    pub(crate) fn is_contiguous(&self, range: &Range<usize>) -> bool {
        self.offset(range.end - 1) - self.offset(range.start) == range.end - 1 - range.start
    }

    /// What stands between the letters of a range, in the folded text.
    pub(crate) fn gaps(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let neighbours = range.clone().zip(range.start + 1..range.end);
        let between = neighbours.map(|(left, right)| self.offset(left) + 1..self.offset(right));
        between.filter(|gap| !gap.is_empty()).collect()
    }

    /// True when a separator or an end of the text lies before the letter at `at`.
    fn is_edge(&self, at: usize) -> bool {
        if at == 0 || at >= self.offsets.len() {
            return true;
        }
        self.offset(at) - self.offset(at - 1) > 1
    }

    fn offset(&self, at: usize) -> usize {
        self.offsets.get(at).map_or(self.folded_len, |offset| *offset as usize)
    }
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
