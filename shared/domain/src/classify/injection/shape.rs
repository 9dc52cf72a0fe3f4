//! Attacks by their shape: marks of chat formats and mark-up, encoded text, the same word over and over, examples of a
//! dialogue that is to be gone on with.

use std::sync::LazyLock;

use regex::Regex;

use crate::classify::reading::Reading;

/// Marks of chat formats and mark-up. They hold characters that the pattern language reads otherwise.
const MARKS: &[&str] = &[
    "<|",
    "|>",
    "[inst]",
    "[/inst]",
    "<<sys>>",
    "<s>",
    "</s>",
    "### instruction",
    "### system",
    "### response",
    "<system",
    "</system",
    "<think",
    "<script",
    "{{",
    "}}",
    "```",
    "-----begin",
    "<html",
    "<!--",
    "<!doctype",
    "<code",
    "<img",
    "<body",
    "<table",
    "<caption",
    "<now ",
    "[system",
    "<user",
    "<assistant",
    "### ",
    "<start_of",
    "<end_of",
    "human:",
    "system:",
    "assistant:",
];

/// Bits, bytes in hexadecimal, letters in Morse code.
static ENCODED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?: [01]{7,8} (?: \s+ | \z ) ){4}
        | (?: (?-u:\b) [0-9a-fA-F]{2} (?: \s+ | \z ) ){10}
        | (?: [.-]{1,6} \x20 (?: / \x20 )? ){8}
        | (?-u:\b) [0-9a-fA-F]{40} | (?: \\x[0-9a-fA-F]{2} | %[0-9a-fA-F]{2} | \\u[0-9a-fA-F]{4} | &\#x?[0-9a-fA-F]{2,5}; ){6}
        ",
    )
    .expect("a constant pattern, which a test compiles")
});

/// Fewest characters of base 64 in a row that are no name: three words, encoded.
const BASE64_MIN: usize = 24;
/// How often one word in a row is no laughter any more.
const SAME_WORD_MAX: usize = 12;

pub(super) fn is_suspicious(reading: &Reading) -> bool {
    let plain = reading.plain();
    MARKS.iter().any(|mark| plain.contains(mark))
        || is_dialogue(plain)
        || ENCODED.find(reading.said()).is_some_and(|found| is_code(found.as_str()))
        || reading.said().split_whitespace().any(is_base64)
        || is_one_word(plain)
}

/// Dots alone are somebody thinking, and so are dashes.
fn is_code(found: &str) -> bool {
    let is_morse = found.bytes().all(|byte| matches!(byte, b'.' | b'-' | b'/' | b' '));
    !is_morse || (found.contains('.') && found.contains('-'))
}

/// A question, its answer, and another question.
fn is_dialogue(plain: &str) -> bool {
    plain.matches("q: ").count() >= 2 && plain.contains("a: ")
}

/// Letters of both cases and figures in one long word that is no link.
fn is_base64(word: &str) -> bool {
    if word.len() < BASE64_MIN || word.contains("://") || word.starts_with("www.") {
        return false;
    }
    let is_of_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let runs = word.as_bytes().split(|byte| !is_of_base64(byte)).filter(|run| run.len() >= BASE64_MIN);
    runs.into_iter().any(|run| {
        run.iter().any(u8::is_ascii_lowercase)
            && run.iter().any(u8::is_ascii_uppercase)
            && run.iter().any(u8::is_ascii_digit)
    })
}

fn is_one_word(plain: &str) -> bool {
    let mut before = "";
    let mut times = 0;
    plain.split_ascii_whitespace().any(|word| {
        times = if word == before { times + 1 } else { 1 };
        before = word;
        times > SAME_WORD_MAX && word.bytes().any(|byte| byte.is_ascii_alphanumeric())
    })
}
