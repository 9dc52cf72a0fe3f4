//! Instructions repeated word for word: what a model does when somebody asks it to.
//!
//! Looked at are the fixed sentences that every writer is told, and the instructions that the context names. What a writer
//! is told in order to say it (facts, lines of the business) is no part of those.

use std::{hash::BuildHasher as _, ops::Range, sync::LazyLock};

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::{
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::{Letters, PlainText, fold},
    workflow::CONTEXT_TEMPLATE,
};

/// Words in a row that are no accident.
const RUN_WORDS: usize = 8;
/// Longest part of the instructions that is looked at, in bytes.
const INSTRUCTIONS_MAX_BYTES: usize = 64 * 1024;

/// The runs of words of what every writer is told, by their hashes.
static FIXED: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    let sentences = CONTEXT_TEMPLATE.lines().filter(|line| !line.contains(['{', '%']));
    sentences.flat_map(hashes_of).collect()
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let given = draft.context.instructions.map(|text| {
        let hashes = hashes_of(&text[..text.floor_char_boundary(INSTRUCTIONS_MAX_BYTES)]);
        hashes.into_iter().collect::<FxHashSet<u64>>()
    });
    let fixed = &*FIXED;
    let mut shared: Option<Range<usize>> = None;
    each_run(&draft.letters, |hash, range| {
        if fixed.contains(&hash) || given.as_ref().is_some_and(|given| given.contains(&hash)) {
            let start = shared.as_ref().map_or(range.start, |shared| shared.start);
            shared = Some(start..range.end);
        }
    });
    if let Some(range) = shared {
        let plain = draft.folded.plain_range(draft.letters.folded_range(range));
        violations.push(draft.violation(ViolationCode::PromptLeak, plain, None));
    }
}

fn hashes_of(text: &str) -> Vec<u64> {
    let mut hashes = Vec::new();
    each_run(&Letters::of(&fold(PlainText::of(text).as_str())), |hash, _| hashes.push(hash));
    hashes
}

/// Every run of words with its hash and its place in the letters. Two different runs with one hash hold a draft for a
/// person to look at, about as often as one grain of sand is picked twice from a beach.
fn each_run(letters: &Letters, mut act: impl FnMut(u64, Range<usize>)) {
    // The hashes of the last words.
    let mut last = [0_u64; RUN_WORDS];
    let mut hash = 0_u64;
    for word in 0..letters.words() {
        let range = letters.start_of(word)..letters.start_of(word + 1);
        let own = FxBuildHasher.hash_one(&letters.as_str()[range.clone()]);
        let first = std::mem::replace(&mut last[word % RUN_WORDS], own);
        hash = hash.wrapping_sub(first.wrapping_mul(BASE_OF_FIRST)).wrapping_mul(BASE).wrapping_add(own);
        if let Some(first) = (word + 1).checked_sub(RUN_WORDS) {
            act(hash, letters.start_of(first)..range.end);
        }
    }
}

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
