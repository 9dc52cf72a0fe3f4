//! Folding for phrases, handles and hosts: lower case, no accents, look-alikes as the Latin letters they pretend to be.
//!
//! Beside the look-alikes of other scripts (the table in `lookalike`, then Unicode's confusables, UTS #39), digits and
//! signs inside a word count as the letters they imitate (`z00m`, `ca11`, `ca$h`), and so does a capital I (`caIl`).
//! What begins with a digit is left alone, and numbers are read from the plain text only.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use unicode_security::confusable_detection::skeleton;

use super::{
    lookalike::{latin_lookalike, spelled_out},
    view::View,
};

/// Folds a plain text.
pub(crate) fn fold(plain: &str) -> View {
    if plain.is_ascii() {
        return View::aligned(fold_ascii(plain));
    }
    let mut view = View::with_capacity(plain.len());
    let bytes = plain.as_bytes();
    let (mut at, mut before) = (0, None);
    while at < bytes.len() {
        let ordinary = bytes[at..].iter().take_while(|byte| ORDINARY[usize::from(**byte)]).count();
        if ordinary > 0 {
            view.push_ascii_lowercase(&plain[at..at + ordinary], at);
            at += ordinary;
            before = Some(char::from(bytes[at - 1]));
        }
        let mut rest = plain[at..].chars();
        let Some(character) = rest.next() else { break };
        let source = at..at + character.len_utf8();
        at = source.end;
        before = Some(if character.is_ascii() {
            let folded = fold_ascii_character(before, character, rest.next());
            view.push(folded, &source);
            if character.is_ascii_alphabetic() { character } else { folded }
        } else {
            push_folded(&mut view, character, &source);
            character
        });
    }
    view
}

/// The folded form of a phrase that is looked for, such as an entry of the facts.
pub(crate) fn fold_phrase(phrase: &str) -> String {
    fold(super::PlainText::of(phrase).as_str()).as_str().to_owned()
}

/// The bytes of ASCII characters that have one form of their own, as a table.
const ORDINARY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = !is_suspect(&(byte as u8));
        byte += 1;
    }
    table
};

/// True for the ASCII characters that may imitate a letter; all others have one form of their own.
const fn is_suspect(byte: &u8) -> bool {
    byte.is_ascii_digit() || matches!(*byte, b'$' | b'|' | b'I')
}

fn fold_ascii(plain: &str) -> String {
    let mut folded = plain.to_ascii_lowercase();
    let bytes = plain.as_bytes();
    if !bytes.iter().any(is_suspect) {
        return folded;
    }
    folded.clear();
    let mut before = None;
    for (at, character) in plain.char_indices() {
        let after = bytes.get(at + 1).map(|byte| char::from(*byte));
        let letter = fold_ascii_character(before, character, after);
        folded.push(letter);
        before = Some(if character.is_ascii_alphabetic() { character } else { letter });
    }
    folded
}

/// Folds a character by its neighbours; `before` is given folded where that made a letter of it, so that a run of
/// digits in a word imitates letters as a whole.
fn fold_ascii_character(before: Option<char>, character: char, after: Option<char>) -> char {
    let is_letter = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphabetic);
    match character {
        'I' if before.is_some_and(char::is_lowercase) => 'l',
        '|' if is_letter(before) || is_letter(after) => 'l',
        '$' if is_letter(before) && is_letter(after) => 's',
        '0'..='9' if is_letter(before) => imitated(character),
        _ => character.to_ascii_lowercase(),
    }
}

/// The letter that a digit is written for.
const fn imitated(digit: char) -> char {
    match digit {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// Folds one character that is not ASCII.
fn push_folded(view: &mut View, character: char, source: &Range<usize>) {
    if let Some(letter) = latin_lookalike(character).or_else(|| enclosed_letter(character)) {
        view.push(letter, source);
        return;
    }
    if let Some(spelled) = spelled_out(character) {
        spelled.chars().for_each(|letter| view.push(letter, source));
        return;
    }
    let mut buffer = [0; 4];
    let one: &str = character.encode_utf8(&mut buffer);
    let base: Vec<char> = one.nfd().filter(|c| !is_combining_mark(*c)).collect();
    for letter in base {
        if letter.is_ascii() {
            view.push(letter.to_ascii_lowercase(), source);
            continue;
        }
        let mut buffer = [0; 4];
        let mut shape = skeleton(letter.encode_utf8(&mut buffer)).filter(|c| !is_combining_mark(*c));
        match (shape.next(), shape.next()) {
            (Some(latin), None) if latin.is_ascii_alphanumeric() => {
                view.push(latin.to_ascii_lowercase(), source);
            }
            _ => letter.to_lowercase().for_each(|lower| view.push(lower, source)),
        }
    }
}

/// White letters on black circles and squares, which NFKC leaves alone.
const fn enclosed_letter(character: char) -> Option<char> {
    let first = match character {
        '\u{1f150}'..='\u{1f169}' => 0x1f150,
        '\u{1f170}'..='\u{1f189}' => 0x1f170,
        _ => return None,
    };
    // Both blocks are 26 letters in the order of the alphabet.
    #[expect(clippy::cast_possible_truncation, reason = "at most 25")]
    let offset = (character as u32 - first) as u8;
    Some((b'a' + offset) as char)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn look_alikes_become_the_letters_they_imitate() {
        for (written, folded) in [
            ("Call Me", "call me"),
            ("сall me", "call me"),
            ("ᴄᴀʟʟ", "call"),
            ("z00m", "zoom"),
            ("ca11 me", "call me"),
            ("caIl me", "call me"),
            ("ca$h", "cash"),
            ("Olá", "ola"),
            ("Straße", "strasse"),
            ("тext", "text"),
            ("🅒🅐🅛🅛", "call"),
            ("It is 150 an hour", "it is 150 an hour"),
            ("$150", "$150"),
            ("2pm and 10th", "2pm and 10th"),
            ("привет", "пpивet"),
        ] {
            assert_eq!(fold_phrase(written), folded, "{written}");
        }
    }

    proptest! {
        #[test]
        fn every_range_leads_back_to_the_plain_text(plain in any::<String>(), from in 0.0..1.0_f64, to in 0.0..1.0_f64) {
            let view = fold(&plain);
            let bounds: Vec<usize> =
                view.as_str().char_indices().map(|(at, _)| at).chain([view.as_str().len()]).collect();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
                     reason = "picks an index")]
            let pick = |share: f64| bounds[(share * (bounds.len() - 1) as f64) as usize];
            let (a, b) = (pick(from), pick(to));
            prop_assert!(plain.get(view.plain_range(a.min(b)..a.max(b))).is_some());
        }
    }
}
