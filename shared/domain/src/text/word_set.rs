//! A fixed set of words that says no quickly: most words share neither first letter nor length with any of the set.

/// Fixed words, asked about for every word of every text.
#[derive(Debug)]
pub(crate) struct WordSet {
    words: &'static [&'static str],
    /// For a first byte the lengths that words of the set have, one bit each.
    lengths: [u32; 128],
}

impl WordSet {
    /// A set of words, none of them empty.
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        let mut lengths = [0; 128];
        let mut at = 0;
        while at < words.len() {
            let bytes = words[at].as_bytes();
            lengths[(bytes[0] & 127) as usize] |= bit(bytes.len());
            at += 1;
        }
        Self { words, lengths }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        let Some(first) = word.as_bytes().first() else { return false };
        self.lengths[usize::from(first & 127)] & bit(word.len()) != 0 && self.words.contains(&word)
    }
}

const fn bit(len: usize) -> u32 {
    1 << if len < 31 { len } else { 31 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_its_words_and_no_others() {
        static SET: WordSet = WordSet::new(&["in", "near", "around"]);
        assert!(["in", "near", "around"].iter().all(|word| SET.contains(word)));
        assert!(!["", "at", "nead", "inn", "ï"].iter().any(|word| SET.contains(word)));
    }
}
