//! Percentages against the facts: the deposit's share is the only one they know.

use std::sync::LazyLock;

use rust_decimal::Decimal;

use crate::{
    facts::Deposit,
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::MoneyFound,
        phrases::{Phrases, phrases},
        verdict::Violation,
    },
};

/// What percentages of a price are said with. Elsewhere a hundred percent is emphasis, and others may be a feeling.
static OF_A_PRICE: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?: off | discount\w* | less | cheaper | reduc\w+ | deposit | refund\w* | up\ ?front | advance | extra | prices? | rates? | cost\w* | fee | tip | vat | tax
            | descuento\w* | desconto\w* | remise | rabatt\w* | nachlass | sconto\w* | anzahlung | acompte | senal | sinal | acconto | caparra | total ) (?-u:\b)",
    )
});
/// What follows a percentage that is a feeling: `50% sure`.
static FEELING: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"^\s?(?:sure|certain|positive|chance|seguro|segura|sicher|sur|sure|sicuro|sicura|convinced)(?-u:\b)",
    )
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let share = match draft.facts.deposit {
        Some(Deposit::Percent(percent)) => Some(percent.value()),
        _ => None,
    };
    for found in draft.money.iter().filter(|found| !found.is_money()) {
        let is_share = share.is_some_and(|share| found.values == [share] && found.other_reading.is_none());
        if !is_share && !is_manner_of_speaking(draft, found) {
            let fact = draft.facts.deposit.map(|d| format!("deposit: {}", d.words(draft.facts.currency)));
            violations.push(draft.violation(ViolationCode::PercentageUnlicensed, found.range.clone(), fact));
        }
    }
}

/// True for `100%` where nothing speaks of a price, and for `50% sure`.
fn is_manner_of_speaking(draft: &Draft<'_>, found: &MoneyFound) -> bool {
    let folded = draft.folded.as_str();
    let range = draft.folded.range_of(&found.range);
    FEELING.is_match(&folded[range.end..])
        || found.values == [Decimal::ONE_HUNDRED] && !OF_A_PRICE.is_match(folded)
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
        assert_eq!(codes("I'm 100% sure, and 90% sure of the rest.", &facts), []);
        assert!(codes("100% off", &facts).contains(&ViolationCode::PercentageUnlicensed));
        assert!(codes("I take 30% off.", &example::facts()).contains(&ViolationCode::PercentageUnlicensed));
    }
}
