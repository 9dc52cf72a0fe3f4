//! A map from words to what they mean, for words that are looked up for every word of every text.

use rustc_hash::FxHashMap;

/// A word of up to sixteen ASCII bytes as a number, so that looking it up compares numbers. No word is zero.
type Key = u128;

/// Longest word that has a key, in bytes.
const KEY_MAX_BYTES: usize = size_of::<Key>();
/// A byte repeated in every place of a key.
const EVERY: Key = Key::from_le_bytes([1; KEY_MAX_BYTES]);

/// Words with what each means.
#[derive(Debug, Clone)]
pub(crate) struct WordMap<T> {
    /// Short words: a table with open addressing, at most a quarter full. No word has the key zero, which marks a free slot.
    short: Vec<(Key, Option<T>)>,
    /// By how much the hash of a key is shifted to number a slot.
    shift: u32,
    /// All others.
    others: FxHashMap<Box<str>, T>,
}

impl<T: Copy> WordMap<T> {
    /// A map of words, all different.
    pub(crate) fn of(words: impl IntoIterator<Item = (impl AsRef<str>, T)>) -> Self {
        let (mut short, mut others) = (Vec::new(), FxHashMap::default());
        for (word, meaning) in words {
            match key(word.as_ref().as_bytes()) {
                Some(key) => short.push((key, meaning)),
                None => drop(others.insert(word.as_ref().into(), meaning)),
            }
        }
        let slots = (4 * short.len()).next_power_of_two().max(2);
        let mut map = Self { short: vec![(0, None); slots], shift: u64::BITS - slots.ilog2(), others };
        for (key, meaning) in short {
            let slot = map.slot_of(key);
            map.short[slot] = (key, Some(meaning));
        }
        map
    }

    /// What a word means.
    pub(crate) fn get(&self, word: &str) -> Option<T> {
        match key(word.as_bytes()) {
            Some(key) => self.short[self.slot_of(key)].1,
            None => self.others.get(word).copied(),
        }
    }

    /// The same for a word of ASCII characters in capitals or small letters, in a map of words in small letters.
    pub(crate) fn get_in_any_case(&self, word: &str) -> Option<T> {
        match key(word.as_bytes()) {
            Some(key) => self.short[self.slot_of(in_small_letters(key))].1,
            None => self.others.get(word.to_ascii_lowercase().as_str()).copied(),
        }
    }

    /// What a word in two pieces means; none when both together are too long to be looked up quickly.
    pub(crate) fn get_joined(&self, start: &str, end: &str) -> Option<T> {
        let shift =
            u32::try_from(8 * start.len()).ok().filter(|_| start.len() + end.len() <= KEY_MAX_BYTES)?;
        let key = key(start.as_bytes())? | key(end.as_bytes())?.checked_shl(shift)?;
        self.short[self.slot_of(key)].1
    }

    /// The slot where a key is, or where it would be.
    fn slot_of(&self, key: Key) -> usize {
        // Fibonacci hashing: the upper bits of the product are the well mixed ones.
        let mixed = halves(key).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift;
        let last = self.short.len() - 1;
        let mut slot = usize::try_from(mixed).expect("what numbers the slots of a table fits a usize") & last;
        while self.short[slot].0 != 0 && self.short[slot].0 != key {
            slot = (slot + 1) & last;
        }
        slot
    }
}

/// Both halves of a key in one number, turned so that words of one half's letters stay apart.
fn halves(key: Key) -> u64 {
    let bytes = key.to_le_bytes();
    let half = |at: usize| u64::from_le_bytes(*bytes[at..].first_chunk().expect("a key has two halves"));
    half(0) ^ half(8).rotate_left(29)
}

/// The key of a word. None for one that is too long, or holds anything but ASCII.
fn key(word: &[u8]) -> Option<Key> {
    let last = word.len().saturating_sub(1);
    // Pieces from both ends, which may overlap: where they do, they are the same.
    let key = match word.len() {
        0 => 0,
        1..=3 => {
            let middle = word.len() / 2;
            Key::from(word[0]) | Key::from(word[middle]) << (8 * middle) | Key::from(word[last]) << (8 * last)
        }
        4..=7 => {
            let (start, end) = (word.first_chunk()?, word.last_chunk()?);
            Key::from(u32::from_le_bytes(*start))
                | Key::from(u32::from_le_bytes(*end)) << (8 * (word.len() - 4))
        }
        8..=KEY_MAX_BYTES => {
            let (start, end) = (word.first_chunk()?, word.last_chunk()?);
            Key::from(u64::from_le_bytes(*start))
                | Key::from(u64::from_le_bytes(*end)) << (8 * (word.len() - 8))
        }
        _ => return None,
    };
    (key & (EVERY * 0x80) == 0).then_some(key)
}

/// The key with capitals made small: all bytes at once, each with its upper bit free for the carry of its own sum.
const fn in_small_letters(key: Key) -> Key {
    let from_a = key + EVERY * (0x80 - b'A' as Key);
    let behind_z = key + EVERY * (0x80 - b'Z' as Key - 1);
    let capitals = from_a & !behind_z & (EVERY * 0x80);
    key | capitals >> 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_every_length_are_found_and_no_others() {
        let words: Vec<String> = (0..40).map(|len| ('a'..='z').cycle().take(len).collect()).collect();
        let map = WordMap::of(words.iter().skip(1).map(|word| (word.as_str(), word.len())));
        for word in words.iter().skip(1) {
            assert_eq!(map.get(word), Some(word.len()), "{word}");
            assert_eq!(map.get_in_any_case(&word.to_uppercase()), Some(word.len()), "{word}");
            assert_eq!(map.get(&word.to_uppercase()), None, "{word}");
            assert_eq!(map.get(&word[1..]), None, "{word}");
        }
        assert_eq!(map.get(""), None);
        assert_eq!(map.get_joined("ab", "cde"), Some(5));
        assert_eq!(map.get_joined("", "abc"), Some(3));
        assert_eq!(map.get_joined("abcdefghij", "klmnopqrs"), None, "too long to be joined");
        assert_eq!(WordMap::<u8>::of([("é", 1)]).get("é"), Some(1));
        assert_eq!(WordMap::of(std::iter::empty::<(&str, u8)>()).get("a"), None);
    }

    proptest! {
        #[test]
        fn capitals_are_made_small_and_nothing_else_changes(word in "[ -~]{1,16}") {
            let small = word.to_ascii_lowercase();
            prop_assert_eq!(key(word.as_bytes()).map(in_small_letters), key(small.as_bytes()));
        }
    }
}
