//! Ways and times of paying against the payment terms. What the terms do not name is not accepted; without terms nothing
//! is.

use std::sync::LazyLock;

use crate::{
    facts::{PaymentMethod, PaymentMoment},
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{Part, Payment, PaymentFound},
        phrases::{Phrases, phrases},
        topics::Topic,
        verdict::Violation,
    },
    text::{Polarity, fold_phrase},
};

/// A deposit waived, in folded text.
static WAIVED: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            no\ (?:need\ (?:for|to\ pay)\ (?:a\ |the\ |any\ )?)?(?:deposit|retainer|down\ payment|prepayment)(?:\ (?:is\ )?(?:needed|required|necessary))?
            | without\ (?:a\ |any\ |the\ |paying\ a\ )?deposit | (?:skip|waive|drop|forget)\ (?:about\ )?(?:the|your)\ deposit
            | deposit\ (?:is\ not|isn't|is\ never|won't\ be)\ (?:needed|required|necessary) | deposit\ is\ (?:optional|waived) | (?:don't|do\ not)\ (?:need|take|ask\ for|require|charge)\ (?:to\ pay\ )?(?:a\ |any\ )?deposit
            | sin\ (?:deposito|senal|fianza|anticipo) | sem\ (?:sinal|deposito|caucao) | (?:sans|pas\ d'?e?)\ ?(?:acompte|arrhes|caution) | (?:ohne|keine)\ (?:anzahlung|kaution) | (?:senza|nessun[a]?)\ (?:acconto|caparra|cauzione|deposito)
        ) (?-u:\b)",
    )
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for found in &draft.payments {
        let plain = draft.folded.plain_range(found.range.clone());
        let Some((code, fact)) = fault(draft, found) else { continue };
        if draft.polarity(&plain) == Polarity::Affirmed {
            violations.push(draft.violation(code, plain, fact));
        }
    }
    let deposit = draft.facts.deposit.filter(|_| draft.topics.has(Topic::Deposit));
    let Some(deposit) = deposit else { return };
    if let Some(found) = WAIVED.find(draft.folded.as_str()) {
        let plain = draft.folded.plain_range(found.range());
        let fact = Some(format!("deposit: {}", deposit.words(draft.facts.currency)));
        violations.push(draft.violation(ViolationCode::DepositMismatch, plain.clone(), fact.clone()));
        violations.push(draft.violation(ViolationCode::PaymentTiming, plain, fact));
    }
}

/// What is wrong with a way or a time of paying, and the fact that says so.
fn fault(draft: &Draft<'_>, found: &PaymentFound) -> Option<(ViolationCode, Option<String>)> {
    fault_in(draft, draft.folded.as_str(), found)
}

/// The same of another folded text, which the draft answers.
pub(super) fn fault_in(
    draft: &Draft<'_>,
    folded: &str,
    found: &PaymentFound,
) -> Option<(ViolationCode, Option<String>)> {
    match found.what {
        Payment::By(method) => {
            let is_fine =
                is_accepted(draft, method) || is_named_in_facts(draft, &folded[found.range.clone()]);
            (!is_fine).then(|| (ViolationCode::PaymentMethod, methods_fact(draft)))
        }
        Payment::At(moment, part) => {
            (!is_time(draft, moment, part)).then(|| (ViolationCode::PaymentTiming, timing_fact(draft, part)))
        }
    }
}

fn is_accepted(draft: &Draft<'_>, method: Option<PaymentMethod>) -> bool {
    let terms = draft.facts.payment_terms.as_ref();
    method.is_some_and(|method| terms.is_some_and(|terms| terms.methods.contains(&method)))
}

/// True when what the facts say of the house names it: `payment: "PayPal or cash"`.
fn is_named_in_facts(draft: &Draft<'_>, text: &str) -> bool {
    let said = draft.facts.house.values().chain(draft.facts.notices.values());
    said.into_iter().any(|said| fold_phrase(said).contains(text))
}

/// True when it is paid then. A part that is not named may be either.
fn is_time(draft: &Draft<'_>, moment: PaymentMoment, part: Part) -> bool {
    let Some(terms) = &draft.facts.payment_terms else { return false };
    let is_early = matches!(moment, PaymentMoment::AtBooking | PaymentMoment::BeforeArrival);
    let fits = |due: PaymentMoment| due == moment || is_early && due == PaymentMoment::BeforeArrival;
    // A deposit without a time of its own is still paid ahead.
    let deposit = terms.deposit_due.map_or(is_early && draft.facts.deposit.is_some(), fits);
    match part {
        Part::Deposit => deposit,
        Part::Balance => fits(terms.balance_due),
        Part::Either => deposit || fits(terms.balance_due),
    }
}

fn methods_fact(draft: &Draft<'_>) -> Option<String> {
    let terms = draft.facts.payment_terms.as_ref()?;
    let names: Vec<String> = terms.methods.iter().map(ToString::to_string).collect();
    Some(format!("payment_terms.methods: {}", names.join(", ")))
}

fn timing_fact(draft: &Draft<'_>, part: Part) -> Option<String> {
    let terms = draft.facts.payment_terms.as_ref()?;
    match (part, terms.deposit_due) {
        (Part::Deposit, Some(due)) => Some(format!("payment_terms.deposit_due: {due}")),
        _ => Some(format!("payment_terms.balance_due: {}", terms.balance_due)),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        example,
        facts::Facts,
        gate::{GateContext, validate_draft},
    };

    fn said(body: &str, facts: &Facts) -> Vec<String> {
        let verdict = validate_draft(body, facts, &GateContext::default());
        verdict.violations.into_iter().map(|v| format!("{} {}", v.code, v.fact.unwrap_or_default())).collect()
    }

    #[test]
    fn what_the_terms_say_passes() {
        let facts = example::facts();
        for body in [
            "You can pay by card or in cash.",
            "The deposit is due at booking, the rest is paid on arrival.",
            "We don't take PayPal, sorry.",
            "Just pay when you arrive.",
            "Check-in is from 15:00, see you on arrival!",
        ] {
            assert_eq!(said(body, &facts), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn other_ways_and_times_are_held() {
        let facts = example::facts();
        for (body, expected) in [
            ("You can pay by PayPal.", "payment_method payment_terms.methods: card, cash"),
            ("Bank transfer is fine too.", "payment_method payment_terms.methods: card, cash"),
            ("We accept bitcoin", "payment_method payment_terms.methods: card, cash"),
            ("You can pay when you leave.", "payment_timing payment_terms.balance_due: on arrival"),
            ("The rest is due at booking.", "payment_timing payment_terms.balance_due: on arrival"),
            ("Pay the deposit on arrival.", "payment_timing payment_terms.deposit_due: at booking"),
        ] {
            assert_eq!(said(body, &facts), [expected], "{body}");
        }
        assert_eq!(
            said("No deposit needed!", &facts),
            ["deposit_mismatch deposit: €50", "payment_timing deposit: €50"]
        );
    }

    #[test]
    fn without_terms_nothing_is_accepted() {
        let facts = Facts::parse_json(r#"{"currency": "EUR"}"#).unwrap();
        assert_eq!(said("You can pay by card", &facts), ["payment_method "]);
        let house = Facts::parse_json(r#"{"currency": "EUR", "house": {"payment": "PayPal only"}}"#).unwrap();
        assert_eq!(said("PayPal works", &house), Vec::<String>::new());
    }
}
