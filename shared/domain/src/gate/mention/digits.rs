//! Runs of digits as they are dictated: in figures, in words, in both, with anything between them.
//!
//! `+351 912 345 678`, `nine one two, three four five`, `nueve uno dos`, `double seven`, `9l2 345`. What a run is (a telephone
//! number, an account) is for others to say.

use std::{ops::Range, sync::LazyLock};

use super::kinds;
use crate::text::{Reading, Shape, WordMap};

/// Words that must be seen even where a space splits them, folded.
pub(super) const VOCABULARY: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple",
    "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "cero", "dois", "quatro",
    "sete", "oito", "nove",
];
/// Longest stretch of signs between two pieces of one run, in bytes.
const GAP_MAX_BYTES: usize = 4;

/// A run of digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// Its digits, ASCII.
    pub(super) digits: String,
    /// Where, in bytes of the plain text.
    pub(super) range: Range<usize>,
    /// Its words, counted in the text.
    pub(super) words: Range<usize>,
    /// The lengths of its groups.
    pub(super) groups: Vec<usize>,
    /// How many of them are spelled out.
    pub(super) spelled: usize,
    /// A plus or a pair of zeros opens it, as an international number does.
    pub(super) is_international: bool,
    /// Nothing but a full stop or a slash stands between groups of figures.
    pub(super) is_dotted: bool,
}

/// Finds runs of at least `least` digits.
pub(super) fn digit_runs(plain: &str, reading: &Reading<'_>, least: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < reading.len() {
        // Most numbers stand alone and are short.
        let is_alone = || {
            let is_short =
                reading.word(at).is_some_and(|word| word.shape == Shape::Number && word.plain.len() < least);
            is_short && !(continues(reading.gap(at + 1), true) && may_begin(plain, reading, at + 1))
        };
        if !may_begin(plain, reading, at) || is_alone() {
            at += 1;
            continue;
        }
        let Some(run) = run_at(plain, reading, at) else {
            at += 1;
            continue;
        };
        at = run.words.end;
        if run.digits.len() >= least {
            runs.push(run);
        }
    }
    runs
}

/// A cheap look: a digit, an imitated one, or a word that spells one.
fn may_begin(plain: &str, reading: &Reading<'_>, at: usize) -> bool {
    let Some(word) = reading.word(at) else { return false };
    if word.shape == Shape::Number || word.kinds.any(kinds::DIGITS) {
        return true;
    }
    matches!(reading.text(at).as_bytes().first(), Some(b'o' | b'l' | b'i'))
        && plain.as_bytes()[word.plain.clone()].iter().any(u8::is_ascii_digit)
}

fn run_at(plain: &str, reading: &Reading<'_>, first: usize) -> Option<Run> {
    let mut run = Run {
        digits: String::new(),
        range: 0..0,
        words: first..first,
        groups: Vec::new(),
        spelled: 0,
        is_international: false,
        is_dotted: true,
    };
    let mut times = 1;
    let mut at = first;
    while let Some(word) = reading.word(at) {
        let text = reading.text(at);
        let is_continued =
            at == first || continues(reading.gap(at), run.spelled > 0 || spelled(text).is_some());
        if !is_continued {
            break;
        }
        if let Some(more) = multiplier(text).filter(|_| reading.word(at + 1).is_some()) {
            times = more;
            at += 1;
            continue;
        }
        let Some(group) = figures(&plain[word.plain.clone()]).or_else(|| spelled(text).map(str::to_owned))
        else {
            break;
        };
        run.spelled += usize::from(!text.starts_with(|c: char| c.is_ascii_digit()));
        run.is_dotted &= at == first || matches!(reading.gap(at), "." | "/" | "-");
        let group = group.repeat(times);
        times = 1;
        run.groups.push(group.len());
        run.digits.push_str(&group);
        at += 1;
        run.words.end = at;
    }
    if run.words.is_empty() {
        return None;
    }
    run.range = reading.plain_range(&run.words);
    let before = plain[..run.range.start].trim_end_matches(['(', ' ']);
    run.is_international = before.ends_with('+') || (run.digits.starts_with("00") && run.groups[0] > 2);
    if before.ends_with('+') {
        run.range.start = before.len() - 1;
    }
    Some(run)
}

/// True when what stands between two pieces keeps them together.
fn continues(gap: &str, is_spelled: bool) -> bool {
    if gap.len() > GAP_MAX_BYTES
        || gap.is_empty()
        || gap.contains(['\n', '€', '$', '£', '%', ':', ';', '!', '?', '='])
    {
        return false;
    }
    // In figures a comma parts the numbers of a list, or thousands.
    if gap.contains(',') { is_spelled } else { true }
}

/// The digits of a group in figures, with letters that imitate them.
fn figures(word: &str) -> Option<String> {
    let digits: Option<String> = word
        .chars()
        .map(|character| match character {
            '0'..='9' => Some(character),
            'O' | 'o' => Some('0'),
            'l' | 'I' => Some('1'),
            _ => None,
        })
        .collect();
    digits.filter(|_| word.bytes().any(|byte| byte.is_ascii_digit()))
}

fn multiplier(word: &str) -> Option<usize> {
    MULTIPLIERS.iter().find(|(_, words)| words.contains(&word)).map(|(times, _)| *times)
}

/// What words spell digits: English, Spanish, Portuguese, French, German, Italian.
const SPELLED: &[(&str, &[&str])] = &[
    ("0", &["zero", "oh", "nought", "cero", "null"]),
    ("1", &["one", "uno", "um", "uma", "un", "une", "eins"]),
    ("2", &["two", "dos", "dois", "duas", "deux", "zwei", "due"]),
    ("3", &["three", "tres", "trois", "drei", "tre"]),
    ("4", &["four", "cuatro", "quatro", "quatre", "vier", "quattro"]),
    ("5", &["five", "cinco", "cinq", "funf", "fuenf", "cinque"]),
    ("6", &["six", "seis", "sechs", "sei"]),
    ("7", &["seven", "siete", "sete", "sept", "sieben", "sette"]),
    ("8", &["eight", "ocho", "oito", "huit", "acht", "otto"]),
    ("9", &["nine", "nueve", "nove", "neuf", "neun"]),
    ("10", &["ten"]),
    ("11", &["eleven"]),
    ("12", &["twelve"]),
    ("13", &["thirteen"]),
    ("14", &["fourteen"]),
    ("15", &["fifteen"]),
    ("16", &["sixteen"]),
    ("17", &["seventeen"]),
    ("18", &["eighteen"]),
    ("19", &["nineteen"]),
    ("20", &["twenty"]),
    ("30", &["thirty"]),
    ("40", &["forty"]),
    ("50", &["fifty"]),
    ("60", &["sixty"]),
    ("70", &["seventy"]),
    ("80", &["eighty"]),
    ("90", &["ninety"]),
];
/// Words that say how often the next digit stands.
const MULTIPLIERS: &[(usize, &[&str])] = &[(2, &["double", "doble", "doppel"]), (3, &["triple", "treble"])];

static DIGITS_BY_WORD: LazyLock<WordMap<&'static str>> = LazyLock::new(|| {
    WordMap::of(SPELLED.iter().flat_map(|(digits, words)| words.iter().map(move |word| (*word, *digits))))
});

/// Every word that may belong to a run of digits.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    let spelled = SPELLED.iter().map(|(_, words)| *words);
    spelled.chain(MULTIPLIERS.iter().map(|(_, words)| *words)).flatten().copied()
}

/// The digits that a word spells.
pub(super) fn spelled(word: &str) -> Option<&'static str> {
    DIGITS_BY_WORD.get(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gate::mention::words_of,
        text::{PlainText, fold},
    };

    fn runs(text: &str) -> Vec<String> {
        let plain = PlainText::of(text);
        let folded = fold(plain.as_str());
        let words = words_of(plain.as_str(), &folded);
        let runs = digit_runs(plain.as_str(), &Reading::new(folded.as_str(), &words), 7);
        runs.into_iter().map(|run| format!("{} {:?}", run.digits, &plain.as_str()[run.range])).collect()
    }

    #[test]
    fn digits_are_read_in_every_manner() {
        for (text, run) in [
            ("text +351 912 345 678 now", r#"351912345678 "+351 912 345 678""#),
            ("(091) 555-1234", r#"0915551234 "091) 555-1234""#),
            ("nine one two, three four five", ""),
            ("nine one two, three four five, six", r#"9123456 "nine one two, three four five, six""#),
            ("nueve uno dos tres cuatro cinco seis", r#"9123456 "nueve uno dos tres cuatro cinco seis""#),
            ("oh eight double seven five five 12", r#"08775512 "oh eight double seven five five 12""#),
            ("9l2 345 67B", ""),
            ("9l2 345 678", r#"912345678 "9l2 345 678""#),
            ("9-1-2-3-4-5-6", r#"9123456 "9-1-2-3-4-5-6""#),
            ("100, 200, 300", ""),
            ("10:30 to 12:30", ""),
        ] {
            assert_eq!(runs(text).join("|"), run, "{text}");
        }
    }
}
