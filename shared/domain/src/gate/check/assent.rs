//! Assent to a wrong price: "Sure!" to "can you do it for €60?" says €60 without a number.

use std::sync::LazyLock;

use regex::Regex;

use super::licence::Licence;
use crate::{
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{Quantity, find_money},
        verdict::Violation,
    },
    text::PlainText,
};

/// Longest part of the inbound that is searched for an offer, in bytes; as long as an inbound may be in characters.
const INBOUND_MAX_BYTES: usize = 16 * 1024;

/// A yes at the start of the reply or of a sentence of it. Words that also open other sentences count only when a
/// stop follows them. Word boundaries are ASCII ones for speed, as in the check for placeholders.
static ASSENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) (?: \A | [.!?\n]\s ) [^\p{L}\p{N}]* ( (?:
            yes | yep | yeah | yup | sure | ok | okay | deal | done | agreed | absolutely | certainly | of\ course
            | sounds\ good | that\ works | works\ for\ me | no\ problem | you(?:'ve|\ have)?\ got\ (?:it|a\ deal)
        ) (?-u:\b) | (?: great | fine | perfect | right ) \s* (?: [.,!] | \z ) )",
    )
    .expect("a constant pattern, which a test compiles")
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let Some(inbound) = draft.context.inbound else { return };
    // A reply with a price of its own says which one it agrees to, and the check for money reads that.
    if draft.money.iter().any(|found| found.quantity != Quantity::Percent) {
        return;
    }
    let Some(assent) = ASSENT.captures(draft.text.as_str()).and_then(|captures| captures.get(1)) else {
        return;
    };
    if let Some(fact) = fact_against_offer(draft, inbound) {
        violations.push(draft.violation(ViolationCode::AssentToWrongPrice, assent.range(), fact));
    }
}

/// The fact nearest to the first offer in the inbound that the facts do not license; none when there is no such offer.
fn fact_against_offer(draft: &Draft<'_>, inbound: &str) -> Option<Option<String>> {
    let end = inbound.floor_char_boundary(INBOUND_MAX_BYTES);
    let plain = PlainText::of(&inbound[..end]);
    let licence = Licence::new(draft.facts, draft.context.units_max);
    find_money(plain.as_str(), draft.facts.currency).into_iter().find_map(|found| match found.quantity {
        Quantity::Money { currency, unit } => {
            licence.fault(&found, currency, unit)?;
            Some(licence.nearest_fact(found.values.first().copied(), unit))
        }
        // "10% off?" is an offer too.
        Quantity::Percent => Some(licence.nearest_fact(None, None)),
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn codes(inbound: &str, body: &str) -> Vec<ViolationCode> {
        let context = GateContext { inbound: Some(inbound), ..GateContext::default() };
        let verdict = validate_draft(body, &example::facts(), &context);
        verdict.violations.into_iter().map(|violation| violation.code).collect()
    }

    #[test]
    fn a_yes_to_a_wrong_price_is_held() {
        for (inbound, body) in [
            ("Could you do it for €60 a night?", "Yes, that works! See you then."),
            ("60 euros for the double, deal?", "Deal 🤝"),
            ("Would you take $90?", "Sure, see you on Friday."),
            ("how about 10% off", "Thanks for asking. No problem, see you then!"),
            ("can we say €60", "Perfect!"),
        ] {
            assert_eq!(codes(inbound, body), [ViolationCode::AssentToWrongPrice], "{inbound} / {body}");
        }
    }

    #[test]
    fn other_yeses_pass() {
        for (inbound, body) in [
            ("Is it €90 a night?", "Yes, that's right."),
            ("Do you take dogs?", "Sure, small dogs are welcome."),
            ("€60?", "Our rates are the same for every guest."),
            ("€60?", "Right now only Quinn can say."),
            ("€60?", "Surely you understand that the rate is €90 per night."),
        ] {
            assert_eq!(codes(inbound, body), [], "{inbound} / {body}");
        }
    }

    #[test]
    fn without_an_inbound_there_is_nothing_to_agree_to() {
        assert!(validate_draft("Yes, deal!", &example::facts(), &GateContext::default()).ok);
    }
}
