//! The forms of a message that rules read, with the way back to what was said.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::pattern::compile;
use crate::text::{is_invisible, latin_lookalike, spelled_out};

/// Stands for a letter no rule reads, such as a Chinese one, so that it still counts as part of a word.
const FOREIGN: char = '~';

/// One message, prepared. Equal for every Unicode normal form of the same text.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    said: String,
    plain: String,
    /// For each byte of `plain` the byte of `said` it comes from; one more for the end.
    origin: Vec<u32>,
    sentences: Vec<Sentence>,
}

/// A stretch of the plain text up to its full stop, question mark or line end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// Bytes of the plain text, without the closing marks.
    pub(crate) range: Range<usize>,
    /// True when it ends in a question mark.
    pub(crate) asked: bool,
}

impl Reading {
    pub(crate) fn of(text: &str) -> Self {
        let said: String = text.nfkc().filter(|c| !is_invisible(*c)).collect();
        let (plain, origin) = fold(&said);
        let sentences = split(&plain);
        Self { said, plain, origin, sentences }
    }

    /// NFKC without invisible characters; case, accents and marks as they were.
    pub(crate) fn said(&self) -> &str {
        &self.said
    }

    /// ASCII only: lower-case words without accents and look-alikes, marks kept, `~` for letters of other scripts, and
    /// upper-case words for the signs that carry meaning (`YES`, `NO`, `THX`, `HI`, `HALT`).
    pub(crate) fn plain(&self) -> &str {
        &self.plain
    }

    /// The sentences in order.
    pub(crate) fn sentences(&self) -> &[Sentence] {
        &self.sentences
    }

    /// The plain text of one sentence.
    pub(crate) fn sentence(&self, sentence: &Sentence) -> &str {
        &self.plain[sentence.range.clone()]
    }

    /// What was said at this stretch of the plain text, without white space around it.
    pub(crate) fn said_at(&self, plain: Range<usize>) -> &str {
        if plain.is_empty() {
            return "";
        }
        let start = self.origin[plain.start] as usize;
        // One character may have become several, such as a currency sign, and the mark on a letter none.
        let last = self.origin[plain.end - 1];
        let next = self.origin[plain.end..].iter().find(|origin| **origin > last);
        let end = next.map_or(self.said.len(), |origin| *origin as usize);
        self.said[start..end].trim()
    }
}

/// Collects the plain text together with where it came from.
struct Folder {
    plain: String,
    origin: Vec<u32>,
}

impl Folder {
    fn push(&mut self, text: &str, from: usize) {
        self.plain.push_str(text);
        let from = u32::try_from(from).expect("a message is far shorter than four gigabytes");
        self.origin.extend(std::iter::repeat_n(from, text.len()));
    }
}

fn fold(said: &str) -> (String, Vec<u32>) {
    let mut folder =
        Folder { plain: String::with_capacity(said.len()), origin: Vec::with_capacity(said.len() + 1) };
    let mut rest = said.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if c.is_ascii() {
            // Words of ASCII letters are by far the most common; a look-alike further on is met by `word_end` below.
            if !c.is_ascii_alphabetic() {
                push_sign(&mut folder, c, at);
                continue;
            }
        } else if !c.is_alphabetic() && !is_combining_mark(c) {
            push_sign(&mut folder, c, at);
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((next, letter)) = rest.next_if(|(_, c)| c.is_alphabetic() || is_combining_mark(*c)) {
            end = next + letter.len_utf8();
        }
        push_word(&mut folder, &said[at..end], at);
    }
    folder.origin.push(u32::try_from(said.len()).expect("a message is far shorter than four gigabytes"));
    (folder.plain, folder.origin)
}

/// One run of letters. Look-alikes become Latin only where the whole word can be read as Latin: Russian stays foreign.
fn push_word(folder: &mut Folder, word: &str, at: usize) {
    let latin = word.chars().all(|c| {
        let base = base_letter(c);
        base.is_none_or(|base| {
            base.is_ascii_alphabetic() || spelled_out(base).is_some() || latin_lookalike(base).is_some()
        })
    });
    for (offset, c) in word.char_indices() {
        let Some(base) = base_letter(c) else { continue };
        let from = at + offset;
        let mut buffer = [0; 4];
        if base.is_ascii_alphabetic() {
            folder.push(base.to_ascii_lowercase().encode_utf8(&mut buffer), from);
        } else if let Some(spelled) = spelled_out(base) {
            folder.push(spelled, from);
        } else {
            let letter = if latin { latin_lookalike(base).unwrap_or(FOREIGN) } else { FOREIGN };
            folder.push(letter.encode_utf8(&mut buffer), from);
        }
    }
}

/// The letter under its accents; none for an accent on its own.
fn base_letter(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c);
    }
    std::iter::once(c).nfd().find(|part| !is_combining_mark(*part))
}

fn push_sign(folder: &mut Folder, c: char, at: usize) {
    let text = match c {
        '\n' | '\r' => "\n",
        '’' | '‘' | 'ʼ' | '´' | '`' | '′' | '＇' => "'",
        '“' | '”' | '„' | '«' | '»' | '″' => "\"",
        '–' | '—' | '‐' | '‑' | '‒' | '―' | '−' => "-",
        '。' => ".",
        '、' | '،' => ",",
        '؟' => "?",
        '€' => " eur ",
        '£' => " gbp ",
        '¥' => " jpy ",
        '₹' => " inr ",
        '👍' | '👌' | '✅' | '✔' | '🤝' | '🆗' | '☑' => " YES ",
        '👎' | '🖕' | '❌' | '🙅' => " NO ",
        '🙏' | '🤗' => " THX ",
        '👋' => " HI ",
        '🛑' | '🚫' | '✋' | '⛔' => " HALT ",
        _ if c.is_ascii_whitespace() || c.is_control() => " ",
        _ if c.is_ascii() => {
            let mut buffer = [0; 4];
            return folder.push(c.encode_utf8(&mut buffer), at);
        }
        _ => match digit_value(c) {
            Some(value) => {
                let mut buffer = [0; 4];
                let digit = char::from_digit(value, 10).expect("a digit's value is below ten");
                return folder.push(digit.encode_utf8(&mut buffer), at);
            }
            None => " ",
        },
    };
    folder.push(text, at);
}

/// Decimal digits of other scripts by value: those met in messages that are otherwise Latin.
fn digit_value(c: char) -> Option<u32> {
    const ZEROS: [u32; 6] = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0x1040];
    let code = u32::from(c);
    ZEROS.into_iter().find(|zero| (*zero..zero + 10).contains(&code)).map(|zero| code - zero)
}

/// Cuts at line ends and at `.`, `!`, `?` before white space or the end. A full stop after a single letter, or after
/// an abbreviation a date or a time may end in, does not cut.
fn split(plain: &str) -> Vec<Sentence> {
    let bytes = plain.as_bytes();
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let mark_end = at + bytes[at..].iter().take_while(|b| matches!(b, b'.' | b'!' | b'?')).count();
        let closes = match bytes[at] {
            b'\n' => Some(at + 1),
            b'.' | b'!' | b'?' if mark_end == bytes.len() || bytes[mark_end].is_ascii_whitespace() => {
                let abbreviated =
                    bytes[at] == b'.' && mark_end == at + 1 && ends_abbreviated(&plain[start..at]);
                (!abbreviated || mark_end == bytes.len()).then_some(mark_end)
            }
            _ => None,
        };
        let Some(end) = closes else {
            at += 1;
            continue;
        };
        push_sentence(&mut sentences, plain, start..at, bytes[at..end].contains(&b'?'));
        (start, at) = (end, end);
    }
    push_sentence(&mut sentences, plain, start..bytes.len(), false);
    sentences
}

fn ends_abbreviated(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    matches!(word, "st" | "mr" | "mrs" | "ms" | "dr" | "approx" | "incl" | "etc" | "nr" | "vs")
        || (word.len() == 1 && word.as_bytes()[0].is_ascii_lowercase() && word != "i")
}

fn push_sentence(sentences: &mut Vec<Sentence>, plain: &str, range: Range<usize>, asked: bool) {
    let text = &plain[range.clone()];
    if !text.bytes().any(|b| b.is_ascii_alphanumeric() || b == b'~') {
        // "Really ?" and "why... ?": the mark belongs to what came before.
        if asked && let Some(last) = sentences.last_mut() {
            last.asked = true;
        }
        return;
    }
    // A question after a comma or an "and" stands on its own: "how much is it, and do you take dogs?" asks two things.
    static NEXT_QUESTION: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "(?:and|but|also|plus|or)(?: also)? (do|does|is|are|can|could|what|what's|how|how's|where|when|\
             which|would|may) \\w+|,[ ]?(do|does|can|could|what|what's|how|how's|where|when|would|may|\
             have) (?:\\w+ )?(?:you|u|i|we|they|there|it|is|are|much|many|time|the)",
        )
    });
    let mut start = 0;
    for captures in NEXT_QUESTION.captures_iter(text) {
        let cut = captures.get(0).expect("a match has a whole").start();
        let opener = captures.get(1).or_else(|| captures.get(2)).expect("each way to go on has an opener");
        push_clause(sentences, range.start, text, start..cut, false);
        start = opener.start();
    }
    push_clause(sentences, range.start, text, start..text.len(), asked);
}

fn push_clause(sentences: &mut Vec<Sentence>, offset: usize, text: &str, clause: Range<usize>, asked: bool) {
    let said = &text[clause.clone()];
    let trimmed = said.trim_matches(|c: char| c.is_ascii_whitespace() || c == ',');
    if trimmed.bytes().any(|b| b.is_ascii_alphanumeric() || b == b'~') {
        let start = offset + clause.start + said.find(trimmed).expect("it was cut from there");
        sentences.push(Sentence { range: start..start + trimmed.len(), asked });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> String {
        Reading::of(text).plain().to_owned()
    }

    #[test]
    fn full_width_accents_lookalikes_and_hidden_characters_fold_away() {
        assert_eq!(plain("ＳＴＯＰ"), "stop");
        assert_eq!(plain("ѕtop ЅТОР"), "stop stop");
        assert_eq!(plain("Arrêt"), "arret");
        assert_eq!(plain("s\u{200b}t\u{ad}o\u{2060}p"), "stop");
        assert_eq!(plain("Straße 5€ – don’t"), "strasse 5 eur  - don't");
        assert_eq!(plain("٣ nights"), "3 nights");
    }

    #[test]
    fn words_of_other_scripts_stay_foreign_but_count_as_words() {
        assert_eq!(plain("привет"), "~~~~~~");
        assert_eq!(plain("стоп"), "~~~~", "the Russian word is not read as a Latin one");
        assert_eq!(plain("日本"), "~~");
    }

    #[test]
    fn what_was_said_can_be_quoted_back() {
        let reading = Reading::of("Um 20 Uhr: Café Zoë, 5€ ok?");
        let at = reading.plain().find("cafe zoe").unwrap();
        assert_eq!(reading.said_at(at..at + 8), "Café Zoë");
        let at = reading.plain().find("eur").unwrap();
        assert_eq!(reading.said_at(at - 2..at + 3), "5€");
        let all = reading.plain().len();
        assert_eq!(reading.said_at(0..all), reading.said());
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        let split = |text: &str| {
            let reading = Reading::of(text);
            let each = |s: &Sentence| format!("{}{}", reading.sentence(s), if s.asked { "?" } else { "" });
            reading.sentences().iter().map(each).collect::<Vec<_>>()
        };
        assert_eq!(split("Hi! Is 7 p.m. ok? Thanks."), ["hi", "is 7 p.m. ok?", "thanks"]);
        assert_eq!(split("We pay 80.50 a night"), ["we pay 80.50 a night"]);
        assert_eq!(split("one\ntwo\n\n"), ["one", "two"]);
        assert_eq!(split("Really ?!"), ["really?"]);
        assert_eq!(split("..."), [""; 0]);
        assert_eq!(split("How much is it, and do you take dogs?"), ["how much is it", "do you take dogs?"]);
        assert_eq!(
            split("Hi, can we come? Tom and I, and what about Ann"),
            ["hi", "can we come?", "tom and i", "what about ann"]
        );
    }

    proptest! {
        #[test]
        fn plain_text_is_ascii_and_maps_back(text in any::<String>()) {
            let reading = Reading::of(&text);
            prop_assert!(reading.plain().is_ascii());
            prop_assert_eq!(reading.origin.len(), reading.plain().len() + 1);
            for at in 0..reading.plain().len() {
                let _ = reading.said_at(at..reading.plain().len());
            }
            for sentence in reading.sentences() {
                prop_assert!(!reading.sentence(sentence).is_empty());
            }
        }

        #[test]
        fn normal_forms_read_the_same(text in any::<String>()) {
            let nfc = Reading::of(&text.nfc().collect::<String>());
            let nfd = Reading::of(&text.nfd().collect::<String>());
            prop_assert_eq!(nfc.said(), nfd.said());
            prop_assert_eq!(nfc.plain(), nfd.plain());
        }
    }
}
