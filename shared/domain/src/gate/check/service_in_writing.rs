//! Services that are never named in writing. Not even to refuse them: who is told what is not written has been told.

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for found in &draft.never_in_writing {
        let fact =
            format!("never_in_writing[{}]: {}", found.entry, draft.facts.never_in_writing[found.entry]);
        let plain = draft.folded.plain_range(found.folded.clone());
        violations.push(draft.violation(ViolationCode::ServiceInWriting, plain, Some(fact)));
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        facts::Facts,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    #[test]
    fn a_service_is_held_offered_or_refused() {
        let facts = "currency = \"EUR\"\nnever_in_writing = [\"boudoir\", \"harbour tour\"]\n";
        let facts = Facts::parse_toml(facts).unwrap();
        let codes = |body: &str| -> Vec<ViolationCode> {
            let verdict = validate_draft(body, &facts, &GateContext::default());
            verdict.violations.into_iter().map(|violation| violation.code).collect()
        };
        for body in [
            "Yes, boudoir is possible.",
            "I don't do boudoir.",
            "No harbour tours, sorry.",
            "A h a r b o u r  t o u r is possible.",
            "We do a nude session.",
        ] {
            assert_eq!(codes(body), [ViolationCode::ServiceInWriting], "{body}");
        }
        assert_eq!(codes("See you at the harbour."), []);
    }
}
