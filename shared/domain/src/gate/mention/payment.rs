//! Ways and times of paying, found in a folded text.

use std::{ops::Range, sync::LazyLock};

use crate::{
    facts::{PaymentMethod, PaymentMoment},
    gate::{
        phrases::{Phrases, phrases},
        topics::{Topic, Topics},
    },
    text::Clauses,
};

/// A way or a time of paying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PaymentFound {
    /// Where, in bytes of the folded text.
    pub(crate) range: Range<usize>,
    pub(crate) what: Payment,
}

/// What is said about paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payment {
    /// A way to pay; none for one that no facts can name: crypto, gift cards.
    By(Option<PaymentMethod>),
    /// A time to pay, and what is paid then.
    At(PaymentMoment, Part),
}

/// What is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The deposit.
    Deposit,
    /// What is left, or everything.
    Balance,
    /// Nothing says which.
    Either,
}

/// Names of ways to pay. One group for each; a word that means other things as well needs a word of paying beside it.
static METHOD: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            (?P<mobile> paypal | venmo | zelle | cash\ ?app | revolut | apple\ ?pay | google\ ?pay | gpay | samsung\ pay | bizum | mb\ ?way | twint
                | mobilepay | vipps | satispay | paylib | tikkie | alipay | wechat\ pay | klarna | monzo | paytm | phonepe | m-?pesa
                | (?:via|with|by|on|through|per|por|com|no|use|using|pelo)\ (?:wise|swish|pix|lydia) | mobile\ pay(?:ment)?s? )
            | (?P<link> payment\ (?:link|page) | pay(?:ing)?\ online | link\ to\ pay | stripe | enlace\ de\ pago | link\ de\ pagamento | lien\ de\ paiement | zahlungslink | link\ (?:di|per\ il)\ pagamento )
            | (?P<other> crypto(?:currency)? | bitcoins? | btc | ethereum | usdt | western\ union | moneygram | gift\ ?cards? | instal+ments? | afterpay | geschenkkarte | tarjeta\ regalo )
            | (?P<transfer> (?:bank|wire|sepa|money)\ transfers? | (?:by|via|a|per)\ (?:transfer|wire) | transfer\ (?:it|me|the|us|your|of\ the)(?:\ (?:money|deposit|amount|balance|rest|funds|total))?
                | wire\ (?:it|me|us|the) | sepa | transferencias? | virement | uberweis\w+ | bonifico | overschrijving | banküberweisung )
            | (?P<card> (?:credit|debit|bank)\ ?cards? | (?:by|with|via|per|take|takes|accept|accepts|taking|accepting|use|using|on|any|in)\ (?:your\ |a\ |any\ |all\ |all\ major\ |major\ |both\ )?(?:cash\ (?:or|and)\ |cash,\ )?cards?
                | card\ (?:payments?|machine|only|is\ fine|or\ cash|and\ cash) | cards\ (?:accepted|are\ (?:fine|accepted|ok)|only|too) | (?:cash|paypal|transfer)\ (?:or|and)\ card | visa\ (?:or|and|card) | mastercard | amex | contactless
                | tarjetas?(?:\ de\ (?:credito|debito))? | cartao(?:\ de\ (?:credito|debito))? | carte\ (?:bancaire|bleue|de\ credit) | (?:par|en)\ carte
                | kreditkarten? | ec-?karte | mit\ karte | kartenzahlung | carta\ di\ (?:credito|debito) | con\ (?:la\ )?carta | bancomat | pinpas | creditcard )
            | (?P<cash> cash | efectivo | en\ metalico | em\ dinheiro | numerario | especes | en\ liquide | in\ bar | bar\ (?:zahl|bezahl)\w+ | barzahlung | bargeld | contanti | contant )
            | (?P<cheque> cheques? | (?:by|with|a|personal|take|accept)\ checks?(?:\ (?:is|are|too|payable|made|or|only)|\s*[.!,?]|\s*$) | assegn[oi] | schecks? )
        ) (?-u:\b)",
    )
});

/// Words of paying, without which no time is a time of paying.
static PAYING: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?: pay | pays | paid | paying | payable | payments? | due | owed? | settled? | deposit | balance | remainder | retainer
            | pag[aoue]\w* | pagar | saldo | resto | senal | sinal | pay[eé]\w* | paiement | regle[rz] | solde | reste | acompte
            | zahl\w* | bezahl\w* | fallig | anzahlung | restbetrag | pagat\w* | acconto | caparra | betal\w* ) (?-u:\b)",
    )
});

/// Times of paying. One group for each.
static MOMENT: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x) (?-u:\b) (?:
            (?P<invoice> (?:on|by|via|with|against)\ (?:an?\ |the\ )?invoice | invoice\ you | send\ (?:you\ )?(?:an|the)\ invoice | bill\ you | auf\ rechnung | con\ factura | sur\ facture )
            | (?P<before> before\ (?:you\ |your\ |the\ |we\ )?(?:arriv\w+|come|stay|session|shoot|visit|trip|check-?in|start|meet) | prior\ to\ \w+ | (?:days?|weeks?|hours?)\ before | ahead\ of\ time
                | antes\ de\ (?:llegar|la\ llegada|chegar|da\ chegada) | avant\ (?:l'arrivee|votre\ arrivee|d'arriver) | vor\ (?:der\ )?(?:anreise|ankunft) | prima\ dell'arrivo )
            | (?P<departure> on\ departure | (?:at|on|upon)\ check-?out | when\ you\ (?:leave|check\ out|go) | (?:at|by)\ the\ end | afterwards? | after\ (?:the|your|our|we|you)\ \w+ | once\ (?:we're|it's|you're)\ (?:done|finished|gone) | later(?:\ on)?
                | al\ (?:irte|salir|final) | a\ la\ salida | despues | na\ (?:saida|partida) | depois | au\ depart | a\ la\ fin | apres | bei\ (?:der\ )?abreise | am\ ende | danach | nachher | alla\ partenza | alla\ fine | dopo )
            | (?P<arrival> (?:on|upon|at)\ (?:your\ )?arrival | when\ you\ (?:arrive|get\ here|come|check\ in|get\ there|show\ up) | (?:at|on|upon)\ check-?in | on\ the\ (?:day|spot|night) | in\ person | (?:at|on)\ (?:the\ )?(?:door|reception|desk|start|beginning) | when\ we\ meet | once\ you(?:'re|\ are|\ get)?\ (?:here|arrive|there)
                | al\ llegar | a\ la\ llegada | na\ chegada | ao\ chegar | a\ l'arrivee | sur\ place | bei\ (?:der\ )?(?:ankunft|anreise) | vor\ ort | all'arrivo | bij\ aankomst )
            | (?P<booking> (?:at|on|upon|with)\ (?:the\ |your\ )?booking | when\ (?:you\ )?book(?:ing)? | up\ ?front | in\ advance | right\ (?:away|now) | immediately | (?:pay|due|paid|payable)\ (?:now|today) | straight\ away
                | al\ reservar | por\ adelantado | na\ reserva | ao\ reservar | adiantado | a\ la\ reservation | d'avance | bei\ (?:der\ )?buchung | im\ voraus | sofort | alla\ prenotazione | in\ anticipo | vooraf )
        ) (?-u:\b)",
    )
});

static DEPOSIT: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?-u:\b)(?:deposit|retainer|down payment|deposito|senal|sinal|acompte|arrhes|anzahlung|kaution|acconto|caparra|aanbetaling)",
    )
});
static BALANCE: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?-u:\b)(?:rest|balance|remaining|remainder|everything|full|total|whole|all of it|resto|restante|saldo|solde|reste|restbetrag|alles|tutto|todo|tudo)(?-u:\b)",
    )
});

/// Every way and time of paying in a folded text, in order.
pub(in crate::gate) fn find_payment(folded: &str, topics: Topics) -> Vec<PaymentFound> {
    let methods = topics.sentence(Topic::Method, folded).map(|from| METHOD.captures_iter_from(folded, from));
    let mut found: Vec<PaymentFound> = methods
        .into_iter()
        .flatten()
        .filter_map(|captures| {
            let (name, range) =
                group(&captures, &["mobile", "link", "other", "transfer", "card", "cash", "cheque"])?;
            let method = match name {
                "mobile" => Some(PaymentMethod::MobilePayment),
                "link" => Some(PaymentMethod::PaymentLink),
                "transfer" => Some(PaymentMethod::BankTransfer),
                "card" => Some(PaymentMethod::Card),
                "cash" => Some(PaymentMethod::Cash),
                "cheque" => Some(PaymentMethod::Cheque),
                _ => None,
            };
            Some(PaymentFound { range, what: Payment::By(method) })
        })
        .collect();
    if topics.has(Topic::Paying) && PAYING.is_match(folded) {
        found.extend(moments(folded));
    }
    found
}

fn moments(folded: &str) -> impl Iterator<Item = PaymentFound> {
    MOMENT.captures_iter(folded).filter_map(move |captures| {
        let (name, range) = group(&captures, &["invoice", "before", "departure", "arrival", "booking"])?;
        let moment = match name {
            "invoice" => PaymentMoment::OnInvoice,
            "before" => PaymentMoment::BeforeArrival,
            "departure" => PaymentMoment::OnDeparture,
            "arrival" => PaymentMoment::OnArrival,
            _ => PaymentMoment::AtBooking,
        };
        let clause = &folded[Clauses::of(folded).clause(&range)];
        PAYING.is_match(clause).then(|| PaymentFound { what: Payment::At(moment, part(clause)), range })
    })
}

fn part(clause: &str) -> Part {
    match (BALANCE.is_match(clause), DEPOSIT.is_match(clause)) {
        (true, false) => Part::Balance,
        (false, true) => Part::Deposit,
        _ => Part::Either,
    }
}

fn group(captures: &regex::Captures<'_>, names: &[&'static str]) -> Option<(&'static str, Range<usize>)> {
    names.iter().find_map(|name| Some((*name, captures.name(name)?.range())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::topics::{Topic, Topics};
    use crate::text::fold_phrase;

    fn all(text: &str) -> Vec<PaymentFound> {
        let folded = fold_phrase(text);
        find_payment(&folded, Topics::of(&folded))
    }

    fn methods(text: &str) -> Vec<Option<PaymentMethod>> {
        let found = all(text);
        found
            .into_iter()
            .filter_map(|f| match f.what {
                Payment::By(method) => Some(method),
                Payment::At(..) => None,
            })
            .collect()
    }

    #[test]
    fn ways_of_paying_are_known_in_every_language() {
        use PaymentMethod::{BankTransfer, Card, Cash, Cheque, MobilePayment, PaymentLink};
        for (text, method) in [
            ("You can pay cash", Some(Cash)),
            ("We take cards", Some(Card)),
            ("by credit card", Some(Card)),
            ("Send it by bank transfer", Some(BankTransfer)),
            ("Just PayPal me", Some(MobilePayment)),
            ("Venmo works", Some(MobilePayment)),
            ("I'll send a payment link", Some(PaymentLink)),
            ("Bitcoin is fine", None),
            ("a cheque will do", Some(Cheque)),
            ("en efectivo", Some(Cash)),
            ("com cartão de crédito", Some(Card)),
            ("par carte bancaire", Some(Card)),
            ("per Überweisung", Some(BankTransfer)),
            ("in contanti", Some(Cash)),
        ] {
            assert_eq!(methods(text), [method], "{text}");
        }
        for text in [
            "Check in at three",
            "an airport transfer",
            "my business card",
            "a wise choice",
            "on the cards for summer",
        ] {
            assert_eq!(methods(text), [], "{text}");
        }
    }

    #[test]
    fn times_of_paying_need_a_word_of_paying() {
        let at = |text: &str| {
            all(text).into_iter().find_map(|f| match f.what {
                Payment::At(moment, part) => Some((moment, part)),
                Payment::By(_) => None,
            })
        };
        assert_eq!(at("The rest is paid on arrival"), Some((PaymentMoment::OnArrival, Part::Balance)));
        assert_eq!(at("The deposit is due at booking"), Some((PaymentMoment::AtBooking, Part::Deposit)));
        assert_eq!(at("You can pay when you leave"), Some((PaymentMoment::OnDeparture, Part::Either)));
        assert_eq!(at("Pagas al llegar"), Some((PaymentMoment::OnArrival, Part::Either)));
        assert_eq!(at("Call us on arrival"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_phrase_of_method_is_passed_over(text in METHOD.examples()) {
            let from = Topics::of(&text).sentence(Topic::Method, &text);
            proptest::prop_assert!(METHOD.is_found_by(&text, from));
        }

        #[test]
        fn no_phrase_of_paying_is_passed_over(text in PAYING.examples()) {
            let from = Topics::of(&text).has(Topic::Paying).then_some(0);
            proptest::prop_assert!(PAYING.is_found_by(&text, from));
        }
    }
}
