//! Patterns for phrases in folded text.

use regex::Regex;

/// Compiles a constant pattern of phrases, written with `(?x)` and `\ ` between words. Any number of spaces may stand
/// where the pattern has one: a second space must not hide a phrase.
pub(super) fn phrases(pattern: &str) -> Regex {
    let spaced = pattern.replace(r"\ ?", r"\x20*").replace(r"\ ", r"\x20+");
    Regex::new(&spaced).expect("a constant pattern, which a test compiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_spaces_than_one_hide_nothing() {
        let pattern = phrases(r"(?x) (?-u:\b) usual\ rate | up\ ?front");
        for text in ["usual rate", "usual   rate", "up front", "upfront"] {
            assert!(pattern.is_match(text), "{text}");
        }
        assert!(!pattern.is_match("usualrate"));
    }
}
