//! Reductions without a price: `half price`, `I'll knock 20 off`, `first night free`, `on the house`. The facts know
//! none, unless they say of something in the house that it is free.

use std::{ops::Range, sync::LazyLock};

use super::licence::Licence;
use crate::{
    gate::{
        code::ViolationCode,
        draft::Draft,
        phrases::{Phrases, phrases},
        topics::Topic,
        verdict::Violation,
    },
    text::{Clauses, Polarity, fold_phrase},
};

/// Ways to give something for less, in folded text.
static REDUCTION: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            half[\x20\-]+(?:the\ )?(?:price|rate|off|cost) | half\ of\ (?:the\ (?:price|rate)|that)
            | (?:knock|shave)(?:\ \S+){0,4}\ off | take\ (?:a\ (?:bit|little)|some(?:thing)?|\S*[0-9]\S*)\ off
            | (?:take|drop|cut|bring|lower|get|come)(?:\ \S+){0,4}\ (?:off|down)\ (?:the|your|my|on\ the)\ (?:price|rate|bill|total|cost|fee)
            | (?:bring|get)\ (?:it|that|the\ (?:price|rate|cost|total))\ down
            | (?:[0-9]+|five|ten|fifteen|twenty|thirty|forty|fifty|hundred)(?:\ (?:euros?|dollars?|bucks|quid|pounds?))?\ off
            | (?:lower|drop|reduce|cut)\ (?:the|my|our|your)\ (?:price|rate|fee)s?
            | discount(?:s|ed)? | rebate | price\ reduction | reduced\ (?:price|rate)s? | (?:buy|book)\ (?:one|two|three|[0-9])\ (?:and\ )?get
            | round(?:\ it)?\ down
            # Spanish, Portuguese, French, German, Italian, Dutch
            | descuentos? | rebajas? | rebaj[oa](?:mos)? | mitad\ (?:de|del)\ precio | descontos? | metade\ do\ (?:preco|valor) | remises? | moitie\ (?:prix|du\ prix|du\ tarif) | demi-tarif
            | rabatte? | nachlass | ermassigung | halber\ preis | zum\ halben\ preis | sconti | sconto | meta\ prezzo | korting
        ) (?-u:\b)",
    )
});

/// Ways to give something for nothing.
static GIFT: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            for\ free | (?:it|this|that)\ for\ nothing | free\ of\ charge | on\ the\ house | (?:at\ )?no\ (?:extra\ |additional\ )?(?:cost|charge) | complimentary | (?:it's|is|are)\ on\ (?:me|us)
            | without\ (?:charge|paying) | won't\ (?:charge|cost)\ you | (?:it\ is|it's|all|completely|totally|entirely)\ free(?:\ (?:for|of)|\s*[.!,]|\s*$)
            | (?:first|second|third|last|extra|one|two|another|third)\ (?:\w+\ )?(?:night|hour|day|session|person|guest|week|child|kid|photo|hour|stay|bed)s?\ (?:is\ |are\ |comes\ |would\ be\ |will\ be\ )?free
            | free\ (?:nights?|hours?|sessions?|upgrades?|stays?|extras?|trial|shoots?|photos?|tours?|breakfast|transfers?|cancellation)
            | kids?\ (?:stay|go|are)\ free | (?:dinner|lunch|breakfast|parking|drinks?|coffee|towels|laundry|transfer|pick-?up|tour|cancellation|delivery|travel)\ (?:is|are|comes|would\ be|will\ be)\ free
            | gratis | gratuito?s? | gratuite?s? | de\ graca | kostenlos\w* | umsonst | a\ cargo\ de\ la\ casa | cortesia\ da\ casa | offerte?\ par\ la\ maison | aufs?\ haus | offre\ la\ casa | omaggio
        ) (?-u:\b)?",
    )
});

/// What a house says of something that costs nothing.
static INCLUDED: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?-u:\b)(?:free|included|complimentary|no charge|gratis|gratuit\w*|kostenlos\w*|inbegriffen|incluid[oa]s?|inclus\w*)",
    )
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let folded = draft.folded.as_str();
    let mut hold = |found: Range<usize>| {
        let plain = draft.folded.plain_range(found);
        // A percentage is held by the check for percentages.
        let is_percentage = draft
            .money
            .iter()
            .any(|money| !money.is_money() && money.range.start < plain.end && plain.start < money.range.end);
        if is_percentage || draft.polarity(&plain) == Polarity::Negated {
            return;
        }
        let fact = Licence::new(draft.facts, draft.context).nearest_fact(None, None);
        violations.push(draft.violation(ViolationCode::AmountUnlicensed, plain, fact));
    };
    let reductions = draft.topics.has(Topic::Reduction).then(|| REDUCTION.find_iter(folded));
    for found in reductions.into_iter().flatten() {
        hold(found.range());
    }
    let gifts = draft.topics.sentence(Topic::Gift, folded).map(|from| GIFT.find_iter_from(folded, from));
    for found in gifts.into_iter().flatten() {
        if !is_free_in_the_house(draft, &found.range()) {
            hold(found.range());
        }
    }
}

/// True when a folded text asks for a reduction; for messages that a draft may agree to.
pub(super) fn asks_for_less(folded: &str) -> bool {
    REDUCTION.is_match(folded) || BETTER_PRICE.is_match(folded)
}

/// Ways to ask for less that offer nothing by themselves.
static BETTER_PRICE: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?: cheaper | (?:better|best|lower|special|good)\ (?:price|rate|deal) | for\ (?:a\ bit\ )?less | mas\ barato | mejor\ precio | mais\ barato | melhor\ preco
            | moins\ cher | meilleur\ prix | billiger | gunstiger | meno\ caro | prezzo\ migliore | goedkoper ) (?-u:\b)",
    )
});

/// True when the clause speaks of something of which the facts say that it is free or included.
fn is_free_in_the_house(draft: &Draft<'_>, range: &Range<usize>) -> bool {
    let folded = draft.folded.as_str();
    let clause = &folded[Clauses::of(folded).clause(range)];
    draft.facts.house.iter().any(|(topic, said)| {
        let said = fold_phrase(said);
        INCLUDED.is_match(&said)
            && topic.split('_').any(|word| word.len() > 2 && clause.contains(&word.to_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use crate::gate::topics::{Topic, Topics};
    use crate::{
        example,
        gate::{GateContext, ViolationCode, validate_draft},
    };

    fn is_held(body: &str) -> bool {
        let verdict = validate_draft(body, &example::facts(), &GateContext::default());
        let codes = [ViolationCode::AmountUnlicensed, ViolationCode::PercentageUnlicensed];
        verdict.violations.iter().any(|violation| codes.contains(&violation.code))
    }

    #[test]
    fn what_costs_less_or_nothing_is_held() {
        for body in [
            "I can do half price",
            "I'll knock 20 off",
            "We could take a bit off the price",
            "10% off for you",
            "The first night is free",
            "It's on the house",
            "The third night for free!",
            "Kids stay free",
            "Happy to give you a discount",
            "Te hago un descuento",
            "Je vous fais une remise",
            "Ich gebe dir Rabatt",
            "Ti faccio uno sconto",
            "Eu faço um desconto",
            "A night at no cost",
        ] {
            assert!(is_held(body), "{body}");
        }
    }

    #[test]
    fn what_is_free_in_the_house_and_other_words_pass() {
        for body in [
            "Parking is free of charge, behind the house.",
            "Wifi is for free in every room",
            "Breakfast is complimentary",
            "Feel free to ask",
            "We'll look at what is free",
            "Are you free on Friday?",
            "We don't give discounts, sorry",
            "Quinn has the day off",
            "Take your shoes off, please",
        ] {
            assert!(!is_held(body), "{body}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_phrase_of_reduction_is_passed_over(text in super::REDUCTION.examples()) {
            let from = Topics::of(&text).has(Topic::Reduction).then_some(0);
            proptest::prop_assert!(super::REDUCTION.is_found_by(&text, from));
        }

        #[test]
        fn no_phrase_of_gift_is_passed_over(text in super::GIFT.examples()) {
            let from = Topics::of(&text).sentence(Topic::Gift, &text);
            proptest::prop_assert!(super::GIFT.is_found_by(&text, from));
        }
    }
}
