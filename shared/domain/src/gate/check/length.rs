//! Length, in graphemes: what a reader counts as characters.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::{
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::Span,
};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let body = draft.text.original();
    let max =
        usize::try_from(draft.facts.max_chars).expect("u32 fits a usize on every platform we build for");
    // A grapheme is at least one character, and those are quickly counted.
    if body.chars().count() <= max {
        return;
    }
    if let Some((start, _)) = body.grapheme_indices(true).nth(max) {
        let fact = Some(format!("max_chars: {max}"));
        violations.push(draft.violation_at(ViolationCode::TooLong, Span { start, end: body.len() }, fact));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, Span, ViolationCode, validate_draft},
    };

    #[test]
    fn graphemes_are_counted_and_the_excess_is_shown() {
        let facts = example::facts();
        let long = "é".repeat(320);
        let is_too_long = |body: &str| {
            let verdict = validate_draft(body, &facts, &GateContext::default());
            verdict.violations.iter().any(|violation| violation.code == ViolationCode::TooLong)
        };
        assert!(!is_too_long(&long));
        let decomposed = "e\u{301}".repeat(320);
        assert!(!is_too_long(&decomposed));
        let verdict = validate_draft(&format!("{long}ab"), &facts, &GateContext::default());
        let excess =
            verdict.violations.iter().find(|violation| violation.code == ViolationCode::TooLong).unwrap();
        assert_eq!(excess.span, Span { start: 640, end: 642 });
        assert_eq!(excess.text, "ab");
    }

    #[test]
    fn a_far_too_long_draft_is_not_even_quoted() {
        let body = "€1 ".repeat(100_000);
        let verdict = validate_draft(&body, &example::facts(), &GateContext::default());
        assert_eq!(verdict.violations.len(), 1);
        assert_eq!(verdict.violations[0].code, ViolationCode::TooLong);
        assert_eq!(verdict.violations[0].text, "");
    }
}
