//! What is never offered, in the business's own words and in paraphrases. A refusal passes; doubt does not.

use crate::{
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
    text::Polarity,
};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for found in &draft.never_offer {
        if draft.polarity_of_folded(&found.folded) == Polarity::Negated
            || draft.gate.own_words.hold(draft.folded.as_str(), &found.folded)
        {
            continue;
        }
        let fact = format!("never_offer[{}]: {}", found.entry, draft.facts.never_offer[found.entry]);
        let plain = draft.folded.plain_range(found.folded.clone());
        violations.push(draft.violation(ViolationCode::NeverOffer, plain, Some(fact)));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        facts::Facts,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn never_offers(facts: &Facts, body: &str) -> Vec<Option<String>> {
        let verdict = validate_draft(body, facts, &GateContext::default());
        let found = verdict.violations.into_iter().filter(|one| one.code == ViolationCode::NeverOffer);
        found.map(|violation| violation.fact).collect()
    }

    #[test]
    fn what_is_never_offered_is_held_with_its_entry() {
        for (body, fact) in [
            ("A small discount is possible", "never_offer[0]: discount"),
            ("The third night is on us", "never_offer[1]: free night"),
            ("You get your money back", "never_offer[2]: refund"),
            ("We pick you up from the airport", "never_offer[3]: airport transfer"),
            ("You can check out late", "never_offer[4]: late check-out"),
        ] {
            let found = never_offers(&example::facts(), body);
            assert!(found.contains(&Some(fact.to_owned())), "{body}: {found:?}");
        }
    }

    #[test]
    fn a_refusal_passes() {
        for body in [
            "We don't give discounts.",
            "No refunds, but you can move the date",
            "Refunds are not possible.",
            "We can't offer a late check-out, sorry.",
            "There is no airport transfer.",
        ] {
            assert_eq!(never_offers(&example::facts(), body), [], "{body}");
        }
    }

    #[test]
    fn the_house_may_say_what_it_says() {
        let facts = "currency = \"EUR\"\nnever_offer = [\"refund\"]\n\
            [notices]\ncancelling = \"The deposit is refundable until seven days before.\"\n";
        let facts = Facts::parse_toml(facts).unwrap();
        assert_eq!(never_offers(&facts, "The deposit is refundable until seven days before."), []);
        assert_eq!(never_offers(&facts, "Everything is refundable, always.").len(), 1);
    }
}
