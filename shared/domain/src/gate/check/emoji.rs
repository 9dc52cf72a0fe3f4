//! The number of emoji. One that is made of several characters counts once.

use std::sync::LazyLock;

use regex::Regex;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::{Span, beyond_ascii},
};

/// A grapheme that is shown as a picture: shown so by itself, asked to be shown so, or most likely shown so. Signs such
/// as © and ™ are text unless the selector asks otherwise.
static PICTURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"\p{Emoji_Presentation}|\p{Emoji}\u{fe0f}|\u{20e3}|[\p{Extended_Pictographic}--[\u{0}-\u{22ff}]]",
    )
    .expect("a constant pattern, which a test compiles")
});

/// False for characters that no picture is made of; spares most texts the search for graphemes. Below U+2300 only the
/// keycap is left: ordinary signs need the selector, which lies above.
const fn may_be_of_picture(character: char) -> bool {
    matches!(character, '\u{20e3}' | '\u{2300}'..)
}

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let body = draft.text.original();
    if !beyond_ascii(body).any(|(_, character)| may_be_of_picture(character)) {
        return;
    }
    let max =
        usize::try_from(draft.facts.max_emoji).expect("u32 fits a usize on every platform we build for");
    let excess = body
        .grapheme_indices(true)
        .filter(|(_, cluster)| !cluster.is_ascii() && PICTURE.is_match(cluster))
        .skip(max)
        .map(|(start, cluster)| Span { start, end: start + cluster.len() })
        .reduce(|first, last| Span { start: first.start, end: last.end });
    if let Some(span) = excess {
        let fact = Some(format!("max_emoji: {max}"));
        violations.push(draft.violation_at(ViolationCode::TooManyEmoji, span, fact));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn excess(body: &str) -> Option<String> {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        let found = verdict.violations.into_iter().find(|v| v.code == ViolationCode::TooManyEmoji);
        found.map(|violation| violation.text)
    }

    #[test]
    fn one_picture_counts_once_whatever_it_is_made_of() {
        for body in ["Hi 👋", "Hi 👨‍👩‍👧", "Hi 👍🏽", "Hi 🇮🇪", "Hi ❤️", "Hi 1️⃣", "Hi ❤"]
        {
            assert_eq!(excess(body), None, "{body}");
        }
        assert_eq!(excess("Great 😀😀😀").unwrap(), "😀😀");
        assert_eq!(excess("👨‍👩‍👧 and 👍🏽").unwrap(), "👍🏽");
        assert_eq!(excess("❤️ 1️⃣ ok").unwrap(), "1️⃣");
    }

    #[test]
    fn signs_and_letters_are_no_pictures() {
        assert_eq!(excess("© ™ ® é ß € → ½ “quoted” – 1 2 3 # *"), None);
    }
}
