//! What a writer is told about a draft that did not pass the gate: code, words and the right fact of each violation.

use crate::gate::{Verdict, Violation, ViolationCode};

/// One thing to put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What is wrong.
    pub code: ViolationCode,
    /// The words of the draft that are.
    pub text: String,
    /// The fact they contradict; never an entry of what is never offered or never written.
    pub fact: Option<String>,
}

/// The violations of a draft as they are shown to its writer, in order of appearance.
///
/// What must never be offered stays out of the prompt, entry by entry too: a model that is shown such a word uses it.
#[must_use]
pub fn corrections(verdict: &Verdict) -> Vec<Correction> {
    let shown = |violation: &Violation| Correction {
        code: violation.code,
        text: violation.text.clone(),
        fact: violation.fact.clone().filter(|_| !is_secret(violation.code)),
    };
    verdict.violations.iter().map(shown).collect()
}

/// True for violations whose fact is a word that a writer must not learn from the prompt.
const fn is_secret(code: ViolationCode) -> bool {
    matches!(code, ViolationCode::NeverOffer | ViolationCode::ServiceInWriting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example,
        gate::{GateContext, validate_draft},
    };

    #[test]
    fn a_wrong_price_comes_with_the_right_one() {
        let verdict =
            validate_draft("A double room is €80 per night.", &example::facts(), &GateContext::default());
        let [correction] = corrections(&verdict).try_into().unwrap();
        assert_eq!(correction.text, "€80");
        assert!(correction.fact.unwrap().contains("€90"));
    }

    #[test]
    fn what_is_never_offered_is_not_repeated() {
        let mut verdict =
            validate_draft("A double room is €80 per night.", &example::facts(), &GateContext::default());
        verdict.violations[0].code = ViolationCode::NeverOffer;
        verdict.violations[0].fact = Some("never_offer[0]: discount".to_owned());
        assert_eq!(corrections(&verdict)[0].fact, None);
    }
}
