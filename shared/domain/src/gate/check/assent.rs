//! Assent to what is not so: "Sure!" to "can you do it for €60?" says €60 without a number, and "no problem" to "can I
//! pay in bitcoin?" accepts bitcoin.

use std::{ops::Range, sync::LazyLock};

use super::{discount, licence::Licence, minimum, payment, price_reference};
use crate::{
    gate::{
        code::ViolationCode,
        draft::Draft,
        mention::{Payment, Role, Setting, find_money, find_payment},
        phrases::{Phrases, phrases},
        topics::Topics,
        verdict::Violation,
    },
    text::{PlainText, fold},
};

/// Longest part of the inbound that is searched for an offer, in bytes; as long as an inbound may be in characters.
const INBOUND_MAX_BYTES: usize = 16 * 1024;

/// A yes at the start of the reply, of a sentence or behind a comma. Words that also open other sentences count only
/// when a stop follows them. Word boundaries are ASCII ones for speed, as in the check for placeholders.
static ASSENT: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?: \A | [.!?\n,;:-]\s | \s-+\s ) [^\p{L}\p{N}]* (?P<yes> (?:
            yes | yep | yeah | yup | yess+ | sure | ok | okay | okey | kk | deal | done | agreed | absolutely | certainly | definitely | of\ course | alright | all\ right
            | (?:that\ |it\ |this\ |which\ )?(?:all\ )?(?:sounds|looks|seems)\ (?:good|great|fine|fair|perfect|ok|okay|reasonable)(?:\ to\ (?:me|us))?
            | (?:that|it|this)(?:\ price|\ rate)?(?:'s|\ is|\ will\ be|\ would\ be)?\ (?:works?|fine|ok|okay|good|fair|perfect|doable|no\ problem|a\ deal|possible)
            | (?:i'm\ |we're\ )?happy\ with\ (?:that|it) | (?:that|it|this)\ (?:suits|(?:will|would|'ll)\ (?:do|work|be\ (?:fine|ok|great|good)))(?:\ (?:me|us))?
            | works\ for\ (?:me|us) | (?:fine|good|ok|okay)\ (?:by|with|for)\ (?:me|us) | no\ (?:problem|worries|trouble) | you(?:'ve|\ have)?\ got\ (?:it|a\ deal|yourself) | you're\ (?:on|booked|confirmed|in)
            | it's\ a\ deal | let's\ do\ (?:it|that) | let's\ go\ (?:with|for)\ (?:it|that) | consider\ it\ done | (?:i|we)\ (?:accept|agree|can\ do\ (?:that|it)) | (?:i'll|we'll|i\ will|we\ will|happy\ to|glad\ to|will|can)\ do(?:\ (?:it|that))?(?:\ for\ (?:that|you))? | accepted | confirmed | booked | gladly | why\ not | you\ bet | go\ ahead | count\ me\ in
            | si | claro | vale | de\ acuerdo | trato\ hecho | hecho | por\ supuesto | sin\ problema | me\ parece\ bien | esta\ bien | no\ hay\ problema | venga
            | sim | combinado | fechado | de\ acordo | feito | com\ certeza | sem\ problema | tudo\ bem | pode\ ser | esta\ bom
            | oui | d'accord | ca\ marche | ca\ me\ va | marche\ conclu | bien\ sur | entendu | pas\ de\ (?:probleme|souci) | c'est\ (?:bon|ok|d'accord) | volontiers
            | ja | gerne | klar | einverstanden | abgemacht | passt | in\ ordnung | kein\ problem | naturlich | geht\ klar | alles\ klar | machen\ wir
            | certo | va\ bene | d'accordo | affare\ fatto | nessun\ problema | certamente | andata | ci\ sto | volentieri
            | prima | akkoord | goed | is\ goed | geen\ probleem | afgesproken
        ) (?-u:\b) | (?: great | fine | perfect | right | good | cool | perfecto | perfeito | parfait | perfekt | perfetto | super | top ) \s* (?: [.,!] | \z | \s-) )
        | (?P<cjk> はい | わかりました | 了解 | 大丈夫です | いいですよ | 承知 | 好的 | 可以 | 没问题 | 成交 | 네 | 좋아요 )",
    )
});

/// A yes in pictures.
const NODS: &[char] = &['🤝', '👍', '👌', '✅', '✔', '💯', '🆗', '🙌'];

/// What takes the booking for settled: a yes without the word.
static SETTLED: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            see\ (?:you|u|ya)\ (?:then|there|soon|on|at|tomorrow|later|both|all) | (?:i'll|we'll|i\ will|we\ will|i've|we've|let\ me)\ (?:book|put|pencil|reserve|hold|save|get|booked)\ (?:you|it|that|the) | looking\ forward\ to\ (?:it|seeing|having|meeting|hosting)
            | can't\ wait | nos\ vemos | te\ espero | les\ esperamos | ate\ (?:la|ja|breve) | a\ (?:bientot|tout) | bis\ (?:dann|bald) | ci\ vediamo | a\ presto | tot\ dan
        ) (?-u:\b)",
    )
});

/// What turns the offer down, whatever else is said.
static TURNED_DOWN: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            (?:can't|cannot|can\ not|couldn't|won't)\ (?:do|go|take|accept|make|offer|match|give|change|lower|work|agree|be|negotiate|bring|drop|\w+\ (?:that|it)) | unable | unfortunately | afraid | not\ possible | not\ able
            | (?:rate|price)s?\ (?:is|are|stays?)\ (?:fixed|the\ same|firm|still|as) | same\ for\ (?:every|all) | fixed\ (?:price|rate)s? | (?:don't|do\ not)\ (?:do|give|offer|have|negotiate|accept|take|change)
            | isn't\ (?:possible|something) | too\ (?:low|little)
            | no\ (?:puedo|podemos|es\ posible|aceptamos|acepto) | lamentablemente | por\ desgracia | nao\ (?:posso|podemos|e\ possivel|da|aceitamos) | infelizmente | malheureusement | (?:ne\ )?(?:peux|pouvons)\ pas | leider | nicht\ moglich | purtroppo | non\ (?:posso|possiamo|e\ possibile) | helaas
        ) (?-u:\b)",
    )
});

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let Some(inbound) = draft.context.inbound else { return };
    // A reply with a price of its own says which one it agrees to, and the check for money reads that.
    let has_price = |role: Role| !matches!(role, Role::Deposit);
    if draft.money.iter().any(|found| found.is_money() && has_price(found.role)) {
        return;
    }
    let Some(yes) = yes(draft) else { return };
    let end = inbound.floor_char_boundary(INBOUND_MAX_BYTES);
    let plain = PlainText::of(&inbound[..end]);
    let folded = fold(plain.as_str());
    if let Some((code, fact)) = fault_of_offer(draft, plain.as_str(), folded.as_str()) {
        violations.push(draft.violation(code, yes, fact));
    }
}

/// Where the draft says yes, in bytes of the plain text; none where it does not, or turns the offer down.
fn yes(draft: &Draft<'_>) -> Option<Range<usize>> {
    let folded = draft.folded.as_str();
    let said = ASSENT.captures(folded).and_then(|captures| captures.name("yes").or(captures.name("cjk")));
    let found = match said.or_else(|| SETTLED.find(folded)) {
        Some(found) => draft.folded.plain_range(found.range()),
        None => {
            let text = draft.text.as_str();
            let (at, nod) = text.char_indices().find(|(_, character)| NODS.contains(character))?;
            at..at + nod.len_utf8()
        }
    };
    (!TURNED_DOWN.is_match(folded)).then_some(found)
}

/// What is wrong with the first thing the inbound offers or asks for that the facts do not give.
fn fault_of_offer(draft: &Draft<'_>, plain: &str, folded: &str) -> Option<(ViolationCode, Option<String>)> {
    let licence = Licence::new(draft.facts, draft.context);
    let setting = Setting { home: draft.facts.currency, inbound: None };
    let wrong_price = find_money(plain, setting).into_iter().find_map(|found| {
        if !found.is_money() {
            // "10% off?" is an offer too.
            return Some(licence.nearest_fact(None, None));
        }
        let code = licence.fault(&found)?;
        Some(licence.fact_against(code, &found))
    });
    if let Some(fact) = wrong_price {
        return Some((ViolationCode::AssentToWrongPrice, fact));
    }
    if discount::asks_for_less(folded) || price_reference::is_in(folded) {
        return Some((ViolationCode::AssentToWrongPrice, licence.nearest_fact(None, None)));
    }
    let wrong_payment = find_payment(folded, Topics::of(folded))
        .into_iter()
        .filter(|found| matches!(found.what, Payment::By(_)))
        .find_map(|found| payment::fault_in(draft, folded, &found));
    wrong_payment
        .or_else(|| minimum::asked_below(draft, folded).map(|fact| (ViolationCode::BelowMinimum, fact)))
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
            ("80 for the night, deal?", "👍"),
            ("would 70 work?", "See you then!"),
            ("same price as last time?", "Sure!"),
            ("could I get a discount?", "Of course, no problem"),
            ("¿me lo dejas en 60 euros?", "Trato hecho"),
            ("faz por 60 euros?", "Combinado!"),
            ("60 € ça va ?", "D'accord, à bientôt"),
            ("geht auch 60 Euro?", "Klar, bis dann"),
            ("60 euro va bene?", "Va bene!"),
            ("can I have it for 60 euros", "I'll put you down for Friday"),
        ] {
            assert!(codes(inbound, body).contains(&ViolationCode::AssentToWrongPrice), "{inbound} / {body}");
        }
    }

    #[test]
    fn other_yeses_pass() {
        for (inbound, body) in [
            ("Is it €90 a night?", "Yes, that's right."),
            ("Do you take dogs?", "Sure, small dogs are welcome."),
            ("€60?", "Our rates are the same for every guest."),
            ("could you do €60?", "Sure, I understand, but our rates are the same for every guest."),
            ("can you do €60?", "No problem asking! Unfortunately we can't."),
            ("I'll message you tomorrow", "Sounds good, talk soon!"),
            ("We arrive at 16:00 with 2 kids, room 12 please", "Sounds good, see you then!"),
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

    #[test]
    fn a_yes_to_other_terms_is_held_as_what_it_is() {
        for (inbound, body, code) in [
            ("Can I pay in bitcoin?", "Sure!", ViolationCode::PaymentMethod),
            ("Is one night ok?", "Yes, no problem", ViolationCode::BelowMinimum),
        ] {
            assert_eq!(codes(inbound, body), [code], "{inbound} / {body}");
        }
        assert_eq!(codes("Can I pay by card?", "Sure!"), []);
        assert_eq!(codes("Two nights ok?", "Yes!"), []);
    }
}
