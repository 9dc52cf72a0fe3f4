//! Characters that control instead of saying something: control codes, piles of line breaks, and those that reorder or
//! smuggle text.

use std::ops::Range;

use crate::{
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::{Span, is_disguising},
};

/// Most line breaks and tabs in a row; three are an empty paragraph.
const BREAKS_IN_A_ROW_MAX: usize = 3;

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let body = draft.text.original();
    if body.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return;
    }
    for (code, range) in runs(body) {
        violations.push(draft.violation_at(code, Span { start: range.start, end: range.end }, None));
    }
}

/// Runs of forbidden characters, each with its code.
fn runs(body: &str) -> Vec<(ViolationCode, Range<usize>)> {
    let mut found: Vec<(ViolationCode, Range<usize>)> = Vec::new();
    let mut breaks = 0;
    let mut at = 0;
    while at < body.len() {
        let ordinary = body.as_bytes()[at..].iter().take_while(|byte| matches!(byte, b' '..=b'~')).count();
        if ordinary > 0 {
            breaks = 0;
        }
        let start = at + ordinary;
        let Some(character) = body[start..].chars().next() else { break };
        at = start + character.len_utf8();
        breaks = match character {
            '\n' | '\t' => breaks + 1,
            '\r' => breaks,
            _ => 0,
        };
        let code = match character {
            '\n' | '\t' if breaks > BREAKS_IN_A_ROW_MAX => ViolationCode::ControlCharacter,
            '\n' | '\t' => continue,
            '\r' if body[start + 1..].starts_with('\n') => continue,
            _ if character.is_control() => ViolationCode::ControlCharacter,
            _ if is_disguising(character) => ViolationCode::DisguisedText,
            _ => continue,
        };
        match found.last_mut() {
            Some((last, range)) if *last == code && range.end == start => range.end = at,
            _ => found.push((code, start..at)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_once_each() {
        assert_eq!(
            runs("a\u{0}\u{7}b\u{1b}"),
            [(ViolationCode::ControlCharacter, 1..3), (ViolationCode::ControlCharacter, 4..5)]
        );
        assert_eq!(runs("Hi\u{202e}gnp.exe"), [(ViolationCode::DisguisedText, 2..5)]);
        assert_eq!(runs("a\n\n\n\n\nb"), [(ViolationCode::ControlCharacter, 4..6)]);
    }

    #[test]
    fn ordinary_breaks_and_joined_emoji_pass() {
        assert_eq!(runs("Hi\n\nthere\r\nyou\tand 👨‍👩‍👧"), []);
        assert_eq!(runs("a\r\n\r\n\r\nb"), []);
    }
}
