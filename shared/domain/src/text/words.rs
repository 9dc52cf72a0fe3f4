//! The words of a text: folded for comparing, with the shape in which they were written.

use std::ops::Range;

use super::view::View;

/// A word: letters and digits, with apostrophes between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Where, in the folded text.
    pub(crate) folded: Range<usize>,
    /// Where, in the plain text.
    pub(crate) plain: Range<usize>,
    /// How it is written.
    pub(crate) shape: Shape,
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

    fn of(word: &str) -> Self {
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

/// Finds the words of a text and its folded form.
pub(crate) fn words_of(plain: &str, folded: &View) -> Vec<Word> {
    let mut words = Vec::with_capacity(plain.len() / 4 + 1);
    let text = folded.as_str();
    if plain.is_ascii() && text.len() == plain.len() {
        ascii_words(plain.as_bytes(), &mut words);
        return words;
    }
    let mut start = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let is_in_word = character.is_alphanumeric()
            || (character == '\''
                && start.is_some()
                && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric()));
        match (start, is_in_word) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(word_at(plain, folded, from..at));
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| word_at(plain, folded, from..text.len())));
    words
}

/// The words of a text of ASCII characters, whose folded form has the same offsets.
fn ascii_words(plain: &[u8], words: &mut Vec<Word>) {
    let mut at = 0;
    while at < plain.len() {
        if !plain[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        let (mut letters, mut capitals) = (0, 0);
        while let Some(byte) = plain.get(at) {
            let is_inside = byte.is_ascii_alphanumeric()
                || (*byte == b'\'' && plain.get(at + 1).is_some_and(u8::is_ascii_alphanumeric));
            if !is_inside {
                break;
            }
            letters += u32::from(*byte != b'\'');
            capitals += u32::from(byte.is_ascii_uppercase());
            at += 1;
        }
        let shape = match plain[start] {
            b'0'..=b'9' => Shape::Number,
            b'A'..=b'Z' if letters > 1 && capitals == letters => Shape::Capitals,
            b'A'..=b'Z' => Shape::Capital,
            _ => Shape::Small,
        };
        words.push(Word { folded: start..at, plain: start..at, shape });
    }
}

fn word_at(plain: &str, view: &View, folded: Range<usize>) -> Word {
    let range = view.plain_range(folded.clone());
    Word { shape: Shape::of(&plain[range.clone()]), plain: range, folded }
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

    #[test]
    fn texts_of_ascii_characters_have_the_same_words() {
        for text in
            ["I'm in BCN on the 5th, rock'n'roll' 'quoted' B2B A X1 O'Brien U.S. don''t", "", "''", "a"]
        {
            let folded = fold(text);
            let quick = words_of(text, &folded);
            let longer = format!("{text} é");
            let folded = fold(&longer);
            let mut slow = words_of(&longer, &folded);
            slow.pop();
            assert_eq!(quick, slow, "{text}");
        }
    }

    #[test]
    fn words_keep_their_shape_and_their_place() {
        let plain = PlainText::of("I'm in São Paulo, BCN on the 5th (c'est ça)!");
        let folded = fold(plain.as_str());
        let words = words_of(plain.as_str(), &folded);
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
