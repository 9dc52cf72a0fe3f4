//! The example business, a small guesthouse whose owner is called Quinn: what a first run is seeded with, what the demo
//! plays, and what tests lean on.

use crate::facts::Facts;

/// The guesthouse's facts, as [`Facts::parse_toml`] reads them.
pub const FACTS_TOML: &str = include_str!("../example/facts.toml");

/// The guesthouse's facts.
#[must_use]
pub fn facts() -> Facts {
    Facts::parse_toml(FACTS_TOML).expect("the example facts are part of the program, and a test reads them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_facts_say_what_the_file_says() {
        let facts = facts();
        let rates: Vec<_> = facts.rates.iter().map(|rate| rate.words(facts.currency)).collect();
        assert_eq!(
            rates,
            ["single room €65 per night", "double room €90 per night", "family room €127.50 per night"]
        );
        assert!(facts.rates.iter().all(|rate| rate.min_units == Some(2)));
        assert_eq!(facts.locations[0].city, "Galway");
    }
}
