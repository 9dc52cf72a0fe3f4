//! What a text may be about, found in one pass over it: spares most drafts the patterns of most checks.
//!
//! A topic lists pieces of words of which every phrase of its patterns holds at least one. That one of them is there
//! says nothing yet; that none is says that the patterns need not be tried. A piece with `^` before it counts where a word
//! begins: `^fee` is not in `coffee`.

use std::sync::LazyLock;

use aho_corasick::{
    Anchored, MatchKind, StartKind,
    automaton::{Automaton as _, StateID},
    dfa::DFA,
};

use crate::text::is_letter_or_digit;

/// What a text may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// Prices named without a number.
    Reference,
    /// Something for less.
    Reduction,
    /// Something for nothing.
    Gift,
    /// Numbers of units, and minima.
    Units,
    /// Ways of paying.
    Method,
    /// Paying at all.
    Paying,
    /// Deposits.
    Deposit,
    /// An amount taken off.
    Less,
    /// The least that can be booked.
    Minimum,
}

/// How many topics there are.
const TOPICS: usize = Topic::Minimum as usize + 1;

/// The topics of a text, each with where the first piece of a word that shows it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Topics([u32; TOPICS]);

/// Where a piece ends that is not there.
const NOWHERE: u32 = u32::MAX;

impl Topics {
    /// What a folded text may be about.
    pub(super) fn of(folded: &str) -> Self {
        let Stems { automaton, start, list, longest } = &*STEMS;
        let bytes = folded.as_bytes();
        let begins_word = |at: usize| {
            at.checked_sub(1)
                .map(|before| bytes[before])
                .is_none_or(|byte| !is_letter_or_digit(byte) && byte != b'_')
        };
        let mut first_end = [NOWHERE; TOPICS];
        // By hand, because only what is found counts and not where, which is half the work of a search.
        let mut step = |state: StateID, byte: u8, at: usize| {
            let state = automaton.next_state(Anchored::No, state, byte);
            if automaton.is_special(state) && automaton.is_match(state) {
                let stems = (0..automaton.match_len(state)).map(|nth| automaton.match_pattern(state, nth));
                for stem in stems.map(|pattern| &list[pattern.as_usize()]) {
                    if !stem.begins_word || begins_word(at + 1 - stem.len) {
                        let end = u32::try_from(at + 1).expect("texts are bounded far below four gigabytes");
                        let known = &mut first_end[stem.topic as usize];
                        *known = end.min(*known);
                    }
                }
            }
            state
        };
        // Both halves at once: each step waits for the one before it, so that two of them take the time of one. The second
        // half begins early enough not to miss a stem that lies across the middle.
        let half = bytes.len() / 2;
        let from = half.saturating_sub(*longest);
        let (mut first, mut second) = (*start, *start);
        for at in 0..half {
            first = step(first, bytes[at], at);
            second = step(second, bytes[from + at], from + at);
        }
        // The line ends with the text, if not before.
        for (at, byte) in (from + half..).zip(bytes[from + half..].iter().chain(b"\n")) {
            second = step(second, *byte, at);
        }
        Self(first_end)
    }

    /// True when a topic is among them.
    pub(super) fn has(self, topic: Topic) -> bool {
        self.0[topic as usize] != NOWHERE
    }

    /// Where the sentence begins that first shows a topic; none when none does. Phrases in which no stop stands before
    /// the piece that shows their topic need not be looked for before it.
    pub(super) fn sentence(self, topic: Topic, folded: &str) -> Option<usize> {
        let end = usize::try_from(self.0[topic as usize]).ok().filter(|_| self.has(topic))?;
        // The last byte of the piece may be the stop, or the line end behind the text.
        Some(start_of_sentence(folded, end.min(folded.len()).saturating_sub(1)))
    }
}

/// Where the sentence begins that holds a byte.
pub(super) fn start_of_sentence(folded: &str, at: usize) -> usize {
    let before = &folded.as_bytes()[..at];
    before.iter().rposition(|byte| matches!(byte, b'.' | b'!' | b'?' | b'\n')).map_or(0, |stop| stop + 1)
}

struct Stems {
    automaton: DFA,
    start: StateID,
    list: Vec<Stem>,
    /// The length of the longest stem.
    longest: usize,
}

struct Stem {
    topic: Topic,
    len: usize,
    begins_word: bool,
}

static STEMS: LazyLock<Stems> = LazyLock::new(|| {
    let stems = || TABLE.iter().flat_map(|(topic, stems)| stems.iter().map(|stem| (*topic, *stem)));
    let automaton = DFA::builder()
        .match_kind(MatchKind::Standard)
        .start_kind(StartKind::Unanchored)
        .prefilter(false)
        .build(stems().map(|(_, stem)| stem.trim_start_matches('^')))
        .expect("a few hundred short words fit any automaton");
    let stem = |(topic, stem): (Topic, &str)| {
        let begins_word = stem.starts_with('^');
        Stem { topic, len: stem.len() - usize::from(begins_word), begins_word }
    };
    let start = automaton.start_state(Anchored::No).expect("it was built for searches anywhere");
    let longest = automaton.max_pattern_len();
    Stems { automaton, start, list: stems().map(stem).collect(), longest }
});

const TABLE: &[(Topic, &[&str])] = &[
    (
        Topic::Reference,
        &[
            "price", "^rate", "^deal", "amount", "cost", "^fee", "terms", "discount", "match", "beat",
            "honor", "honour", "undercut", "paid", "pay", "gave", "charged", "quoted", "offer", "cheaper",
            "budget", "precio", "preco", "prix", "tarif", "preis", "prezz", "igual", "mejor", "cubr",
            "aligne", "alignons", "pag", "zahlt", "half t", "half o", "half  ", "double t", "double o",
            "double  ", "twice", "triple", "negotiat", "figure",
        ],
    ),
    (
        Topic::Reduction,
        &[
            "half",
            "^off",
            "^down",
            "^lower",
            "drop",
            "reduc",
            "^cut",
            "discount",
            "rebate",
            "one get",
            "two get",
            "three get",
            "and get",
            "  get",
            "0 get",
            "1 get",
            "2 get",
            "3 get",
            "4 get",
            "5 get",
            "6 get",
            "7 get",
            "8 get",
            "9 get",
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
        Topic::Gift,
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
        Topic::Units,
        &[
            "night", "hour", "hr", "day", "week", "session", "noche", "hora", "dia", "noite", "nuit",
            "heure", "jour", "nacht", "stund", "tag", "nott", " ora", " ore", "-ora", "-ore", "giorn",
            "minim", "mindest",
        ],
    ),
    (
        Topic::Method,
        &[
            "pay",
            "cash",
            "card",
            "transfer",
            "wire",
            "cheque",
            "checks",
            "check ",
            "check\t",
            "check\n",
            "check\r",
            "check.",
            "check,",
            "check!",
            "check?",
            "crypto",
            "bitcoin",
            "btc",
            "ethereum",
            "usdt",
            "^union",
            "moneygram",
            "gift",
            "instal",
            "^link",
            "^lien",
            "stripe",
            "venmo",
            "zelle",
            "revolut",
            "bizum",
            "^mb",
            "twint",
            "vipps",
            "klarna",
            "monzo",
            "phonepe",
            "pesa",
            "^wise",
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
            "^bar",
            "contant",
            "assegn",
            "scheck",
            "pag",
            "zahl",
            "banküberweisung",
        ],
    ),
    (
        Topic::Paying,
        &[
            "pay",
            "paid",
            "^due",
            "^owe",
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
        Topic::Deposit,
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
    (Topic::Minimum, &["min", "least", "shortest", "menos", "moins", "almeno"]),
    (
        Topic::Less,
        &[
            "^off",
            "^less",
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
    fn a_sentence_begins_behind_the_stop_before_the_piece() {
        let sentence = |text: &str, topic| Topics::of(text).sentence(topic, text);
        assert_eq!(sentence("hi! it is free. free", Topic::Gift), Some(3));
        assert_eq!(sentence("take a check.", Topic::Method), Some(0));
        assert_eq!(sentence("hi. a check", Topic::Method), Some(3));
        assert_eq!(sentence("hello", Topic::Gift), None);
    }

    #[test]
    fn a_text_is_about_what_its_words_say() {
        let topics = Topics::of("you can pay the deposit by card");
        for topic in [Topic::Method, Topic::Paying, Topic::Deposit] {
            assert!(topics.has(topic));
        }
        assert!(!topics.has(Topic::Units));
        assert_eq!(Topics::of("hello, and welcome!"), Topics([NOWHERE; TOPICS]));
        assert!(Topics::of("owe").has(Topic::Paying) && Topics::of("(owed)").has(Topic::Paying));
        for at in 0..40 {
            let text = format!("{}restbetrag{}", "-".repeat(at), "-".repeat(40 - at));
            assert!(Topics::of(&text).has(Topic::Paying), "across the middle: {at}");
        }
        assert!(!Topics::of("towels by the shower, _owed").has(Topic::Paying));
        assert!(
            Topics::of("i take a check").has(Topic::Method) && !Topics::of("check-in").has(Topic::Method)
        );
    }
}
