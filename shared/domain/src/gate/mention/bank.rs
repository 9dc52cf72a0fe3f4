//! Bank details: IBAN, account and card numbers, SWIFT codes, wallets.

use super::{
    contact::{ContactFound, ContactKind},
    digits::Run,
};
use crate::text::{Reading, Shape};

/// Fewest digits of anything that is looked at: a sort code.
pub(super) const DIGITS_MIN: usize = 6;
/// No telephone number is so long: what is, is an account or a card.
const ACCOUNT_MIN_DIGITS: usize = 16;
/// Shortest and longest IBAN, in characters (ISO 13616).
const IBAN_CHARS: std::ops::RangeInclusive<usize> = 15..=34;
/// Fewest characters behind the word IBAN that are taken for a piece of one.
const IBAN_PIECE_MIN: usize = 6;
/// Fewest characters of a wallet's address.
const WALLET_MIN_CHARS: usize = 25;
/// Fewest characters of a piece of a wallet's address that is split.
const WALLET_PIECE_MIN: usize = 6;
/// How far before a number a word about banks may stand, in words.
const REACH_WORDS: usize = 4;

/// Words about banks.
const BANK_WORDS: &[&str] = &[
    "account",
    "acct",
    "acc",
    "sort",
    "sortcode",
    "routing",
    "iban",
    "swift",
    "bic",
    "konto",
    "kontonummer",
    "kontonr",
    "bankleitzahl",
    "blz",
    "cuenta",
    "conta",
    "nib",
    "clabe",
    "bsb",
    "compte",
    "rib",
    "conto",
    "card",
    "debit",
    "iban's",
];

/// Finds bank details.
pub(super) fn find(plain: &str, reading: &Reading<'_>, runs: &[Run], found: &mut Vec<ContactFound>) {
    for run in runs {
        let is_account = run.digits.len() >= ACCOUNT_MIN_DIGITS || is_card(run);
        if is_account || (!run.is_international && has_bank_word(reading, run.words.start)) {
            found.push(ContactFound {
                kind: ContactKind::Bank,
                range: run.range.clone(),
                value: run.digits.clone(),
            });
        }
    }
    for at in 0..reading.len() {
        let Some(word) = reading.word(at) else { break };
        // Codes are in capitals, and a piece of a number in small letters has digits among its first or is long.
        if word.shape == Shape::Small && matches!(word.plain.len(), ..3) {
            continue;
        }
        let text = &plain[word.plain.clone()];
        let words = if begins_iban(text) { iban(plain, reading, at) } else { None }
            .or_else(|| swift(text, reading, at))
            .or_else(|| if is_piece_of_wallet(text) { wallet(plain, reading, at) } else { None });
        let Some(words) = words else { continue };
        let value = reading_of(plain, reading, words.clone());
        found.push(ContactFound { kind: ContactKind::Bank, range: reading.plain_range(&words), value });
    }
}

/// A card number: the right length and check digit (ISO 7812).
fn is_card(run: &Run) -> bool {
    if !(13..=19).contains(&run.digits.len()) || run.is_international {
        return false;
    }
    let sum: u32 = run
        .digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = u32::from(digit - b'0') * if index % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn has_bank_word(reading: &Reading<'_>, at: usize) -> bool {
    reading.texts(at.saturating_sub(REACH_WORDS)..at).any(|word| BANK_WORDS.contains(&word))
}

/// True for what may be the first word of an IBAN: two letters of a country, then digits.
fn begins_iban(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() >= 2
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[2..].iter().take(2).all(u8::is_ascii_digit)
        && (bytes.len() > 2 || bytes.iter().all(u8::is_ascii_uppercase))
}

/// The words of an IBAN that begins at a word: its check digits are right, or the word IBAN stands before it.
fn iban(plain: &str, reading: &Reading<'_>, at: usize) -> Option<std::ops::Range<usize>> {
    let is_named = reading.texts(at.saturating_sub(3)..at).any(|word| word == "iban");
    let mut value = String::new();
    let mut valid = None;
    let mut piece = at;
    for end in at..reading.len() {
        let Some(word) = reading.word(end) else { break };
        let text = &plain[word.plain.clone()];
        let is_apart = end > at && !matches!(reading.gap(end), " " | "-" | "" | "  " | "." | ". ");
        if is_apart || !text.is_ascii() || value.len() + text.len() > *IBAN_CHARS.end() {
            break;
        }
        value.push_str(text);
        if text.bytes().any(|byte| byte.is_ascii_digit()) && end == piece {
            piece = end + 1;
        }
        if IBAN_CHARS.contains(&value.len()) && is_valid_iban(&value) {
            valid = Some(at..end + 1);
        }
    }
    let is_piece = is_named && reading_of(plain, reading, at..piece.max(at + 1)).len() >= IBAN_PIECE_MIN;
    valid.or_else(|| is_piece.then_some(at..piece.max(at + 1)))
}

/// The check of ISO 7064, mod 97-10.
fn is_valid_iban(value: &str) -> bool {
    let bytes = value.as_bytes();
    if !bytes[2..4].iter().all(u8::is_ascii_digit)
        || bytes.iter().filter(|byte| byte.is_ascii_digit()).count() < 8
    {
        return false;
    }
    let rest = bytes[4..].iter().chain(&bytes[..4]).try_fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => Some((rest * 10 + u32::from(byte - b'0')) % 97),
        _ if byte.is_ascii_alphabetic() => {
            Some((rest * 100 + u32::from(byte.to_ascii_uppercase() - b'A') + 10) % 97)
        }
        _ => None,
    });
    rest == Some(1)
}

/// A SWIFT code behind a word that says so.
fn swift(word: &str, reading: &Reading<'_>, at: usize) -> Option<std::ops::Range<usize>> {
    let is_code = matches!(word.len(), 8 | 11) && word.bytes().take(6).all(|byte| byte.is_ascii_uppercase());
    let is_named = || reading.texts(at.saturating_sub(3)..at).any(|word| matches!(word, "swift" | "bic"));
    (is_code && is_named()).then_some(at..at + 1)
}

/// True for what may be a piece of a wallet's address: letters and digits in one word.
fn is_piece_of_wallet(word: &str) -> bool {
    let text = word.as_bytes();
    text.len() >= WALLET_PIECE_MIN
        && text.iter().any(u8::is_ascii_digit)
        && text.iter().any(u8::is_ascii_alphabetic)
        && text.iter().all(u8::is_ascii_alphanumeric)
}

/// A wallet's address that begins with a piece of one: one long word of letters and digits, or several.
fn wallet(plain: &str, reading: &Reading<'_>, at: usize) -> Option<std::ops::Range<usize>> {
    let is_piece =
        |at: usize| reading.word(at).is_some_and(|word| is_piece_of_wallet(&plain[word.plain.clone()]));
    let mut end = at + 1;
    while is_piece(end) && reading.gap(end) == " " {
        end += 1;
    }
    (reading_of(plain, reading, at..end).len() >= WALLET_MIN_CHARS).then_some(at..end)
}

fn reading_of(plain: &str, reading: &Reading<'_>, words: std::ops::Range<usize>) -> String {
    words.filter_map(|at| reading.word(at)).map(|word| &plain[word.plain.clone()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        for iban in ["DE89370400440532013000", "PT50000201231234567890154", "GB29NWBK60161331926819"] {
            assert!(is_valid_iban(iban), "{iban}");
        }
        assert!(!is_valid_iban("DE89370400440532013001"));
        assert!(
            begins_iban("PT50")
                && begins_iban("PT5")
                && begins_iban("PT")
                && !begins_iban("at")
                && !begins_iban("the")
        );
    }
}
