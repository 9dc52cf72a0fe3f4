//! Street addresses against the facts.
//!
//! An address of the facts may be given in any spelling. Another door is held, with two exceptions. A meeting point is no
//! address of the business: when the facts say that it meets people and give no address where, a street to meet at is
//! arranged by message (`Meet at 120 Rua Augusta`), as long as the draft does not call it the business's own (`I'm at`, `my
//! studio`). And where the business comes to its clients, an address that the guest wrote is theirs.

use super::stance::{SENTENCE, is_denied, speaks_of_guest_only};
use crate::{
    facts::{Facts, PlaceOwner},
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{AddressFound, address_words, words_of_name},
        verdict::Violation,
    },
};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for found in &draft.addresses {
        let is_held = if found.is_exact { !is_meeting_point(draft, found) } else { is_claimed(draft, found) };
        if !is_held
            || draft.gate.addresses.license(&words_of(draft, found))
            || is_denied(draft, &found.words, None)
            || is_guests_own(draft, found)
        {
            continue;
        }
        let fact = draft.gate.addresses.nearest_fact(draft.facts);
        violations.push(draft.violation(ViolationCode::AddressUnlicensed, found.range.clone(), fact));
    }
}

/// The texts of facts that may hold an address, as words in one spelling.
#[derive(Debug, Clone)]
pub(in crate::gate) struct Addresses {
    texts: Vec<Vec<String>>,
}

impl Addresses {
    pub(in crate::gate) fn of(facts: &Facts) -> Self {
        let texts = facts.texts().into_iter().filter(|(field, _)| !field.starts_with("never_offer"));
        let words = |text: &str| address_words(words_of_name(text).iter().map(String::as_str));
        Self { texts: texts.map(|(_, text)| words(text)).collect() }
    }

    /// True when one text of the facts holds every word.
    fn license(&self, words: &[String]) -> bool {
        self.texts.iter().any(|text| words.iter().all(|word| text.contains(word)))
    }

    fn nearest_fact(&self, facts: &Facts) -> Option<String> {
        let given = facts.locations.iter().enumerate().find_map(|(index, location)| {
            location.address.as_ref().map(|address| format!("locations[{index}].address: {address}"))
        });
        given.or_else(|| facts.locations.first().map(|location| format!("locations[0]: {}", location.city)))
    }
}

fn words_of(draft: &Draft<'_>, found: &AddressFound) -> Vec<String> {
    address_words(draft.reading().texts(found.words.clone()))
}

/// True when a street is where people meet, and not where the business is.
fn is_meeting_point(draft: &Draft<'_>, found: &AddressFound) -> bool {
    let facts = draft.facts;
    if !facts.channels.in_person
        || facts.locations.is_empty()
        || facts.locations.iter().any(|l| l.address.is_some())
    {
        return false;
    }
    let reading = draft.reading();
    let sentence = reading.around(&found.words, SENTENCE);
    let mut before = reading.texts(sentence.start..found.words.start);
    let meets = |word| {
        matches!(
            word,
            "meet"
                | "meeting"
                | "start"
                | "starts"
                | "begin"
                | "begins"
                | "encontro"
                | "encuentro"
                | "rendez"
                | "treffen"
        )
    };
    before.any(meets) && !is_claimed(draft, found)
}

/// True when the draft says of a street that the business is there.
fn is_claimed(draft: &Draft<'_>, found: &AddressFound) -> bool {
    let reading = draft.reading();
    let sentence = reading.around(&found.words, SENTENCE);
    let mut around =
        reading.texts(sentence.start..found.words.start).chain(reading.texts(found.words.end..sentence.end));
    around.any(|word| {
        matches!(
            word,
            "i'm"
                | "im"
                | "we're"
                | "am"
                | "my"
                | "our"
                | "ours"
                | "mine"
                | "located"
                | "based"
                | "address"
                | "live"
                | "studio"
                | "office"
                | "find"
                | "come"
                | "visit"
                | "base"
                | "home"
                | "house"
                | "flat"
                | "apartment"
                | "estou"
                | "estoy"
                | "suis"
                | "bin"
                | "sono"
        )
    })
}

/// True when the guest wrote this address, and it is asked about or gone to.
fn is_guests_own(draft: &Draft<'_>, found: &AddressFound) -> bool {
    let Some(inbound) = draft.inbound() else { return false };
    let theirs = address_words(words_of_name(inbound).iter().map(String::as_str));
    let words = words_of(draft, found);
    let is_theirs = theirs.windows(words.len()).any(|some| some == words);
    let comes_to_clients = draft.facts.locations.iter().any(|location| location.at == PlaceOwner::Client);
    is_theirs && (comes_to_clients || speaks_of_guest_only(draft, &found.words))
}

#[cfg(test)]
mod tests {
    use crate::{
        facts::Facts,
        gate::{Gate, GateContext, ViolationCode},
    };

    const WITH_ADDRESS: &str =
        r#""locations": [{"city": "Galway", "address": "7 Lantern Quay"}], "channels": {"in_person": true}"#;
    const MEETS: &str = r#""locations": [{"city": "Lisbon"}], "channels": {"in_person": true}"#;
    const VISITS: &str = r#""locations": [{"city": "London", "at": "client"}]"#;

    fn held(facts: &str, inbound: Option<&str>, body: &str) -> Vec<String> {
        let facts = Facts::parse_json(&format!(r#"{{"currency": "EUR", {facts}}}"#)).unwrap();
        let verdict = Gate::new(facts).validate(body, &GateContext { inbound, ..GateContext::default() });
        let addresses = verdict.violations.into_iter().filter(|v| v.code == ViolationCode::AddressUnlicensed);
        addresses.map(|violation| violation.text).collect()
    }

    #[test]
    fn the_address_of_the_facts_passes_in_every_spelling() {
        for body in [
            "You find us at 7 Lantern Quay",
            "We're at Lantern Quay 7, Galway",
            "7, LANTERN QUAY",
            "seven Lantern Quay",
        ] {
            assert_eq!(held(WITH_ADDRESS, None, body), Vec::<String>::new(), "{body}");
        }
        for body in [
            "I'm at 8 Lantern Quay",
            "We're at 12 Baker Street",
            "Meet at 12 Baker Street",
            "Our house is on Baker Street",
        ] {
            assert_eq!(held(WITH_ADDRESS, None, body).len(), 1, "{body}");
        }
        assert!(held(WITH_ADDRESS, None, "We are not at 8 Lantern Quay").is_empty());
    }

    #[test]
    fn a_meeting_point_is_arranged_where_no_address_is_given() {
        for body in [
            "Meet at 120 Rua Augusta",
            "Let's meet at Rua Augusta 120",
            "The walk starts at 3 Mill Lane",
            "The lights on Pink Street are lovely",
        ] {
            assert_eq!(held(MEETS, None, body), Vec::<String>::new(), "{body}");
        }
        for body in [
            "I'm at 12 Baker Street",
            "Meet me at my studio, 120 Rua Augusta",
            "Come to 120 Rua Augusta",
            "120 Rua Augusta",
            "My studio is on Rua Augusta",
        ] {
            assert_eq!(held(MEETS, None, body).len(), 1, "{body}");
        }
    }

    #[test]
    fn an_address_of_the_guest_is_theirs() {
        let inbound = Some("I live at 12 Baker Street");
        assert!(held(VISITS, inbound, "I'll come to 12 Baker St at three").is_empty());
        assert!(held(MEETS, inbound, "Is 12 Baker Street your home?").is_empty());
        assert_eq!(held(MEETS, inbound, "I'll come to 12 Baker Street").len(), 1);
        assert_eq!(held(VISITS, inbound, "I'll come to 13 Baker Street").len(), 1);
    }
}
