//! The words of a text: folded for comparing, with the shape in which they were written.

use std::ops::Range;

use super::{
    characters::{is_alphanumeric, is_letter_or_digit},
    view::View,
    word_map::WordMap,
};

/// A word: letters and digits, with apostrophes between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where, in the folded text.
    pub(crate) folded: Range<usize>,
    /// Where, in the plain text.
    pub(crate) plain: Range<usize>,
    /// How it is written.
    pub(crate) shape: Shape,
    /// What it may be.
    pub(crate) kinds: Kinds,
}

/// What a word may be, as far as some rules tell words apart. Looked up once for each word, so that each rule need not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u16);

impl Kinds {
    /// The kind of a number below sixteen.
    pub(crate) const fn of(number: u8) -> Self {
        Self(1 << number)
    }

    /// What is of either.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True for what is of any of some kinds.
    pub(crate) const fn any(self, kinds: Self) -> bool {
        self.0 & kinds.0 != 0
    }
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// It begins with a small letter, or a letter of a script without case.
    Small,
    /// It begins with a capital.
    Capital,
    /// Two letters or more, all capitals.
    Capitals,
    /// It begins with a digit.
    Number,
}

impl Shape {
    /// True when the first letter is a capital.
    pub(crate) const fn is_capital(self) -> bool {
        matches!(self, Self::Capital | Self::Capitals)
    }

    /// The shape of a word of ASCII characters.
    fn of_ascii(word: &[u8]) -> Self {
        match word {
            [b'0'..=b'9', ..] => Self::Number,
            [b'A'..=b'Z', rest @ ..] => {
                let mut letters = rest.iter().filter(|byte| **byte != b'\'').peekable();
                let has_rest = letters.peek().is_some();
                if has_rest && letters.all(u8::is_ascii_uppercase) { Self::Capitals } else { Self::Capital }
            }
            _ => Self::Small,
        }
    }

    fn of(word: &str) -> Self {
        if word.is_ascii() {
            return Self::of_ascii(word.as_bytes());
        }
        let mut letters = word.chars().filter(|c| *c != '\'');
        match letters.next() {
            Some(first) if first.is_ascii_digit() => Self::Number,
            Some(first) if first.is_uppercase() => {
                let mut rest = letters.peekable();
                let has_rest = rest.peek().is_some();
                if has_rest && rest.all(char::is_uppercase) { Self::Capitals } else { Self::Capital }
            }
            _ => Self::Small,
        }
    }
}

/// Finds the words of a text and its folded form, with what each may be.
pub(crate) fn words_of(plain: &str, folded: &View, kinds: &WordMap<Kinds>) -> Vec<Word> {
    let mut words = Vec::with_capacity(plain.len() / 4 + 1);
    let text = folded.as_str();
    if plain.is_ascii() && text.len() == plain.len() {
        ascii_words(plain.as_bytes(), text, kinds, &mut words);
        return words;
    }
    let mut at = 0;
    while at < text.len() {
        let start = at;
        at = end_of_word(text, start);
        if at > start {
            let plain_range = folded.plain_range(start..at);
            let shape = Shape::of(&plain[plain_range.clone()]);
            let kinds = kinds.get(&text[start..at]).unwrap_or_default();
            words.push(Word { folded: start..at, plain: plain_range, shape, kinds });
        }
        // What ended it is no part of a word.
        at = text.ceil_char_boundary(at + 1);
    }
    words
}

/// Where the word ends that begins at `start`; there, when none begins.
fn end_of_word(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        at += bytes[at..].iter().take_while(|byte| is_letter_or_digit(**byte)).count();
        match bytes.get(at) {
            Some(b'\'') if at > start && text[at + 1..].starts_with(is_alphanumeric) => at += 1,
            Some(0x80..) => match text[at..].chars().next() {
                Some(other) if is_alphanumeric(other) => at += other.len_utf8(),
                _ => return at,
            },
            _ => return at,
        }
    }
}

/// The words of a text of ASCII characters, whose folded form has the same offsets.
fn ascii_words(plain: &[u8], folded: &str, kinds: &WordMap<Kinds>, words: &mut Vec<Word>) {
    let mut at = 0;
    while at < plain.len() {
        if !is_letter_or_digit(plain[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while let Some(byte) = plain.get(at) {
            let is_inside = is_letter_or_digit(*byte)
                || (*byte == b'\'' && plain.get(at + 1).is_some_and(|next| is_letter_or_digit(*next)));
            if !is_inside {
                break;
            }
            at += 1;
        }
        let shape = Shape::of_ascii(&plain[start..at]);
        let kinds = kinds.get(&folded[start..at]).unwrap_or_default();
        words.push(Word { folded: start..at, plain: start..at, shape, kinds });
    }
}

/// The words of one folded text, to walk over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    folded: &'a str,
    words: &'a [Word],
}

impl<'a> Reading<'a> {
    /// The words that [`words_of`] found in this folded text.
    pub(crate) const fn new(folded: &'a str, words: &'a [Word]) -> Self {
        Self { folded, words }
    }

    pub(crate) const fn len(&self) -> usize {
        self.words.len()
    }

    pub(crate) fn word(&self, at: usize) -> Option<&'a Word> {
        self.words.get(at)
    }

    /// True when a word may be of any of some kinds; never past the end.
    pub(crate) fn is_any(&self, at: usize, kinds: Kinds) -> bool {
        self.words.get(at).is_some_and(|word| word.kinds.any(kinds))
    }

    /// The folded text of a word; empty past the end.
    pub(crate) fn text(&self, at: usize) -> &'a str {
        self.words.get(at).map_or("", |word| &self.folded[word.folded.clone()])
    }

    /// The word `back` words before the one at `at`; empty before the beginning.
    pub(crate) fn before(&self, at: usize, back: usize) -> &'a str {
        at.checked_sub(back).map_or("", |at| self.text(at))
    }

    /// What stands between a word and the one before it.
    pub(crate) fn gap(&self, at: usize) -> &'a str {
        let end = self.words.get(at).map_or(self.folded.len(), |word| word.folded.start);
        let start = at.checked_sub(1).and_then(|before| self.words.get(before)).map_or(0, |w| w.folded.end);
        &self.folded[start.min(end)..end]
    }

    /// What stands between a word and the one before it, without the spaces around it.
    pub(crate) fn sign(&self, at: usize) -> &'a str {
        self.gap(at).trim_matches(' ')
    }

    pub(crate) fn is_capital(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.shape.is_capital())
    }

    /// The plain range of a range of words, which must not be empty.
    pub(crate) fn plain_range(&self, words: &Range<usize>) -> Range<usize> {
        self.words[words.start].plain.start..self.words[words.end - 1].plain.end
    }

    /// The words around a range of words up to where one of `stops` stands between two of them.
    pub(crate) fn around(&self, words: &Range<usize>, stops: &[char]) -> Range<usize> {
        let mut start = words.start;
        while start > 0 && !self.gap(start).contains(stops) {
            start -= 1;
        }
        let mut end = words.end;
        while end < self.len() && !self.gap(end).contains(stops) {
            end += 1;
        }
        start..end
    }

    /// The texts of a range of words.
    pub(crate) fn texts(&self, words: Range<usize>) -> impl DoubleEndedIterator<Item = &'a str> + Clone {
        let (folded, list) = (self.folded, self.words);
        list[words].iter().map(move |word| &folded[word.folded.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{PlainText, fold};

    fn none() -> WordMap<Kinds> {
        WordMap::of(std::iter::empty::<(&str, Kinds)>())
    }

    #[test]
    fn texts_of_ascii_characters_have_the_same_words() {
        for text in
            ["I'm in BCN on the 5th, rock'n'roll' 'quoted' B2B A X1 O'Brien U.S. don''t", "", "''", "a"]
        {
            let folded = fold(text);
            let quick = words_of(text, &folded, &none());
            let longer = format!("{text} é");
            let folded = fold(&longer);
            let mut slow = words_of(&longer, &folded, &none());
            slow.pop();
            assert_eq!(quick, slow, "{text}");
        }
    }

    #[test]
    fn words_keep_their_shape_and_their_place() {
        let plain = PlainText::of("I'm in São Paulo, BCN on the 5th (c'est ça)!");
        let folded = fold(plain.as_str());
        let words = words_of(plain.as_str(), &folded, &none());
        let reading = Reading::new(folded.as_str(), &words);
        let texts: Vec<&str> = reading.texts(0..reading.len()).collect();
        assert_eq!(texts, ["i'm", "in", "sao", "paulo", "bcn", "on", "the", "5th", "c'est", "ca"]);
        assert_eq!(words[2].shape, Shape::Capital);
        assert_eq!(words[4].shape, Shape::Capitals);
        assert_eq!(words[7].shape, Shape::Number);
        assert_eq!(words[9].shape, Shape::Small);
        assert_eq!(&plain.as_str()[reading.plain_range(&(2..4))], "São Paulo");
        assert_eq!((reading.gap(0), reading.gap(4), reading.gap(10)), ("", ", ", ")!"));
        assert_eq!(reading.around(&(2..4), &[',']), 0..4);
        assert_eq!((reading.before(2, 1), reading.before(0, 1), reading.text(99)), ("in", "", ""));
    }
}
