//! A fixed set of words that says no quickly: few words share length, first and last letter with any of the set.

/// Says quickly of most words that they are none of some others.
#[derive(Debug)]
struct Sieve {
    /// For a mixture of first and last byte the lengths of words that have them, one bit each.
    lengths: [u32; SLOTS],
}

/// A power of two; a kilobyte of bits for each set.
const SLOTS: usize = 256;

impl Sieve {
    /// A sieve that lets nothing through.
    const fn new() -> Self {
        Self { lengths: [0; SLOTS] }
    }

    /// Lets a word through from now on.
    const fn add(&mut self, word: &[u8]) {
        self.lengths[slot(word)] |= bit(word.len());
    }

    /// False for a word that was certainly not added.
    const fn may_hold(&self, word: &[u8]) -> bool {
        self.lengths[slot(word)] & bit(word.len()) != 0
    }
}

const fn slot(word: &[u8]) -> usize {
    match word {
        [] => 0,
        [first, .., last] => ((*first as usize & 31) * 37 + (*last as usize & 31) * 5) % SLOTS,
        [only] => (*only as usize & 31) * 37 % SLOTS,
    }
}

const fn bit(len: usize) -> u32 {
    1 << if len < 31 { len } else { 31 }
}

/// Fixed words, asked about for every word of every text.
#[derive(Debug)]
pub(crate) struct WordSet {
    words: &'static [&'static str],
    sieve: Sieve,
}

impl WordSet {
    /// A set of words.
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        let mut sieve = Sieve::new();
        let mut at = 0;
        while at < words.len() {
            sieve.add(words[at].as_bytes());
            at += 1;
        }
        Self { words, sieve }
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.sieve.may_hold(word.as_bytes()) && self.words.contains(&word)
    }
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
