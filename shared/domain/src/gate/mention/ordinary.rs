//! Ordinary words, which are neither a place nor a handle wherever they stand.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

static WORDS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../../data/ordinary_words.txt").lines();
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
});

/// True for a folded word that is neither a place nor a handle.
pub(super) fn is_ordinary(word: &str) -> bool {
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_folded() {
        for word in WORDS.iter() {
            assert_eq!(crate::text::fold_phrase(word), *word);
        }
        assert!(is_ordinary("march") && is_ordinary("i'm") && !is_ordinary("sintra") && !is_ordinary("#"));
    }
}
