//! Prices in writing, where policy forbids them: not even a true one passes.

use crate::{
    facts::PriceInWriting,
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    if draft.facts.price_in_writing == PriceInWriting::Allowed {
        return;
    }
    for found in draft.money.iter().filter(|found| found.is_money()) {
        let fact = Some("price_in_writing: never".to_owned());
        violations.push(draft.violation(ViolationCode::PriceInWriting, found.range.clone(), fact));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        candidate::Hold,
        example,
        facts::Facts,
        gate::{GateContext, validate_draft},
        hold::HoldReason,
    };

    #[test]
    fn a_true_price_is_held_where_policy_forbids_it() {
        let text = example::FACTS_TOML.replace("\"allowed\"", "\"never\"");
        let facts = Facts::parse_toml(&text).unwrap();
        let verdict = validate_draft("The double room is €90.", &facts, &GateContext::default());
        let detail = "price_in_writing; the facts say: price_in_writing: never";
        assert_eq!(verdict.hold(), Some(Hold::new(HoldReason::PolicyConflict, detail)));
        assert!(validate_draft("Quinn tells you the price.", &facts, &GateContext::default()).ok);
    }
}
