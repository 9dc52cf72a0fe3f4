//! The business's own words: what the facts say in so many words may be said again.

use std::ops::Range;

use crate::{facts::Facts, text::fold_phrase};

/// Fewest words that make a quotation; fewer are anybody's.
const QUOTATION_MIN_WORDS: usize = 3;

/// What the facts say about house and notices, folded, for telling quotations.
#[derive(Debug, Clone)]
pub(super) struct OwnWords {
    /// Every text as words with one space around each, one text a line.
    texts: String,
}

impl OwnWords {
    pub(super) fn of(facts: &Facts) -> Self {
        let texts = facts.house.values().chain(facts.notices.values());
        let texts = texts.map(|text| format!(" {} ", words(&fold_phrase(text)).join(" ")));
        Self { texts: texts.collect::<Vec<_>>().join("\n") }
    }

    /// True when a thing in a folded text stands there in words of the business: it and its neighbours, three words at
    /// least, are found in one text of the facts.
    pub(super) fn hold(&self, folded: &str, thing: &Range<usize>) -> bool {
        if self.texts.is_empty() {
            return false;
        }
        let before = words(&folded[..thing.start]);
        let said = words(&folded[thing.clone()]);
        let after = words(&folded[thing.end..]);
        let missing = QUOTATION_MIN_WORDS.saturating_sub(said.len());
        (0..=missing).any(|left| {
            let right = missing - left;
            if left > before.len() || right > after.len() {
                return false;
            }
            let neighbours = before[before.len() - left..].iter().chain(&said).chain(&after[..right]);
            let quoted: Vec<&str> = neighbours.copied().collect();
            self.texts.contains(&format!(" {} ", quoted.join(" ")))
        })
    }
}

fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_facts_are_quoted() {
        let facts =
            "currency = \"EUR\"\n[house]\narrival = \"Ring the bell, or call the desk from the hall.\"\n";
        let own = OwnWords::of(&Facts::parse_toml(facts).unwrap());
        let holds = |text: &str| {
            let at = text.find("call").unwrap();
            own.hold(text, &(at..at + 4))
        };
        assert!(holds("please call the desk when you come"));
        assert!(holds("ring the bell or call"));
        assert!(!holds("call the house"));
        assert!(!holds("call"));
        assert!(!holds("or call me"));
    }
}
