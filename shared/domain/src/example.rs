//! The example business, a small guesthouse whose owner is called Quinn: what a first run is seeded with, what the demo
//! plays, and what tests lean on.

use crate::{facts::Facts, template::Canon};

/// The guesthouse's facts, as [`Facts::parse_toml`] reads them.
pub const FACTS_TOML: &str = include_str!("../example/facts.toml");
/// The guesthouse's canon, as [`Canon::parse_toml`] reads it.
pub const CANON_TOML: &str = include_str!("../example/canon.toml");

/// The guesthouse's facts.
#[must_use]
pub fn facts() -> Facts {
    Facts::parse_toml(FACTS_TOML).expect("the example facts are part of the program, and a test reads them")
}

/// The guesthouse's canon.
#[must_use]
pub fn canon() -> Canon {
    Canon::parse_toml(CANON_TOML).expect("the example canon is part of the program, and a test reads it")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use unicode_segmentation::UnicodeSegmentation as _;

    use super::*;
    use crate::template::RenderContext;

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

    #[test]
    fn every_template_renders_with_the_example_facts_and_passes_the_gate() {
        let facts = facts();
        let mut shown = String::new();
        for template in canon().templates() {
            let text = template.check(&facts, &RenderContext::default()).unwrap();
            writeln!(shown, "{} ({}) {text}", template.key(), text.graphemes(true).count()).unwrap();
        }
        assert_eq!(canon().check(&facts, &RenderContext::default()), Ok(()));
        insta::assert_snapshot!(shown);
    }
}
