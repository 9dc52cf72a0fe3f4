//! Patterns for phrases in folded text.

use regex::{Captures, Match, Regex};
use regex_automata::{Input, meta, util::syntax};

/// Phrases that are looked for in every draft and found in few.
///
/// What they have in common is too common (`you`, `the price`) for a search that first looks for literals: it would stop
/// at every other word. So a plain automaton, which never stops, says whether there is anything to be found, and only
/// then it is looked for.
#[derive(Debug, Clone)]
pub(super) struct Phrases {
    any: meta::Regex,
    exact: Regex,
}

/// Compiles a constant pattern of phrases, written with `(?x)` and `\ ` between words. Any number of spaces may stand
/// where the pattern has one: a second space must not hide a phrase.
pub(super) fn phrases(pattern: &str) -> Phrases {
    const COMPILES: &str = "a constant pattern, which a test compiles";
    let spaced = pattern.replace(r"\ ?", r"\x20*").replace(r"\ ", r"\x20+");
    let without_literals = meta::Config::new().auto_prefilter(false);
    Phrases {
        any: meta::Builder::new().configure(without_literals).build(&spaced).expect(COMPILES),
        exact: Regex::new(&spaced).expect(COMPILES),
    }
}

/// An automaton for a constant pattern over letters of ASCII, which says quickly that there is nothing to be found.
pub(super) fn automaton_over_letters(pattern: &str) -> meta::Regex {
    meta::Builder::new()
        .configure(meta::Config::new().auto_prefilter(false).utf8_empty(false))
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build(pattern)
        .expect("a constant pattern, which a test compiles")
}

impl Phrases {
    /// True when one of them is in the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.any.is_match(text)
    }

    /// The first of them.
    pub(super) fn find<'t>(&self, text: &'t str) -> Option<Match<'t>> {
        if self.is_match(text) { self.exact.find(text) } else { None }
    }

    /// True when one of them is in the text behind a place.
    fn is_match_from(&self, text: &str, from: usize) -> bool {
        self.any.is_match(Input::new(text).range(from..))
    }

    /// All of them, in order.
    pub(super) fn find_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        self.find_iter_from(text, 0)
    }

    /// All of them, in order, for a text that has none before a place.
    pub(super) fn find_iter_from<'t>(&self, text: &'t str, from: usize) -> impl Iterator<Item = Match<'t>> {
        self.is_match_from(text, from).then(|| self.exact.find_iter(text)).into_iter().flatten()
    }

    /// The first of them, with its parts.
    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        if self.is_match(text) { self.exact.captures(text) } else { None }
    }

    /// All of them, in order, with their parts.
    pub(super) fn captures_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
        self.captures_iter_from(text, 0)
    }

    /// The same for a text that has none before a place.
    pub(super) fn captures_iter_from<'t>(
        &self,
        text: &'t str,
        from: usize,
    ) -> impl Iterator<Item = Captures<'t>> {
        self.is_match_from(text, from).then(|| self.exact.captures_iter(text)).into_iter().flatten()
    }
}

#[cfg(test)]
impl Phrases {
    /// Texts that hold one of them, with any number of spaces; word boundaries and ends of texts are not asked for, so that
    /// some hold none.
    pub(super) fn examples(&self) -> impl proptest::strategy::Strategy<Value = String> + use<> {
        let pattern = [r"(?-u:\b)?", r"(?-u:\b)", r"|\s*$"]
            .iter()
            .fold(self.exact.as_str().to_owned(), |pattern, end| pattern.replace(end, ""));
        proptest::string::string_regex(&pattern).expect("what can be searched for can be written")
    }

    /// True when a text that holds one of them shows a topic, and the search from the sentence that shows it finds it.
    pub(super) fn is_found_by(&self, text: &str, from: Option<usize>) -> bool {
        !self.is_match(text) || from.is_some_and(|from| self.is_match_from(text, from))
    }
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
