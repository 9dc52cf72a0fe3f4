//! The example business, a small guesthouse whose owner is called Quinn: what a first run is seeded with, what the demo
//! plays, and what tests lean on.

use crate::{
    facts::Facts,
    playbook::Playbook,
    template::Canon,
    workflow::{Workflow, WorkflowSet},
};

/// The guesthouse's facts, as [`Facts::parse_toml`] reads them.
pub const FACTS_TOML: &str = include_str!("../example/facts.toml");
/// The guesthouse's canon, as [`Canon::parse_toml`] reads it.
pub const CANON_TOML: &str = include_str!("../example/canon.toml");
/// The guesthouse's playbook, as [`Playbook::parse_toml`] reads it.
pub const PLAYBOOK_TOML: &str = include_str!("../example/playbook.toml");
/// The guesthouse's workflows, each as [`Workflow::parse_toml`] reads it: between them they cover every template key.
pub const WORKFLOWS_TOML: [&str; 7] = [
    include_str!("../example/workflows/welcome.toml"),
    include_str!("../example/workflows/price.toml"),
    include_str!("../example/workflows/price_for_bargainers.toml"),
    include_str!("../example/workflows/stay.toml"),
    include_str!("../example/workflows/booking.toml"),
    include_str!("../example/workflows/house.toml"),
    include_str!("../example/workflows/care.toml"),
];
/// What guests write in the demo, one JSON object a line: `id`, `thread`, `contact`, `channel`, `text`, `received_at`.
pub const MESSAGES_JSONL: &str = include_str!("../example/messages.jsonl");

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

/// The guesthouse's playbook.
#[must_use]
pub fn playbook() -> Playbook {
    Playbook::parse_toml(PLAYBOOK_TOML)
        .expect("the example playbook is part of the program, and a test reads it")
}

/// The guesthouse's workflows.
#[must_use]
pub fn workflows() -> WorkflowSet {
    let read = |text: &&str| {
        Workflow::parse_toml(text)
            .expect("the example workflows are part of the program, and a test reads them")
    };
    WorkflowSet::new(WORKFLOWS_TOML.iter().map(read).collect())
        .expect("the example workflows are part of the program, and a test checks them together")
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, fmt::Write as _};

    use unicode_segmentation::UnicodeSegmentation as _;

    use super::*;
    use crate::{gate::Gate, template::RenderContext, time::UnixMs};

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
    fn every_example_message_is_an_object_with_an_id_of_its_own() {
        let mut ids = HashSet::new();
        for line in MESSAGES_JSONL.lines() {
            let message: serde_json::Value = serde_json::from_str(line).unwrap();
            for field in ["id", "thread", "contact", "channel", "text", "received_at"] {
                assert!(message[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {line}");
            }
            assert!(UnixMs::parse_rfc3339(message["received_at"].as_str().unwrap()).is_ok(), "{line}");
            assert!(ids.insert(message["id"].to_string()), "{line}");
        }
        assert!(ids.len() >= 50, "about 60 make the demo");
        assert!(!playbook().rules().is_empty());
    }

    #[test]
    fn every_workflow_takes_from_the_canon_what_is_there() {
        for workflow in workflows().workflows() {
            assert_eq!(workflow.check(&canon()), Ok(()), "{}", workflow.id);
            assert!(workflow.draft_max_chars(&facts()) <= facts().max_chars);
        }
    }

    #[test]
    fn every_template_renders_with_the_example_facts_and_passes_the_gate() {
        let facts = facts();
        let gate = Gate::new(facts.clone());
        let mut shown = String::new();
        for template in canon().templates() {
            let text = template.check(&gate, &RenderContext::default()).unwrap();
            writeln!(shown, "{} ({}) {text}", template.key(), text.graphemes(true).count()).unwrap();
        }
        assert_eq!(canon().check(&facts, &RenderContext::default()), Ok(()));
        insta::assert_snapshot!(shown);
    }
}
