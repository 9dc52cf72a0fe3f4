//! What a text may be about, found in one pass over it: spares most drafts the patterns of most checks.
//!
//! A topic lists pieces of words of which every phrase of its patterns holds at least one. That one of them is there
//! says nothing yet; that none is says that the patterns need not be tried.

use std::sync::LazyLock;

use aho_corasick::{Anchored, MatchKind, StartKind, automaton::Automaton as _, dfa::DFA};

/// A set of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Topics(u16);

impl Topics {
    /// Prices named without a number.
    pub(super) const REFERENCE: Self = Self(1);
    /// Something for less.
    pub(super) const REDUCTION: Self = Self(1 << 1);
    /// Something for nothing.
    pub(super) const GIFT: Self = Self(1 << 2);
    /// Numbers of units, and minima.
    pub(super) const UNITS: Self = Self(1 << 3);
    /// Ways of paying.
    pub(super) const METHOD: Self = Self(1 << 4);
    /// Paying at all.
    pub(super) const PAYING: Self = Self(1 << 5);
    /// Deposits.
    pub(super) const DEPOSIT: Self = Self(1 << 6);
    /// An amount taken off.
    pub(super) const LESS: Self = Self(1 << 7);

    /// What a folded text may be about.
    pub(super) fn of(folded: &str) -> Self {
        let Stems { automaton, topics } = &*STEMS;
        let mut state = automaton.start_state(Anchored::No).expect("it was built for searches anywhere");
        let mut all = 0;
        // By hand, because only what is found counts and not where, which is half the work of a search.
        for byte in folded.bytes() {
            state = automaton.next_state(Anchored::No, state, byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                for at in 0..automaton.match_len(state) {
                    all |= topics[automaton.match_pattern(state, at).as_usize()].0;
                }
            }
        }
        Self(all)
    }

    /// True when a topic is among them.
    pub(super) const fn has(self, topic: Self) -> bool {
        self.0 & topic.0 != 0
    }
}

struct Stems {
    automaton: DFA,
    /// For every stem the topic it belongs to.
    topics: Vec<Topics>,
}

static STEMS: LazyLock<Stems> = LazyLock::new(|| {
    let stems = || TABLE.iter().flat_map(|(topic, stems)| stems.iter().map(|stem| (*topic, *stem)));
    let automaton = DFA::builder()
        .match_kind(MatchKind::Standard)
        .start_kind(StartKind::Unanchored)
        .prefilter(false)
        .build(stems().map(|(_, stem)| stem))
        .expect("a few hundred short words fit any automaton");
    Stems { automaton, topics: stems().map(|(topic, _)| topic).collect() }
});

const TABLE: &[(Topics, &[&str])] = &[
    (
        Topics::REFERENCE,
        &[
            "price", "rate", "deal", "amount", "cost", "fee", "terms", "discount", "match", "beat", "honor",
            "honour", "undercut", "paid", "pay", "gave", "charged", "quoted", "offer", "cheaper", "budget",
            "precio", "preco", "prix", "tarif", "preis", "prezz", "igual", "mejor", "cubr", "aligne",
            "alignons", "pag", "zahlt", "half t", "half o", "half  ", "double t", "double o", "double  ",
            "twice", "triple", "negotiat", "figure",
        ],
    ),
    (
        Topics::REDUCTION,
        &[
            "half",
            "off",
            "down",
            "lower",
            "drop",
            "reduc",
            "cut",
            "discount",
            "rebate",
            "get",
            "descuento",
            "rebaj",
            "mitad",
            "descont",
            "metade",
            "remise",
            "moitie",
            "tarif",
            "rabatt",
            "nachlass",
            "ermassig",
            "halb",
            "scont",
            "prezzo",
            "korting",
        ],
    ),
    (
        Topics::GIFT,
        &[
            "free",
            "the house",
            "the  ",
            "charge",
            "cost",
            "complimentary",
            "on me",
            "on us",
            "on  ",
            "nothing",
            "without",
            "gratis",
            "gratuit",
            "graca",
            "kostenlos",
            "umsonst",
            "cortesia",
            "maison",
            "haus",
            "offre",
            "omaggio",
            "cargo",
        ],
    ),
    (
        Topics::UNITS,
        &[
            "night", "hour", "hr", "day", "week", "session", "noche", "hora", "dia", "noite", "nuit",
            "heure", "jour", "nacht", "stund", "tag", "nott", " ora", " ore", "-ora", "-ore", "giorn",
            "minim", "mindest",
        ],
    ),
    (
        Topics::METHOD,
        &[
            "pay",
            "cash",
            "card",
            "transfer",
            "wire",
            "cheque",
            "check",
            "crypto",
            "bitcoin",
            "btc",
            "ethereum",
            "usdt",
            "union",
            "gram",
            "gift",
            "instal",
            "link",
            "lien",
            "stripe",
            "venmo",
            "zelle",
            "revolut",
            "bizum",
            "mb",
            "twint",
            "vipps",
            "klarna",
            "monzo",
            "phonepe",
            "pesa",
            "wise",
            "swish",
            "pix",
            "lydia",
            "tikkie",
            "sepa",
            "virement",
            "uberweis",
            "bonifico",
            "overschr",
            "visa",
            "amex",
            "contactless",
            "tarjeta",
            "cartao",
            "carte",
            "karte",
            "carta",
            "bancomat",
            "pinpas",
            "efectivo",
            "metalico",
            "dinheiro",
            "numerario",
            "especes",
            "liquide",
            "bar",
            "contant",
            "assegn",
            "scheck",
            "pag",
            "zahl",
            "banküberweisung",
        ],
    ),
    (
        Topics::PAYING,
        &[
            "pay",
            "paid",
            "due",
            "owe",
            "settle",
            "deposit",
            "balance",
            "remainder",
            "retainer",
            "pag",
            "saldo",
            "resto",
            "senal",
            "sinal",
            "paie",
            "regle",
            "solde",
            "reste",
            "acompte",
            "zahl",
            "fallig",
            "anzahlung",
            "restbetrag",
            "acconto",
            "caparra",
            "betal",
        ],
    ),
    (
        Topics::DEPOSIT,
        &[
            "deposit",
            "retainer",
            "payment",
            "fianza",
            "anticipo",
            "senal",
            "sinal",
            "caucao",
            "acompte",
            "arrhes",
            "caution",
            "anzahlung",
            "kaution",
            "acconto",
            "caparra",
            "cauzione",
        ],
    ),
    (
        Topics::LESS,
        &[
            "off",
            "less",
            "cheaper",
            "discount",
            "reduction",
            "rebate",
            "menos",
            "descuento",
            "desconto",
            "remise",
            "sconto",
            "rabatt",
            "nachlass",
            "moins",
            "gunstiger",
            "meno",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_about_what_its_words_say() {
        let topics = Topics::of("you can pay the deposit by card");
        for topic in [Topics::METHOD, Topics::PAYING, Topics::DEPOSIT] {
            assert!(topics.has(topic));
        }
        assert!(!topics.has(Topics::UNITS));
        assert_eq!(Topics::of("hello, and welcome!"), Topics(0));
    }
}
