//! Places against the facts: the business is, travels to, works in and invites to its locations only.
//!
//! What a draft denies is no claim, and neither is where the guest comes from: `How was your flight from Boston?`.

use super::stance::{is_denied, is_guests_own};
use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let reading = draft.reading();
    for found in &draft.places {
        if draft.gate.places.license(found, &reading)
            || is_denied(draft, &found.words, found.locative)
            || is_guests_own(draft, found)
        {
            continue;
        }
        let fact = draft.gate.places.nearest_fact(found, draft.facts);
        violations.push(draft.violation(ViolationCode::PlaceUnlicensed, found.range.clone(), fact));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        facts::Facts,
        gate::{Gate, GateContext},
    };

    fn gate() -> Gate {
        let json = r#"{"currency": "EUR", "about": "photographer, born in Cork", "business": {"name": "Quinn's Pictures"},
            "locations": [{"city": "Lisbon"}, {"city": "Oughterard", "aliases": ["Uachtar Ard"]}],
            "house": {"way": "five minutes from the Spanish Arch"}}"#;
        Gate::new(Facts::parse_json(json).unwrap())
    }

    fn said(gate: &Gate, inbound: Option<&str>, body: &str) -> Vec<String> {
        let verdict = gate.validate(body, &GateContext { inbound, ..GateContext::default() });
        let describe = |v: crate::gate::Violation| format!("{} {}", v.code, v.text);
        verdict.violations.into_iter().map(describe).filter(|said| said.starts_with("place")).collect()
    }

    #[test]
    fn the_places_of_the_facts_pass_under_all_their_names() {
        let gate = gate();
        for body in [
            "I'm in Lisbon that week",
            "Lisboa suits me well",
            "Come to my studio in Lissabon, Portugal",
            "happy to shoot in LIS",
            "See you in Lisbon's old town or at Lisbon Airport",
            "I also work in Oughterard and Uachtar Ard",
            "We are near the Spanish Arch",
            "I was born in Cork",
            "You find me at Quinn's Pictures",
            "I'm not in Barcelona this month, only Lisbon",
            "I can't travel to Sintra",
            "Não estou em Madrid, só em Lisboa",
            "Estou em Lisboa",
        ] {
            assert_eq!(said(&gate, None, body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn other_places_are_held() {
        let gate = gate();
        for (body, place) in [
            ("I'm in Barcelona that week", "Barcelona"),
            ("happy to shoot in BCN", "BCN"),
            ("Come to my studio in Porto", "Porto"),
            ("I can travel to Sintra", "Sintra"),
            ("i can travel to clifden", "clifden"),
            ("Unfortunately I'm in Barcelona then", "Barcelona"),
            ("I can't do Monday because I'm in Madrid", "Madrid"),
            ("I can't do Monday as I'm in Madrid", "Madrid"),
            ("Estou no Porto", "Porto"),
            ("I'm not only in Rome", "Rome"),
            ("I'm in Bar celona", "Bar celona"),
            ("I'm in B\u{200b}arcelona", "B\u{200b}arcelona"),
            ("I'm in Bаrcelona", "Bаrcelona"),
            ("Your flight from Boston lands before I fly from Boston", "Boston"),
        ] {
            let said = said(&gate, None, body);
            assert!(said.contains(&format!("place_unlicensed {place}")), "{body}: {said:?}");
        }
    }

    #[test]
    fn where_the_guest_is_from_is_theirs() {
        let gate = gate();
        let inbound = Some("Flying in from Boston tomorrow");
        for body in ["How was your flight from Boston?", "Is it cold where you live in Boston?"] {
            assert_eq!(said(&gate, inbound, body), Vec::<String>::new(), "{body}");
        }
        assert_eq!(said(&gate, None, "How was your flight from Boston?"), Vec::<String>::new());
        for body in [
            "I'm happy to come to Boston for you",
            "Your session can be in Boston",
            "See you in Boston",
            "Boston works!",
            "Can you meet me in Boston?",
        ] {
            assert_eq!(said(&gate, inbound, body).len(), 1, "{body}");
        }
    }

    #[test]
    fn the_nearest_fact_is_named() {
        let verdict = gate().validate("I'm in Porto", &GateContext::default());
        assert_eq!(verdict.violations[0].fact.as_deref(), Some("locations[0]: Lisbon"));
    }
}
