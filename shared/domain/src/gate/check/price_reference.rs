//! Prices that are named without a number: `same price as last time`, `I'll match their price`, `name your price`. The
//! facts hold every price there is, and none of these.

use std::sync::LazyLock;

use super::licence::Licence;
use crate::{
    gate::{
        code::ViolationCode,
        draft::Draft,
        phrases::{Phrases, phrases},
        topics::Topic,
        verdict::Violation,
    },
    text::Polarity,
};

/// Most bytes between a reference and an amount that says what it refers to: `our usual rate is $150`.
const EXPLAINED_WITHIN_BYTES: usize = 40;

/// References to a price that is nowhere in the facts, in folded text.
static REFERENCE: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            same\ (?:price|rate|deal|amount|cost|fee|terms|discount)\ (?:as|like|you|we|that)(?:\ \w+){0,3}
            | (?:the|your|our|my|at)\ (?:usual|old|previous|last|special|agreed|same\ old|loyalty|original|early)\ (?:price|rate|deal|fee|amount|discount)
            | (?:match|beat|honou?r|undercut)\ (?:their|that|any|the|his|her|your|whatever|it|his)\ ?(?:\w+\ )?(?:price|offer|rate|quote|deal|competitor|figure)s?
            | (?:whatever|what|the\ same\ as|same\ as)\ (?:price\ )?you(?:'ve|\ have)?\ (?:paid|pay|payed|gave|were\ (?:charged|paying|quoted))
            | (?:price|rate|deal|figure|amount|fee)\ (?:that\ )?(?:we|you|i)\ (?:agreed|discussed|settled|talked|spoke|mentioned|said|offered|suggested|proposed|wanted|asked\ for|paid)
            | special\ (?:price|rate|offer|deal)s? | (?:mates?|friends?)(?:'s?)?\ (?:and\ family\ )?(?:rate|price|discount)s?
            | (?:better|lower|reduced|cheaper|nicer|friendlier|good|best)\ (?:price|rate|deal|offer)\ (?:for\ you|just|if|than)
            | (?:half|double|twice|triple)\ (?:that|this|of\ that|the\ (?:price|rate)) | (?:work|sort|figure)\ out\ a\ (?:price|deal|rate) | we\ can\ negotiate | open\ to\ (?:offers|negotiat\w+)
            | cheaper\ (?:for\ you|if|this\ time)
            | name\ your\ price | pay\ (?:what|whatever|as\ much\ as)\ you\ (?:want|like|can|think)
            | (?:rates?|prices?)\ (?:is|are)\ (?:flexible|negotiable|up\ to\ you)
            | your\ (?:price|offer|budget)\ (?:works|is\ (?:fine|ok|okay|good)|sounds)
            # Spanish, Portuguese, French, German, Italian
            | mismo\ precio\ (?:de|que)\ \w+ | (?:precio|tarifa)\ (?:de\ siempre|de\ amigos?|especial) | (?:igualo|igualamos|mejoro)\ (?:el|su|ese)\ precio | lo\ (?:mismo\ )?que\ pag\w+
            | mesmo\ preco\ (?:de|da|que)\ \w+ | preco\ (?:de\ sempre|de\ amigos?|especial) | (?:igualo|cubro|igualamos|cobrimos)\ (?:o|esse|qualquer)\ preco | o\ (?:mesmo\ )?que\ pagou
            | meme\ (?:prix|tarif)\ (?:que|qu'\w+)(?:\ \w+)? | (?:prix|tarif)\ (?:habituel|d'ami|special) | (?:m'aligne|nous\ alignons)\ sur | ce\ que\ (?:vous\ avez|tu\ as)\ paye
            | (?:gleiche[rnms]?|selbe[rnms]?|derselbe|denselben)\ (?:preis|tarif)\ wie(?:\ \w+){0,2} | sonderpreis | freundschaftspreis | (?:ubliche[rn]?|alte[rn]?)\ preis
            | was\ (?:du|sie)\ (?:letztes\ mal|zuletzt|damals)\ (?:be)?zahlt\w*
            | stesso\ prezzo\ (?:di|della|dell'|che)\ ?\w+ | solito\ prezzo | prezzo\ (?:speciale|di\ favore|da\ amico) | quello\ che\ (?:hai|ha)\ pagato
        ) (?-u:\b)",
    )
});

/// What refers to a price only where prices are spoken of.
static SAME_AGAIN: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?: same\ as\ (?:last\ (?:time|year|month)|before|always|usual|ever) | as\ (?:last\ time|usual|always) | like\ last\ time
            | (?:igual|lo\ mismo)\ que\ (?:la\ (?:ultima|otra)\ vez|siempre|antes) | como\ (?:siempre|sempre|da\ ultima\ vez) | comme\ (?:la\ derniere\ fois|d'habitude)
            | wie\ (?:letztes\ mal|immer|beim\ letzten\ mal) | come\ (?:l'altra\ volta|l'ultima\ volta|sempre) ) (?-u:\b)",
    )
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let folded = draft.folded.as_str();
    let from = draft.topics.sentence(Topic::Reference, folded);
    let references = from.map(|from| REFERENCE.find_iter_from(folded, from));
    for found in references.into_iter().flatten() {
        let plain = draft.folded.plain_range(found.range());
        if is_explained(draft, plain.end) || draft.polarity(&plain) == Polarity::Negated {
            continue;
        }
        violations.push(draft.violation(ViolationCode::PriceReference, plain, fact(draft)));
    }
    // "Same as last time" answers a question about the price.
    let again = draft.money.is_empty().then(|| SAME_AGAIN.find(folded)).flatten();
    if let Some(found) = again.filter(|_| draft.asks_price()) {
        let plain = draft.folded.plain_range(found.range());
        violations.push(draft.violation(ViolationCode::PriceReference, plain, fact(draft)));
    }
}

/// The first reference to an unknown price in a folded text; for messages that a draft may agree to.
pub(super) fn is_in(folded: &str) -> bool {
    REFERENCE.is_match(folded)
}

fn fact(draft: &Draft<'_>) -> Option<String> {
    Licence::new(draft.facts, draft.context).nearest_fact(None, None)
}

/// True when an amount that follows says what the reference means; the check for money reads that.
fn is_explained(draft: &Draft<'_>, end: usize) -> bool {
    draft.money.iter().any(|found| {
        found.is_money() && found.range.start >= end && found.range.start - end <= EXPLAINED_WITHIN_BYTES
    })
}

#[cfg(test)]
mod tests {
    use crate::gate::topics::{Topic, Topics};
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn is_held(body: &str, inbound: Option<&str>) -> bool {
        let context = GateContext { inbound, ..GateContext::default() };
        let verdict = validate_draft(body, &example::facts(), &context);
        verdict.violations.iter().any(|violation| violation.code == ViolationCode::PriceReference)
    }

    #[test]
    fn a_price_that_only_somebody_else_knows_is_held() {
        for body in [
            "Sure thing, same price as last time",
            "It's the usual rate",
            "I'll match their price",
            "Just pay whatever you paid before",
            "We'll do a special price for you",
            "Name your price!",
            "El mismo precio de siempre",
            "Mesmo preço da última vez",
            "Le même prix que la dernière fois",
            "Der gleiche Preis wie letztes Mal",
            "Lo stesso prezzo dell'altra volta",
        ] {
            assert!(is_held(body, None), "{body}");
        }
        assert!(is_held("Same as last time", Some("How much is it?")));
    }

    #[test]
    fn prices_of_the_facts_pass() {
        for body in [
            "Our rates are the same for every guest.",
            "Our usual rate is €90 per night.",
            "We can't match their price, sorry",
            "Same as last time, just ring the bell",
        ] {
            assert!(!is_held(body, None), "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_phrase_of_reference_is_passed_over(text in super::REFERENCE.examples()) {
            let from = Topics::of(&text).sentence(Topic::Reference, &text);
            proptest::prop_assert!(super::REFERENCE.is_found_by(&text, from));
        }
    }
}
