//! Ways to reach somebody that a text gives away: telephone numbers, e-mail addresses, links, handles, bank details.

use std::{cmp::Reverse, ops::Range};

use super::{
    bank,
    date::month_of,
    digits::{Run, digit_runs},
    handle, host,
};
use crate::text::{Reading, Signs, View};

/// Words that must be seen even where a space splits them, folded.
pub(super) const VOCABULARY: &[&str] = &[
    "dot",
    "com",
    "net",
    "org",
    "punto",
    "ponto",
    "arroba",
    "insta",
    "instagram",
    "telegram",
    "snapchat",
    "tiktok",
    "iban",
    "account",
    "swift",
    "sort",
];
/// Fewest digits of a telephone number that is told without a country.
const PHONE_MIN_DIGITS: usize = 7;
/// Most digits of a telephone number, ITU-T E.164.
const PHONE_MAX_DIGITS: usize = 15;
/// Fewest pieces of a number that is spelled out; fewer are a count.
const SPELLED_MIN_PIECES: usize = 4;

/// A contact that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::gate) struct ContactFound {
    /// What it is.
    pub(in crate::gate) kind: ContactKind,
    /// Where, in bytes of the plain text.
    pub(in crate::gate) range: Range<usize>,
    /// What is compared: digits; a host with its path; a name without its `@`. Small letters.
    pub(in crate::gate) value: String,
}

/// What a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::gate) enum ContactKind {
    /// An account, a card, a wallet.
    Bank,
    /// An e-mail address.
    Email,
    /// A link or a host.
    Link,
    /// A name on another platform.
    Handle,
    /// A telephone number.
    Phone,
}

/// Finds the contacts that a text gives away. Where two overlap, the one of the kind named first stays,
/// and of one kind the longer.
pub(in crate::gate) fn find_contacts(
    plain: &str,
    signs: &Signs,
    folded: &View,
    reading: &Reading<'_>,
) -> Vec<ContactFound> {
    let mut found = Vec::new();
    let runs = digit_runs(plain, reading, bank::DIGITS_MIN);
    bank::find(plain, reading, &runs, &mut found);
    host::find(plain, signs, reading, &mut found);
    handle::find(plain, signs, folded, reading, &mut found);
    found.extend(runs.iter().filter(|run| is_phone(plain, reading, run)).map(|run| ContactFound {
        kind: ContactKind::Phone,
        range: run.range.clone(),
        value: run.digits.clone(),
    }));
    found.sort_by_key(|contact| (contact.kind, Reverse(contact.range.len())));
    let mut kept: Vec<ContactFound> = Vec::with_capacity(found.len());
    for contact in found {
        let overlaps = |other: &ContactFound| {
            other.range.start < contact.range.end && contact.range.start < other.range.end
        };
        if !kept.iter().any(overlaps) {
            kept.push(contact);
        }
    }
    kept
}

/// True for a run that is dialled, and not a date, a time, an amount or a number of something.
fn is_phone(plain: &str, reading: &Reading<'_>, run: &Run) -> bool {
    let count = run.digits.len();
    if !(PHONE_MIN_DIGITS..=PHONE_MAX_DIGITS).contains(&count) {
        return false;
    }
    if run.is_international {
        return true;
    }
    if run.spelled > 0 {
        return run.groups.len() >= SPELLED_MIN_PIECES;
    }
    !(is_money(plain, run)
        || is_dates(plain, run)
        || is_named(reading, run)
        || is_round(run)
        || is_listed(reading, run))
}

/// An amount: a sign of a currency on either side.
fn is_money(plain: &str, run: &Run) -> bool {
    let before = plain[..run.range.start].trim_end();
    let after = plain[run.range.end..].trim_start();
    let signs = ['€', '$', '£', '%', '¥', '₹'];
    before.ends_with(signs) || after.starts_with(signs)
}

/// Dates, times and years: `2026-03-10`, `10.03.2026`, `2024-2026`, `10.30 - 12.30`.
fn is_dates(plain: &str, run: &Run) -> bool {
    let text = &plain[run.range.clone()];
    let groups: Vec<u32> =
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|group| group.parse().ok()).collect();
    let is_year = |value: u32| (1900..2100).contains(&value);
    let is_day = |value: u32| (1..=31).contains(&value);
    let is_clock = |value: u32| value <= 59;
    match groups[..] {
        [first, second] if is_year(first) && is_year(second) => true,
        [year, month, day] if is_year(year) => is_day(month) && is_day(day),
        [day, month, year] if is_year(year) => is_day(day) && is_day(month),
        [day, month, year, hour] if is_year(year) => is_day(day) && is_day(month) && is_clock(hour),
        [a, b, c, d, ..] if groups.iter().all(|value| is_clock(*value)) => {
            // Opening hours and spans of days, unless the first group is a prefix.
            !text.starts_with('0')
                && groups.len() == 4
                && (is_day(a) && is_clock(b) && is_day(c) && is_clock(d))
                && is_paired(text)
        }
        _ => false,
    }
}

/// True for two pairs of numbers: `10.30-12.30`, `10/03 - 14/03`.
fn is_paired(text: &str) -> bool {
    let separators: Vec<&str> =
        text.split(|c: char| c.is_ascii_digit()).filter(|sign| !sign.is_empty()).collect();
    matches!(separators[..], [first, middle, last] if first == last && first != middle)
}

/// True for the number of a booking, an order, a room: a word before it says so.
fn is_named(reading: &Reading<'_>, run: &Run) -> bool {
    let from = run.words.start.saturating_sub(3);
    let names = |word| {
        matches!(
            word,
            "ref"
                | "reference"
                | "booking"
                | "order"
                | "invoice"
                | "confirmation"
                | "ticket"
                | "tracking"
                | "reservation"
                | "code"
                | "voucher"
                | "licence"
                | "license"
                | "registration"
                | "serial"
                | "case"
        )
    };
    run.groups.len() <= 2 && reading.texts(from..run.words.start).any(names)
}

/// True for a count: `1000000 memories`.
fn is_round(run: &Run) -> bool {
    run.groups.len() == 1 && run.digits.ends_with("0000")
}

/// True for several small numbers in a row before a word that they count: `10 11 12 13 March`.
fn is_listed(reading: &Reading<'_>, run: &Run) -> bool {
    let is_small = run.groups.iter().all(|len| *len <= 2);
    let next = reading.text(run.words.end);
    is_small && run.groups.len() >= 3 && reading.gap(run.words.end) == " " && month_of(next).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gate::mention::words_of,
        text::{PlainText, fold},
    };

    fn found(text: &str) -> Vec<String> {
        let plain = PlainText::of(text);
        let folded = fold(plain.as_str());
        let words = words_of(plain.as_str(), &folded);
        let found = find_contacts(
            plain.as_str(),
            &Signs::of(plain.as_str()),
            &folded,
            &Reading::new(folded.as_str(), &words),
        );
        found.into_iter().map(|contact| format!("{:?} {}", contact.kind, contact.value)).collect()
    }

    #[test]
    fn contacts_are_found_in_every_disguise() {
        for (text, contact) in [
            ("text me at +351 912 345 678", "Phone 351912345678"),
            ("nine one two, three four five, six seven eight", "Phone 912345678"),
            ("nueve uno dos, tres cuatro cinco, seis siete ocho", "Phone 912345678"),
            ("neun eins zwei drei vier fünf sechs sieben", "Phone 91234567"),
            ("call 087 123 4567", "Phone 0871234567"),
            ("9 1 2 3 4 5 6 7 8", "Phone 912345678"),
            ("(555) 010-9999", "Phone 5550109999"),
            ("my cell: 912345678", "Phone 912345678"),
            ("912 three45 67eight", ""),
            ("quinn@studio.com", "Email quinn@studio.com"),
            ("quinn (at) studio dot com", "Email quinn@studio.com"),
            ("quinn at studio dot com", "Email quinn@studio.com"),
            ("quinn[at]studio[dot]com", "Email quinn@studio.com"),
            ("quinn @ studio . com", "Email quinn@studio.com"),
            ("quinn arroba studio punto com", "Email quinn@studio.com"),
            ("quinn at gmail.com", "Email quinn@gmail.com"),
            ("my insta is @quinn_private", "Handle quinn_private"),
            ("my insta is quinn.private", "Handle quinn.private"),
            ("find me on ig: quinnxx", "Handle quinnxx"),
            ("on Instagram as quinnxx", "Handle quinnxx"),
            ("book at quinn.example.evil.com", "Link quinn.example.evil.com"),
            ("pay here: bit.ly/3xyz", "Link bit.ly/3xyz"),
            ("https://Quinn.Example/Book?x=1.", "Link quinn.example/book?x=1"),
            ("www.quinn.me is it", "Link www.quinn.me"),
            ("see studio dot com", "Link studio.com"),
            ("evil. com is mine", "Link evil.com"),
            ("evil .com", "Link evil.com"),
            ("http://10.0.0.1/x", "Link 10.0.0.1/x"),
            ("wa.me/351912345678", "Link wa.me/351912345678"),
            ("IBAN PT50 0002 0123 1234 5678 9015 4", "Bank PT50000201231234567890154"),
            ("DE89370400440532013000", "Bank DE89370400440532013000"),
            ("iban: DE89 3704", "Bank DE893704"),
            ("sort code 12-34-56", "Bank 123456"),
            ("account number 12345678", "Bank 12345678"),
            ("swift: DEUTDEFF500", "Bank DEUTDEFF500"),
            ("4111 1111 1111 1111", "Bank 4111111111111111"),
            ("0x52908400098527886E0F7030069857D2E4169EE7", "Bank 0x52908400098527886E0F7030069857D2E4169EE7"),
        ] {
            assert_eq!(found(text).join("|"), contact, "{text}");
        }
    }

    #[test]
    fn numbers_and_words_are_no_contacts() {
        for text in [
            "See you at 3, I'll have 2 cameras and 150 minutes blocked out",
            "I have shot over 300 sessions",
            "Your booking ref is 120-33",
            "Your order number is 10023345",
            "I shoot RAW.Then I edit",
            "That works.So see you then.It is fine",
            "Open 10.30-12.30 and 2024-2026",
            "2026-03-10 to 2026-03-14, or 10.03.2026",
            "It's €1.275,00 or 1 275 000 €",
            "two, three or four people for one or two nights",
            "We have two doubles and one single",
            "Back in 2026 I moved here",
            "e.g. the harbour, i.e. the quay, at 9 p.m. or so",
            "Meet me @ 3pm or @ home",
            "my insta is private, and instagram is down",
            "A double room is €90 per night, 2 nights are 180.",
            "10 11 12 13 March are free",
            "Check-in 15:00-20:00, check-out 11:00",
            "3.5 hours, 24/7, 50/50",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
