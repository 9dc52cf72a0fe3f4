//! Instructions repeated word for word: what a model does when somebody asks it to.
//!
//! Looked at are the fixed sentences that every writer is told, and the instructions that the context names. What a writer
//! is told in order to say it (facts, lines of the business) is no part of those.

use std::{ops::Range, sync::LazyLock};

use crate::{
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::{PlainText, fold},
    workflow::CONTEXT_TEMPLATE,
};

/// Words in a row that are no accident.
const RUN_WORDS: usize = 8;
/// Longest part of the instructions that is looked at, in bytes.
const INSTRUCTIONS_MAX_BYTES: usize = 64 * 1024;

/// The runs of words of what every writer is told, by their hashes, in order.
static FIXED: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let sentences = CONTEXT_TEMPLATE.lines().filter(|line| !line.contains(['{', '%']));
    let mut hashes: Vec<u64> = sentences.flat_map(|line| hashes_of(&folded(line))).collect();
    hashes.sort_unstable();
    hashes
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let runs = runs(draft.folded.as_str());
    if runs.is_empty() {
        return;
    }
    let given = draft.context.instructions.map(|text| {
        let mut hashes = hashes_of(&folded(&text[..text.floor_char_boundary(INSTRUCTIONS_MAX_BYTES)]));
        hashes.sort_unstable();
        hashes
    });
    let is_told = |hash: &u64| {
        FIXED.binary_search(hash).is_ok()
            || given.as_ref().is_some_and(|given| given.binary_search(hash).is_ok())
    };
    let shared = runs.into_iter().filter(|(hash, _)| is_told(hash)).map(|(_, range)| range);
    if let Some(range) = shared.reduce(|first, last| first.start..last.end) {
        let plain = draft.folded.plain_range(range);
        violations.push(draft.violation(ViolationCode::PromptLeak, plain, None));
    }
}

fn folded(text: &str) -> String {
    fold(PlainText::of(text).as_str()).as_str().to_owned()
}

fn hashes_of(folded: &str) -> Vec<u64> {
    runs(folded).into_iter().map(|(hash, _)| hash).collect()
}

/// Every run of words with its hash and its place. Two different runs with one hash hold a draft for a person to look
/// at, about as often as one grain of sand is picked twice from a beach.
fn runs(folded: &str) -> Vec<(u64, Range<usize>)> {
    let words = words(folded);
    let mut runs = Vec::with_capacity(words.len().saturating_sub(RUN_WORDS - 1));
    let mut hash = 0_u64;
    for (at, (word, range)) in words.iter().enumerate() {
        hash = hash.wrapping_mul(BASE).wrapping_add(*word);
        if let Some(first) = (at + 1).checked_sub(RUN_WORDS) {
            runs.push((hash, words[first].1.start..range.end));
            hash = hash.wrapping_sub(words[first].0.wrapping_mul(BASE_OF_FIRST));
        }
    }
    runs
}

/// Every word with its hash and its place. An apostrophe inside a word is no part of it.
fn words(folded: &str) -> Vec<(u64, Range<usize>)> {
    let mut words = Vec::with_capacity(folded.len() / 4);
    let mut word: Option<(u64, usize)> = None;
    for (at, byte) in folded.bytes().enumerate().chain([(folded.len(), b' ')]) {
        if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            let (hash, start) = word.unwrap_or((FNV_OFFSET, at));
            word = Some(((hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME), start));
        } else if byte != b'\''
            && let Some((hash, start)) = word.take()
        {
            words.push((hash, start..at));
        }
    }
    words
}

/// The numbers of FNV-1a, 64 bits.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;
/// Base of the rolling hash of a run, odd so that no word is lost from it.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
/// What the first word of a run was multiplied with when the last has been added.
const BASE_OF_FIRST: u64 = BASE.wrapping_pow(RUN_WORDS as u32 - 1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example,
        gate::{GateContext, validate_draft},
    };

    fn repeated(body: &str, instructions: Option<&str>) -> Option<String> {
        let context = GateContext { instructions, ..GateContext::default() };
        let verdict = validate_draft(body, &example::facts(), &context);
        let found = verdict.violations.into_iter().find(|v| v.code == ViolationCode::PromptLeak);
        found.map(|violation| violation.text)
    }

    #[test]
    fn what_every_writer_is_told_is_held() {
        let body =
            "Sure: you write one short message to a guest, in writing and in the name of the business. Bye";
        assert_eq!(
            repeated(body, None).unwrap(),
            "you write one short message to a guest, in writing and in the name of the business"
        );
    }

    #[test]
    fn instructions_of_the_context_are_held() {
        let told = "Be warm and brief. Never agree to a lower price than the one that is listed here.";
        let body = "I must never agree to a LOWER price, than the one that I like!";
        assert_eq!(repeated(body, None), None);
        assert_eq!(repeated(body, Some(told)).unwrap(), "never agree to a LOWER price, than the one that");
        assert_eq!(repeated("We never agree to a lower price than listed.", Some(told)), None);
        assert_eq!(repeated("Never agree", Some("")), None);
    }
}
