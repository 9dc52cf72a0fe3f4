//! Top levels of the domain name system: what tells `quinn.me` from `time.then`.

use std::{collections::HashSet, sync::LazyLock};

use super::ordinary::is_ordinary;

static TOP_LEVELS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../../data/top_levels.txt").lines();
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
});

/// Words of other languages than English.
const WORDS: &[&str] = &[
    "de", "la", "es", "si", "se", "et", "ne", "al", "un", "il", "ma", "ad", "sa", "na", "em", "st", "ms",
    "mr", "ps", "pm", "re", "ve", "vi", "ai", "co", "ch",
];

/// True for a folded label that ends hosts.
pub(super) fn is_top_level(label: &str) -> bool {
    TOP_LEVELS.contains(label)
}

/// True for one that is no word, so that it ends a host wherever it stands behind a stop.
pub(super) fn is_plain_top_level(label: &str) -> bool {
    is_top_level(label) && !is_ordinary(label) && !WORDS.contains(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        for label in ["com", "pt", "ly", "example", "io", "uk"] {
            assert!(is_plain_top_level(label), "{label}");
        }
        for label in ["me", "so", "in", "it", "photos", "de"] {
            assert!(is_top_level(label) && !is_plain_top_level(label), "{label}");
        }
        assert!(!is_top_level("then") && !is_top_level(""));
    }
}
