//! The same over and over: what a model writes when it is stuck.
//!
//! Looked for in the letters of the draft, so that spaces and signs between them make no difference. Eight letters at a
//! time are compared with where the same eight stood last; a stretch in which the distance stays the same repeats itself.

use std::ops::Range;

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

/// Most of one sign or letter in a row: `Noooooo` is a feeling.
const SAME_LETTER_MAX: usize = 9;
/// The same for `!` and `?`; the least of the three.
const SAME_MARK_MAX: usize = 6;
/// The same for other signs, such as the dots of somebody who thinks while writing.
const SAME_SIGN_MAX: usize = 12;
/// Letters compared at a time.
const WINDOW: usize = 8;
/// One window in so many is noted by the first look. What repeats itself for [`WINDOWS_MIN`] windows holds such a one.
const FIRST_LOOK_EVERY: usize = 4;
/// Fewest windows of a stretch that is too much: its letters stand four times, or sixteen of them twice.
const WINDOWS_MIN: usize = LOOP_MIN - LOOP_MIN / LOOP_TIMES_MIN - WINDOW + 1;
const _: () = assert!(FIRST_LOOK_EVERY <= WINDOWS_MIN && WINDOWS_MIN <= TWICE_IN_A_ROW_MIN - WINDOW + 1);
/// Most letters that are looked at.
const LETTERS_MAX: usize = 16 * 1024;
/// Fewest letters that stand twice in one draft and are no accident: about six words.
const TWICE_MIN: usize = 25;
/// The same for letters that stand twice in a row.
const TWICE_IN_A_ROW_MIN: usize = 16;
/// Fewest letters of a stretch that repeats a word or a syllable: shorter ones are `ha ha ha` and `no no no`.
const LOOP_MIN: usize = 16;
/// How often such a stretch says the same at least.
const LOOP_TIMES_MIN: usize = 4;

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    if let Some(range) = same_character(draft.text.as_str()) {
        violations.push(draft.violation(ViolationCode::Repetition, range, None));
    } else if let Some(range) = same_words(draft.letters.as_str().as_bytes()) {
        let letters = whole_characters(draft.letters.as_str(), range);
        let plain = draft.folded.plain_range(draft.letters.folded_range(letters));
        violations.push(draft.violation(ViolationCode::Repetition, plain, None));
    }
}

/// A run of one character, white space between left out of account.
fn same_character(plain: &str) -> Option<Range<usize>> {
    if !may_run(plain.as_bytes()) {
        return None;
    }
    let (mut same, mut start, mut count) = (' ', 0_usize, 0_usize);
    for (at, character) in plain.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let lower = character.to_ascii_lowercase();
        if lower != same {
            (same, start, count) = (lower, at, 1);
            continue;
        }
        count += 1;
        if count > SAME_MARK_MAX && count > most_in_a_row(same) {
            return Some(start..at + character.len_utf8());
        }
    }
    None
}

/// A cheap look: first bytes of characters that are the same so often in a row. White space beyond ASCII is not told from
/// other characters, which is why their first bytes go with any.
fn may_run(plain: &[u8]) -> bool {
    const SKIPPED: u8 = 0;
    const ANY: u8 = 1;
    const TABLE: [u8; 256] = {
        let mut table = [ANY; 256];
        let mut byte = 0;
        while byte < 0xc0 {
            table[byte] = match byte as u8 {
                // Codes that nobody writes count as one, so that none of them means something else here.
                0..=2 => 2,
                b'\t'..=b'\r' | b' ' | 0x80.. => SKIPPED,
                other => other.to_ascii_lowercase(),
            };
            byte += 1;
        }
        table
    };
    let (mut same, mut count) = (SKIPPED, 0_usize);
    for class in plain.iter().map(|byte| TABLE[usize::from(*byte)]) {
        if class > ANY && class != same {
            (same, count) = (class, 1);
        } else if class != SKIPPED {
            count += 1;
            if count > SAME_MARK_MAX {
                return true;
            }
        }
    }
    false
}

fn most_in_a_row(character: char) -> usize {
    match character {
        '!' | '?' => SAME_MARK_MAX,
        _ if character.is_alphabetic() => SAME_LETTER_MAX,
        // Zeros of large numbers and of telephone numbers are others' business; pictures are counted elsewhere.
        _ => SAME_SIGN_MAX,
    }
}

/// A stretch of letters that repeats itself, or stands twice.
fn same_words(letters: &[u8]) -> Option<Range<usize>> {
    if letters.len() < LOOP_MIN {
        return None;
    }
    let letters = &letters[..letters.len().min(LETTERS_MAX)];
    let mut last_seen = LastSeen::new(letters);
    if !last_seen.may_repeat() {
        return None;
    }
    last_seen.clear();
    let mut stretch = Stretch::default();
    for at in 0..=letters.len() - WINDOW {
        let Some(before) = last_seen.replace(at) else {
            stretch = Stretch::default();
            continue;
        };
        stretch.extend(at, at - before);
        if stretch.is_too_much() {
            return Some(stretch.start - stretch.distance..at + WINDOW);
        }
    }
    None
}

/// Where each window of the letters stood last: a table with open addressing, at most half full.
struct LastSeen<'a> {
    letters: &'a [u8],
    /// Positions from one, so that zero means none. Their number is a power of two.
    slots: Vec<u16>,
    /// By how much the hash of a window is shifted to number a slot.
    shift: u32,
}

impl<'a> LastSeen<'a> {
    fn new(letters: &'a [u8]) -> Self {
        let slots = (2 * letters.len()).next_power_of_two();
        Self { letters, slots: vec![0; slots], shift: u64::BITS - slots.ilog2() }
    }

    /// The letters from `at` on as a number.
    fn window(&self, at: usize) -> u64 {
        let letters =
            self.letters[at..].first_chunk::<WINDOW>().expect("only windows that fit are asked for");
        u64::from_le_bytes(*letters)
    }

    /// A cheap look: true when some window stands where one that was noted stood, of which there are few.
    fn may_repeat(&mut self) -> bool {
        for at in 0..=self.letters.len() - WINDOW {
            let is_known =
                if at % FIRST_LOOK_EVERY == 0 { self.replace(at).is_some() } else { self.is_noted(at) };
            if is_known {
                return true;
            }
        }
        false
    }

    fn clear(&mut self) {
        self.slots.fill(0);
    }

    fn is_noted(&self, at: usize) -> bool {
        let window = self.window(at);
        let mut slot = self.slot_of(window);
        while let Some(before) = usize::from(self.slots[slot]).checked_sub(1) {
            if self.window(before) == window {
                return true;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        false
    }

    fn slot_of(&self, window: u64) -> usize {
        // Fibonacci hashing: the upper bits of the product are the well mixed ones.
        let mixed = window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift;
        usize::try_from(mixed).expect("what numbers the slots of a table fits a usize")
    }

    /// Notes that the window at `at` stands there, and returns where it stood before.
    fn replace(&mut self, at: usize) -> Option<usize> {
        let window = self.window(at);
        let position = u16::try_from(at + 1).expect("the letters looked at are fewer");
        let mut slot = self.slot_of(window);
        loop {
            let Some(before) = usize::from(self.slots[slot]).checked_sub(1) else {
                self.slots[slot] = position;
                return None;
            };
            if self.window(before) == window {
                self.slots[slot] = position;
                return Some(before);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

/// Consecutive windows that stood the same distance before.
#[derive(Debug, Clone, Copy, Default)]
struct Stretch {
    start: usize,
    windows: usize,
    distance: usize,
}

impl Stretch {
    fn extend(&mut self, at: usize, distance: usize) {
        if self.windows > 0 && self.distance == distance {
            self.windows += 1;
        } else {
            *self = Self { start: at, windows: 1, distance };
        }
    }

    fn is_too_much(&self) -> bool {
        let repeated = self.windows + WINDOW - 1;
        let whole = repeated + self.distance;
        let is_twice =
            repeated >= TWICE_MIN || (repeated >= self.distance && self.distance >= TWICE_IN_A_ROW_MIN);
        is_twice || (whole >= LOOP_MIN && whole >= LOOP_TIMES_MIN * self.distance)
    }
}

/// The range without characters it would cut.
fn whole_characters(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        example,
        gate::{GateContext, validate_draft},
    };

    fn is_repetition(body: &str) -> bool {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        verdict.violations.iter().any(|violation| violation.code == ViolationCode::Repetition)
    }

    #[test]
    fn loops_are_held() {
        for body in [
            "ok ok ok ok ok ok ok ok ok ok ok ok",
            "Thanks for writing, see you on Friday. Thanks for writing, see you on Friday.",
            "See you soon! See you soon! See you soon! See you soon!",
            "xxxxxxxxxxxxx",
            "Hi!!!!!!!",
            "Hi ! ! ! ! ! ! !",
            "the the the the the the",
            "We have a room for you on Friday. Great! We have a room for you on Friday. Yes!",
            "да да да да да да да да",
            "好的好的好的好的好的好的",
            "\u{301}ok ok ok ok ok ok ok ok ok é",
        ] {
            assert!(is_repetition(body), "{body}");
        }
    }

    #[test]
    fn emphasis_and_likeness_pass() {
        for body in [
            "Noooooo!!!",
            "ha ha ha",
            "no no no, all good",
            "bye bye bye",
            "Well...... maybe",
            "xxx",
            "A double room is nice, a family room is nicer, a single room is small.",
            "Check-in is from 3 pm to 9 pm, check-out is until 11 am.",
            "10000000 thanks",
        ] {
            assert!(!is_repetition(body), "{body}");
        }
    }

    proptest! {
        #[test]
        fn what_is_said_often_enough_is_a_repetition(word in "[a-z]{2,12}", gap in "[ .,!-]{1,2}") {
            let text = format!("{word}{gap}").repeat(10);
            prop_assert!(is_repetition(&text));
        }

        #[test]
        fn a_found_stretch_lies_inside(text in "[a-cé]{0,80}") {
            if let Some(range) = same_words(text.as_bytes()) {
                let range = whole_characters(&text, range);
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
