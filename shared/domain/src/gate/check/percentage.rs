//! Percentages against the facts: the deposit's share is the only one they know.

use crate::{
    facts::Deposit,
    gate::{code::ViolationCode, draft::Draft, verdict::Violation},
};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let share = match draft.facts.deposit {
        Some(Deposit::Percent(percent)) => Some(percent.value()),
        _ => None,
    };
    for found in draft.money.iter().filter(|found| !found.is_money()) {
        let is_share = share.is_some_and(|share| found.values == [share] && found.other_reading.is_none());
        if !is_share {
            let fact = draft.facts.deposit.map(|d| format!("deposit: {}", d.words(draft.facts.currency)));
            violations.push(draft.violation(ViolationCode::PercentageUnlicensed, found.range.clone(), fact));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        facts::Facts,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    #[test]
    fn only_the_share_of_the_deposit_passes() {
        let text = example::FACTS_TOML.replace("{ amount = 50 }", "{ percent = 30 }");
        let facts = Facts::parse_toml(&text).unwrap();
        let codes = |body: &str, facts: &Facts| -> Vec<ViolationCode> {
            let verdict = validate_draft(body, facts, &GateContext::default());
            verdict.violations.into_iter().map(|violation| violation.code).collect()
        };
        assert_eq!(codes("The deposit is 30 % of the total.", &facts), []);
        assert_eq!(codes("The deposit is 20%.", &facts), [ViolationCode::PercentageUnlicensed]);
        assert_eq!(codes("The deposit is 20-30%.", &facts), [ViolationCode::PercentageUnlicensed]);
        assert!(codes("I take 30% off.", &example::facts()).contains(&ViolationCode::PercentageUnlicensed));
    }
}
