//! Money against the facts: every amount must be one they give.

use super::{licence::Licence, refusal, service};
use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    if draft.money.is_empty() {
        return;
    }
    let licence = Licence::new(draft.facts, draft.context);
    let faults: Vec<_> = draft.money.iter().map(|found| licence.fault(found)).collect();
    // A wrong price of the guest's may be named to be set right, so long as the right one is named as well.
    let is_set_right =
        draft.money.iter().zip(&faults).any(|(found, fault)| found.is_money() && fault.is_none());
    for (found, fault) in draft.money.iter().zip(faults) {
        let Some(code) = fault else {
            if let Some(fact) = service::fact_against(draft, &licence, found) {
                let code = ViolationCode::AmountUnlicensed;
                violations.push(draft.violation(code, found.range.clone(), Some(fact)));
            }
            continue;
        };
        if refusal::is_refused(draft, found) || is_set_right && refusal::is_quoted(draft, found) {
            continue;
        }
        violations.push(draft.violation(code, found.range.clone(), licence.fact_against(code, found)));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        gate::{GateContext, validate_draft},
    };

    fn said(body: &str) -> Vec<String> {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        let describe =
            |v: crate::gate::Violation| format!("{} {:?} {}", v.code, v.text, v.fact.unwrap_or_default());
        verdict.violations.into_iter().map(describe).collect()
    }

    #[test]
    fn true_amounts_pass_in_every_notation() {
        for body in [
            "A double room is €90 per night.",
            "A double room is 90 EUR a night, two nights are EUR 180.00.",
            "It is 90€/night and the deposit is 50 euros.",
            "Rooms are €65 to €127.50 per night.",
            "Ten nights in the family room are 1.275,00 €, or €1,275.",
        ] {
            assert_eq!(said(body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn other_amounts_are_held_with_the_nearest_fact() {
        for (body, expected) in [
            ("It's €80.", r#"amount_unlicensed "€80" rates[1]: double room €90 per night"#),
            ("It's 60 a night.", r#"amount_unlicensed "60" rates[0]: single room €65 per night"#),
            ("It's €180 per night.", r#"unit_mismatch "€180" rates[2]: family room €127.50 per night"#),
            ("It's $90.", r#"currency_mismatch "$90" currency: EUR"#),
            ("It's €65-80.", r#"amount_unlicensed "€65-80" rates[0]: single room €65 per night"#),
            ("It's ８０ €.", r#"amount_unlicensed "８０ €" rates[1]: double room €90 per night"#),
            ("It's €9O.", r#"amount_unlicensed "€9O" rates[1]: double room €90 per night"#),
            ("It's €1.275.", r#"amount_unlicensed "€1.275" rates[2]: family room €127.50 per night"#),
        ] {
            assert_eq!(said(body), [expected], "{body}");
        }
    }
}
