//! When two texts count as the same, for the check against duplicates.

use crate::{content_hash::ContentHash, text::PlainText};

/// The hash under which a text is compared with others. Case, white space, invisible characters and the Unicode form
/// do not count; every word and sign does.
#[must_use]
pub fn same_text_hash(text: &str) -> ContentHash {
    let plain = PlainText::of(text);
    let mut folded = String::with_capacity(text.len());
    for word in plain.as_str().split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    ContentHash::of(folded.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_space_and_invisible_characters_do_not_count() {
        let hash = same_text_hash("See you at the café!");
        for same in
            ["see you  at the\ncafé!", " See you at the cafe\u{301}! ", "See you at\u{200b} the café!"]
        {
            assert_eq!(same_text_hash(same), hash, "{same:?}");
        }
        for other in ["See you at the café", "See you at the cafe!", "Seeyou at the café!"] {
            assert_ne!(same_text_hash(other), hash, "{other:?}");
        }
    }
}
