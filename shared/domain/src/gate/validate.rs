//! A gate: facts with everything that the checks want to have prepared.

use std::sync::Arc;

use super::{
    check::{self, address::Addresses, contact::Contacts, language::Languages, whereabouts::Places},
    code::ViolationCode,
    context::GateContext,
    draft::Draft,
    mention::{self, Services},
    own_words::OwnWords,
    verdict::{Mention, Verdict, Violation},
};
use crate::{
    facts::Facts,
    text::{Joiner, PlainText, Span},
};

/// Longest draft that is looked at in detail, in bytes: four times the longest reply facts can allow, at four bytes a
/// character. A longer one is too long, whatever else it is.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// A check: looks at a draft and adds what it finds wrong.
type Check = fn(&Draft<'_>, &mut Vec<Violation>);

/// The checks of what a draft says. Their order does not matter: a verdict lists violations by place.
const CHECKS_OF_CONTENT: &[Check] = &[
    check::address::check,
    check::assent::check,
    check::channel::check,
    check::discount::check,
    check::minimum::check,
    check::contact::check,
    check::date::check,
    check::money::check,
    check::never_offer::check,
    check::payment::check,
    check::percentage::check,
    check::place::check,
    check::placeholder::check,
    check::price_in_writing::check,
    check::price_reference::check,
    check::service_in_writing::check,
];

/// The checks of how it is written, which look at the text as it was given.
const CHECKS_OF_FORM: &[Check] = &[
    check::chat_markup::check,
    check::control::check,
    check::emoji::check,
    check::empty::check,
    check::language::check,
    check::leak::check,
    check::length::check,
    check::markdown::check,
    check::prompt_overlap::check,
    check::quoted::check,
    check::repetition::check,
    check::segments::check,
    check::truncated::check,
];

/// Facts, prepared for measuring any number of drafts against them.
///
/// Making one costs some hundred times what a draft costs; it is made once for a version of the facts.
#[derive(Debug, Clone)]
pub struct Gate {
    facts: Arc<Facts>,
    joiner: Joiner,
    pub(super) languages: Languages,
    pub(super) places: Places,
    pub(super) contacts: Contacts,
    pub(super) addresses: Addresses,
    /// What is never offered.
    pub(super) never_offer: Services,
    /// What is never named in writing.
    pub(super) never_in_writing: Services,
    /// The words that tell the services with a price apart.
    pub(super) service_names: Vec<check::service::Name>,
    /// What the facts say in so many words.
    pub(super) own_words: OwnWords,
}

impl Gate {
    /// Prepares facts.
    #[must_use]
    pub fn new(facts: impl Into<Arc<Facts>>) -> Self {
        let facts = facts.into();
        let joiner = Joiner::of(mention::vocabulary());
        let languages = Languages::of(&facts);
        let places = Places::of(&facts);
        let contacts = Contacts::of(&facts);
        let addresses = Addresses::of(&facts);
        let never_offer = Services::of(&facts.never_offer);
        let never_in_writing = Services::of(&facts.never_in_writing);
        let service_names = check::service::names(&facts);
        let own_words = OwnWords::of(&facts);
        Self {
            facts,
            joiner,
            languages,
            places,
            contacts,
            addresses,
            never_offer,
            never_in_writing,
            service_names,
            own_words,
        }
    }

    /// The facts it measures against.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Measures a draft. Pure: the same arguments give the same verdict, and every span lies on character boundaries of
    /// `body`.
    #[must_use]
    pub fn validate(&self, body: &str, context: &GateContext<'_>) -> Verdict {
        if body.len() > BODY_MAX_BYTES {
            return Verdict::new(vec![far_too_long(body, &self.facts)], Vec::new());
        }
        let draft = Draft::new(PlainText::of(body), self, context);
        let mut violations = Vec::new();
        run(CHECKS_OF_CONTENT, &draft, &mut violations);
        run(CHECKS_OF_FORM, &draft, &mut violations);
        let mut mentions = draft.mentions();
        if let Some(joined) = self.joiner.join(&draft.text, &draft.folded, &draft.letters) {
            self.read_again(joined, context, &mut violations, &mut mentions);
        }
        Verdict::new(violations, mentions)
    }

    /// Reads the draft with split words put together, and adds what that shows.
    fn read_again(
        &self,
        joined: PlainText<'_>,
        context: &GateContext<'_>,
        violations: &mut Vec<Violation>,
        mentions: &mut Vec<Mention>,
    ) {
        let draft = Draft::new(joined, self, context);
        let mut more = Vec::new();
        run(CHECKS_OF_CONTENT, &draft, &mut more);
        more.retain(|new| !violations.iter().any(|old| old.code == new.code && old.span.overlaps(new.span)));
        violations.extend(more);
        // What was put together is what the draft speaks of; its pieces are not.
        let whole = draft.mentions();
        mentions.retain(|old| !whole.iter().any(|new| old.span.overlaps(new.span)));
        mentions.extend(whole);
    }
}

fn run(checks: &[Check], draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    for check in checks {
        check(draft, violations);
    }
}

/// Measures a draft against facts that are not used again. Where many drafts are measured, keep a [`Gate`].
#[must_use]
pub fn validate_draft(body: &str, facts: &Facts, context: &GateContext<'_>) -> Verdict {
    Gate::new(facts.clone()).validate(body, context)
}

/// The violation of a draft that is not looked at in detail. It does not quote the draft.
fn far_too_long(body: &str, facts: &Facts) -> Violation {
    let code = ViolationCode::TooLong;
    Violation {
        code,
        reason: code.conflict(),
        span: Span { start: 0, end: body.len() },
        text: String::new(),
        fact: Some(format!("max_chars: {}", facts.max_chars)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;

    use super::*;
    use crate::{candidate::Hold, example, hold::HoldReason};

    #[test]
    fn the_json_form_is_what_programs_read() {
        let facts = example::facts();
        let context = GateContext { inbound: Some("how much?"), ..GateContext::default() };
        let verdict = validate_draft("Hi [NAME], it’s €80–95 or 30% less.", &facts, &context);
        insta::assert_json_snapshot!(verdict);
        let json = serde_json::to_string(&verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
        let clean = validate_draft("A double room is €90 per night.", &facts, &context);
        insta::assert_json_snapshot!("clean", clean);
    }

    #[test]
    fn a_contradiction_of_the_facts_is_the_reason_before_all_others() {
        let facts = example::facts();
        let hold = |body: &str| validate_draft(body, &facts, &GateContext::default()).hold();
        let detail = "amount_unlicensed; the facts say: rates[1]: double room €90 per night";
        assert_eq!(hold("[NAME] 😀😀😀 €80"), Some(Hold::new(HoldReason::SpecConflict, detail)));
        assert_eq!(hold("[NAME] 😀😀😀").unwrap().reason, HoldReason::PolicyConflict);
        assert_eq!(hold("[NAME]").unwrap().reason, HoldReason::NoBody);
        assert_eq!(hold("Hello"), None);
    }

    /// Texts near what checks look for, mixed with anything at all.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<String>(),
            "[0-9０-９٠-٩.,' ]{1,8}",
            proptest::sample::select(vec![
                "€",
                "$",
                " EUR",
                "CA$",
                "%",
                "-",
                " to ",
                " per night",
                "/h",
                "k",
                "{{",
                "}}",
                "[NAME]",
                "<x>",
                "😀",
                "👨\u{200d}👩\u{200d}👧",
                "\u{200b}",
                "\u{202e}",
                "\u{301}",
                "\n",
                "1\u{fe0f}\u{20e3}",
                "yes, ",
                "½",
                "①",
                "ﬁ",
                "\u{1100}\u{1161}",
            ])
            .prop_map(str::to_owned),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_gets_a_verdict_with_spans_on_character_boundaries(body in texts(), inbound in texts()) {
            let facts = example::facts();
            let context = GateContext { inbound: Some(&inbound), ..GateContext::default() };
            let verdict = validate_draft(&body, &facts, &context);
            prop_assert_eq!(verdict.ok, verdict.violations.is_empty());
            prop_assert_eq!(verdict.ok, verdict.hold().is_none());
            for violation in &verdict.violations {
                prop_assert_eq!(body.get(violation.span.range()), Some(violation.text.as_str()));
                prop_assert_eq!(violation.reason, violation.code.conflict());
            }
            for mention in &verdict.mentions {
                prop_assert_eq!(body.get(mention.span.range()), Some(mention.text.as_str()));
            }
            prop_assert_eq!(validate_draft(&body, &facts, &context), verdict);
        }

        #[test]
        fn the_unicode_form_of_the_draft_does_not_matter(body in texts()) {
            let facts = example::facts();
            let codes = |body: &str| -> Vec<ViolationCode> {
                let verdict = validate_draft(body, &facts, &GateContext::default());
                verdict.violations.into_iter().map(|violation| violation.code).collect()
            };
            let (composed, decomposed): (String, String) = (body.nfc().collect(), body.nfd().collect());
            prop_assert_eq!(codes(&composed), codes(&decomposed));
        }
    }
}
