//! A reply that stands in quotation marks as a whole: not the words, but somebody quoting them.

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

/// Marks that open a quotation, with those that may close it.
const QUOTES: &[(char, &[char])] = &[
    ('"', &['"', '”']),
    ('\'', &['\'']),
    ('“', &['”', '"']),
    ('”', &['”']),
    ('„', &['“', '”', '"']),
    ('«', &['»']),
    ('»', &['«']),
];

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let text = draft.text.as_str().trim();
    let mut characters = text.chars();
    let (Some(first), Some(last)) = (characters.next(), characters.next_back()) else { return };
    let Some((_, closing)) = QUOTES.iter().find(|(opening, _)| *opening == first) else { return };
    // "Yes" and "no" are two quotations, not one; an apostrophe between letters is no quotation mark.
    let inner = characters.as_str();
    let is_mark = |(at, character): (usize, char)| {
        let is_between_letters = || {
            inner[..at].ends_with(char::is_alphabetic)
                && inner[at + character.len_utf8()..].starts_with(char::is_alphabetic)
        };
        (character == first || closing.contains(&character)) && !(character == '\'' && is_between_letters())
    };
    let is_one = !inner.char_indices().any(is_mark);
    if is_one && closing.contains(&last) && text.contains(char::is_alphanumeric) {
        violations.push(draft.violation_of_all(ViolationCode::Preamble, None));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    #[test]
    fn a_quotation_as_a_whole_is_held_and_a_quotation_within_is_not() {
        let is_held = |body: &str| {
            let verdict = validate_draft(body, &example::facts(), &GateContext::default());
            verdict.violations.iter().any(|violation| violation.code == ViolationCode::Preamble)
        };
        for body in ["\"Hi there!\"", " “Hi there!” ", "«Hi there»", "'Hi, it's me'", "„Hi there“"]
        {
            assert!(is_held(body), "{body}");
        }
        for body in
            ["\"Yes\" and \"no\"", "He said \"yes\"", "\"Yes\", he said", "\"", "'til five then", "Hi"]
        {
            assert!(!is_held(body), "{body}");
        }
    }
}
