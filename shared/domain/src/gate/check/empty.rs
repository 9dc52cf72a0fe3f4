//! No words at all: an empty body, white space, characters nobody sees, signs without a word.

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    if !draft.text.as_str().contains(char::is_alphanumeric) {
        violations.push(draft.violation_of_all(ViolationCode::Empty, None));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
        hold::HoldReason,
    };

    #[test]
    fn a_body_without_a_word_is_no_body() {
        for body in ["", "   \u{200b}", "\n\t", "...", "\u{feff}", "👍", "—"] {
            let verdict = validate_draft(body, &example::facts(), &GateContext::default());
            assert_eq!(verdict.violations[0].code, ViolationCode::Empty, "{body:?}");
            assert_eq!(verdict.hold().unwrap().reason, HoldReason::NoBody, "{body:?}");
        }
        assert!(validate_draft("Ok", &example::facts(), &GateContext::default()).ok);
    }
}
