//! A plain text cut into words, figures and signs, each with what it may mean.

use std::ops::Range;

use super::{
    figure::{self, Figure},
    lexicon::{self, Meaning},
    phrase::compound,
};
use crate::{money::Coin, text::is_letter_or_digit};

/// What stands before the last letter of an abbreviation in Hebrew: `ש״ח`.
const GERSHAYIM: char = '\u{5f4}';

/// Shortest word that may hold a thousand and more: `duemila`.
const COMPOUND_MIN_BYTES: usize = 7;

/// A piece of a text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Where, in bytes of the plain text.
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

/// What a piece of a text is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A number in digits.
    Figure(Figure),
    /// A word, with what it may mean.
    Word(Option<&'static Meaning>),
    /// The sign of a currency.
    Sign(&'static Coin),
    /// Any other character that is no space.
    Mark(char),
}

/// A text with its pieces.
pub(super) struct Tokens<'t> {
    pub(super) text: &'t str,
    list: Vec<Token>,
    /// True when there is a figure, a sign, or a word that may be a number or a coin.
    pub(super) is_about_numbers: bool,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let list = Vec::with_capacity(text.len() / 4 + 4);
        let mut tokens = Self { text, list, is_about_numbers: false };
        let mut at = 0;
        while at < text.len() {
            at = tokens.read(at);
        }
        tokens
    }

    pub(super) const fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Token> {
        self.list.get(index)
    }

    /// The token before an index.
    pub(super) fn before(&self, index: usize) -> Option<&Token> {
        self.list.get(index.checked_sub(1)?)
    }

    pub(super) fn meaning(&self, index: usize) -> Option<&'static Meaning> {
        match self.get(index)?.kind {
            Kind::Word(meaning) => meaning,
            _ => None,
        }
    }

    pub(super) fn figure(&self, index: usize) -> Option<&Figure> {
        match &self.get(index)?.kind {
            Kind::Figure(figure) => Some(figure),
            _ => None,
        }
    }

    pub(super) fn is_mark(&self, index: usize, marks: &[char]) -> bool {
        matches!(self.get(index), Some(Token { kind: Kind::Mark(mark), .. }) if marks.contains(mark))
    }

    /// The characters of a token.
    pub(super) fn word(&self, index: usize) -> &'t str {
        self.get(index).map_or("", |token| &self.text[token.range.clone()])
    }

    /// True when nothing, not even a space, stands between a token and the next one.
    pub(super) fn is_glued(&self, index: usize) -> bool {
        match (self.get(index), self.get(index + 1)) {
            (Some(left), Some(right)) => left.range.end == right.range.start,
            _ => false,
        }
    }

    /// True when a line ends between a token and the next one.
    pub(super) fn is_broken(&self, index: usize) -> bool {
        match (self.get(index), self.get(index + 1)) {
            (Some(left), Some(right)) => self.text[left.range.end..right.range.start].contains('\n'),
            _ => true,
        }
    }

    /// True when a sentence ends with the token at `index`, or before it by a line break.
    pub(super) fn is_stop(&self, index: usize) -> bool {
        self.is_mark(index, &['\n']) || self.is_mark(index, &['.', '!', '?', ';']) && !self.is_glued(index)
    }

    /// Reads the piece that starts at a byte, and says where the next may start.
    fn read(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let first = bytes[at];
        if first == b' ' {
            return at + 1;
        }
        if first.is_ascii_digit() || (first == b'.' && self.opens_fraction(at)) {
            return self.push_figure(at);
        }
        if first.is_ascii_alphabetic() {
            return self.push_word(at);
        }
        if first.is_ascii() && first != b'$' {
            return self.push_mark(at);
        }
        self.read_other(at)
    }

    /// True for the point of `.75`: a digit follows it and nothing that it could belong to stands before it.
    fn opens_fraction(&self, at: usize) -> bool {
        let bytes = self.text.as_bytes();
        bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            && at.checked_sub(1).is_none_or(|before| matches!(bytes[before], b' ' | b'$' | 0x80..))
    }

    fn push(&mut self, range: Range<usize>, kind: Kind) -> usize {
        self.is_about_numbers |= match &kind {
            Kind::Figure(_) | Kind::Sign(_) => true,
            Kind::Word(meaning) => meaning.is_some_and(Meaning::is_about_numbers),
            Kind::Mark(_) => false,
        };
        let end = range.end;
        self.list.push(Token { range, kind });
        end
    }

    fn push_figure(&mut self, at: usize) -> usize {
        let figure = figure::read(self.text, at);
        let end = figure.end;
        self.push(at..end, Kind::Figure(figure))
    }

    fn push_word(&mut self, at: usize) -> usize {
        let end = end_of_word(self.text, at);
        let word = &self.text[at..end];
        if word.eq_ignore_ascii_case("c") && self.text[end..].starts_with("-note") {
            let end = end + "-note".len();
            return self.push(at..end, Kind::Word(lexicon::meaning("cnote")));
        }
        let meaning = lexicon::meaning(word);
        // Long numbers in one word are read here, so that they are figures to all that follows.
        if let Some(value) =
            (meaning.is_none() && word.len() >= COMPOUND_MIN_BYTES).then(|| compound(word)).flatten()
        {
            return self.push(
                at..end,
                Kind::Figure(Figure { end, value: Some(value), other_reading: None, digits: 0 }),
            );
        }
        self.push(at..end, Kind::Word(meaning))
    }

    fn push_mark(&mut self, at: usize) -> usize {
        let mark = self.text[at..].chars().next().expect("the text goes on here");
        self.push(at..at + mark.len_utf8(), Kind::Mark(mark))
    }

    /// Reads what starts with a dollar sign or with a character beyond ASCII.
    fn read_other(&mut self, at: usize) -> usize {
        let character = self.text[at..].chars().next().expect("the text goes on here");
        let end = at + character.len_utf8();
        if let Some(coin) = lexicon::sign(&self.text[at..end]) {
            return self.push_sign(at..end, coin);
        }
        if is_unspaced(character) {
            return self.push_unspaced(at);
        }
        if character.is_alphabetic() { self.push_word(at) } else { self.push_mark(at) }
    }

    /// A sign, with the letters glued to it that belong to it: `US$`, `$U`, `€ur`.
    fn push_sign(&mut self, symbol: Range<usize>, coin: &'static Coin) -> usize {
        let bytes = self.text.as_bytes();
        let letters_behind = bytes[symbol.end..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let end = symbol.end + letters_behind;
        let written = &self.text[symbol.start..end];
        let (coin, end) = match lexicon::sign(written) {
            Some(longer) if letters_behind > 0 => (longer, end),
            _ if matches!(&self.text[symbol.end..end], "ur" | "uro" | "uros") => (coin, end),
            _ => (coin, symbol.end),
        };
        let glued_word = self.list.last().filter(|last| {
            last.range.end == symbol.start && matches!(last.kind, Kind::Word(_)) && last.range.len() <= 4
        });
        let Some(word) = glued_word.map(|last| last.range.clone()) else {
            return self.push(symbol.start..end, Kind::Sign(coin));
        };
        let before = &self.text[word.clone()];
        if let Some(longer) = lexicon::sign(&self.text[word.start..symbol.end]) {
            self.list.pop();
            return self.push(word.start..symbol.end, Kind::Sign(longer));
        }
        // In `SGD$` the code says it all, and the sign only repeats it.
        if before.len() == 3 && lexicon::meaning(before).is_some_and(|meaning| meaning.is_code) {
            return symbol.end;
        }
        self.push(symbol.start..end, Kind::Sign(coin))
    }

    /// The longest known word that starts here in a script without spaces, or one character.
    fn push_unspaced(&mut self, at: usize) -> usize {
        let ends: Vec<usize> = self.text[at..]
            .char_indices()
            .take_while(|(_, c)| is_unspaced(*c))
            .take(4)
            .map(|(offset, c)| at + offset + c.len_utf8())
            .collect();
        for end in ends.iter().rev() {
            if let Some(meaning) = lexicon::meaning(&self.text[at..*end]) {
                return self.push(at..*end, Kind::Word(Some(meaning)));
            }
        }
        let figure = figure::read_han(self.text, at);
        if let Some(figure) = figure {
            let end = figure.end;
            return self.push(at..end, Kind::Figure(figure));
        }
        let first = ends.first().copied().unwrap_or(at + 1);
        self.push(at..first, Kind::Word(None))
    }
}

/// True for scripts that write words without spaces between them.
const fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// Where the word that starts at `at` ends: letters, and the points of an abbreviation such as `p.p.` or `L.E`.
fn end_of_word(text: &str, at: usize) -> usize {
    let letters = |from: usize| {
        let is_letter = |byte: &&u8| is_letter_or_digit(**byte) && !byte.is_ascii_digit();
        let ascii = text.as_bytes()[from..].iter().take_while(is_letter).count();
        if text.as_bytes().get(from + ascii).is_none_or(u8::is_ascii) {
            return from + ascii;
        }
        let rest = &text[from..];
        from + rest
            .find(|c: char| !(c.is_alphabetic() || c == GERSHAYIM) || is_unspaced(c))
            .unwrap_or(rest.len())
    };
    let end = letters(at);
    let mut abbreviation = end;
    let is_single = |from: usize, to: usize| from < to && text.ceil_char_boundary(from + 1) == to;
    if text.as_bytes().get(end) == Some(&b'.') && is_single(at, end) {
        let mut from = end;
        while text[from..].starts_with('.') {
            let next = letters(from + 1);
            if !is_single(from + 1, next) {
                break;
            }
            from = next;
            abbreviation = next;
        }
    }
    abbreviation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let tokens = Tokens::of(text);
        let describe = |token: &Token| {
            let kind = match token.kind {
                Kind::Figure(_) => "#",
                Kind::Word(Some(_)) => "",
                Kind::Word(None) => "~",
                Kind::Sign(_) => "$",
                Kind::Mark(_) => "!",
            };
            format!("{kind}{}", &text[token.range.clone()])
        };
        tokens.list.iter().map(describe).collect()
    }

    #[test]
    fn a_text_is_cut_into_pieces() {
        assert_eq!(
            pieces("It's US$1,250.50/hr."),
            [
                "it".replace("it", "It"),
                "!'".into(),
                "s".into(),
                "$US$".into(),
                "#1,250.50".into(),
                "!/".into(),
                "hr".into(),
                "!.".into()
            ]
        );
        assert_eq!(pieces("42 L.E"), ["#42", "L.E"]);
        assert_eq!(pieces("80€ 20€ur"), ["#80", "$€", "#20", "$€ur"]);
        assert_eq!(pieces("SGD$4.90"), ["SGD", "#4.90"]);
        assert_eq!(pieces("1泊8000円"), ["#1", "泊", "#8000", "円"]);
    }
}
