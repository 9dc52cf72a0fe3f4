//! What a text may be about, found in one pass over it: spares most drafts the patterns of most checks.
//!
//! A topic lists pieces of words of which every phrase of its patterns holds at least one. That one of them is there
//! says nothing yet; that none is says that the patterns need not be tried.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// A set of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Topics(u8);

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

    /// What a folded text may be about.
    pub(super) fn of(folded: &str) -> Self {
        let (search, topics) = &*STEMS;
        let found = search.find_overlapping_iter(folded);
        Self(found.fold(0, |all, stem| all | topics[stem.pattern().as_usize()].0))
    }

    /// True when a topic is among them.
    pub(super) const fn has(self, topic: Self) -> bool {
        self.0 & topic.0 != 0
    }
}

static STEMS: LazyLock<(AhoCorasick, Vec<Topics>)> = LazyLock::new(|| {
    let stems = || TABLE.iter().flat_map(|(topic, stems)| stems.iter().map(|stem| (*topic, *stem)));
    let search = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .build(stems().map(|(_, stem)| stem))
        .expect("a few hundred short words fit any automaton");
    (search, stems().map(|(topic, _)| topic).collect())
});

const TABLE: &[(Topics, &[&str])] = &[
    (
        Topics::REFERENCE,
        &[
            "price", "rate", "deal", "amount", "cost", "fee", "terms", "discount", "match", "beat", "honor",
            "honour", "undercut", "paid", "pay", "gave", "charged", "quoted", "offer", "cheaper", "budget",
            "precio", "preco", "prix", "tarif", "preis", "prezz", "igual", "mejor", "cubr", "aligne",
            "alignons", "pag", "zahlt", "half", "double", "twice", "triple", "negotiat", "figure",
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
            "house",
            "charge",
            "cost",
            "complimentary",
            " me",
            " us",
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
