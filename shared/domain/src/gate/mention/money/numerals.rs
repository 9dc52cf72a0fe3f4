//! Number words of the languages that replies may be written in. Written without accents, as words are looked up.
//!
//! German, Dutch and Italian write a number as one word; those words are spelled out here up to 999 when the tables are
//! built, and longer ones are cut at the thousand by the reader.

use super::tongue::{DE, EN, ES, FR, IT, NL, PT, Tongues};

/// What a number word does to the number that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Adds to it: `two`, `twenty`, `doscientos`.
    Add(u32),
    /// Multiplies what was read so far, or stands for itself: `hundred`, `mil`.
    Times(u32),
    /// Multiplies and says that it is money: `grand`, `hundo`.
    TimesMoney(u32),
    /// A half: `half a grand`, `two and a half thousand`.
    Half,
    /// A number nobody can pin down: `a few hundred`.
    Vague,
    /// The zero of `one oh five`.
    Oh,
    /// The point of `one point five`.
    Point,
}

/// Words that add, by language.
pub(super) const ADDED: &[(Tongues, &[(&str, u32)])] = &[
    (
        EN,
        &[
            ("zero", 0),
            ("one", 1),
            ("two", 2),
            ("three", 3),
            ("four", 4),
            ("five", 5),
            ("six", 6),
            ("seven", 7),
            ("eight", 8),
            ("nine", 9),
            ("ten", 10),
            ("eleven", 11),
            ("twelve", 12),
            ("thirteen", 13),
            ("fourteen", 14),
            ("fifteen", 15),
            ("sixteen", 16),
            ("seventeen", 17),
            ("eighteen", 18),
            ("nineteen", 19),
            ("twenty", 20),
            ("thirty", 30),
            ("forty", 40),
            ("fourty", 40),
            ("fifty", 50),
            ("sixty", 60),
            ("seventy", 70),
            ("eighty", 80),
            ("ninety", 90),
            ("couple", 2),
            ("pair", 2),
        ],
    ),
    (
        ES,
        &[
            ("cero", 0),
            ("un", 1),
            ("uno", 1),
            ("una", 1),
            ("dos", 2),
            ("tres", 3),
            ("cuatro", 4),
            ("cinco", 5),
            ("seis", 6),
            ("siete", 7),
            ("ocho", 8),
            ("nueve", 9),
            ("diez", 10),
            ("once", 11),
            ("doce", 12),
            ("trece", 13),
            ("catorce", 14),
            ("quince", 15),
            ("dieciseis", 16),
            ("diecisiete", 17),
            ("dieciocho", 18),
            ("diecinueve", 19),
            ("veinte", 20),
            ("veintiuno", 21),
            ("veintiun", 21),
            ("veintiuna", 21),
            ("veintidos", 22),
            ("veintitres", 23),
            ("veinticuatro", 24),
            ("veinticinco", 25),
            ("veintiseis", 26),
            ("veintisiete", 27),
            ("veintiocho", 28),
            ("veintinueve", 29),
            ("treinta", 30),
            ("cuarenta", 40),
            ("cincuenta", 50),
            ("sesenta", 60),
            ("setenta", 70),
            ("ochenta", 80),
            ("noventa", 90),
            ("cien", 100),
            ("ciento", 100),
            ("doscientos", 200),
            ("doscientas", 200),
            ("trescientos", 300),
            ("trescientas", 300),
            ("cuatrocientos", 400),
            ("cuatrocientas", 400),
            ("quinientos", 500),
            ("quinientas", 500),
            ("seiscientos", 600),
            ("seiscientas", 600),
            ("setecientos", 700),
            ("setecientas", 700),
            ("ochocientos", 800),
            ("ochocientas", 800),
            ("novecientos", 900),
            ("novecientas", 900),
        ],
    ),
    (
        PT,
        &[
            ("um", 1),
            ("uma", 1),
            ("dois", 2),
            ("duas", 2),
            ("tres", 3),
            ("quatro", 4),
            ("cinco", 5),
            ("seis", 6),
            ("sete", 7),
            ("oito", 8),
            ("nove", 9),
            ("dez", 10),
            ("onze", 11),
            ("doze", 12),
            ("treze", 13),
            ("catorze", 14),
            ("quatorze", 14),
            ("quinze", 15),
            ("dezasseis", 16),
            ("dezesseis", 16),
            ("dezassete", 17),
            ("dezessete", 17),
            ("dezoito", 18),
            ("dezanove", 19),
            ("dezenove", 19),
            ("vinte", 20),
            ("trinta", 30),
            ("quarenta", 40),
            ("cinquenta", 50),
            ("sessenta", 60),
            ("setenta", 70),
            ("oitenta", 80),
            ("noventa", 90),
            ("cem", 100),
            ("cento", 100),
            ("duzentos", 200),
            ("duzentas", 200),
            ("trezentos", 300),
            ("trezentas", 300),
            ("quatrocentos", 400),
            ("quatrocentas", 400),
            ("quinhentos", 500),
            ("quinhentas", 500),
            ("seiscentos", 600),
            ("seiscentas", 600),
            ("setecentos", 700),
            ("setecentas", 700),
            ("oitocentos", 800),
            ("oitocentas", 800),
            ("novecentos", 900),
            ("novecentas", 900),
        ],
    ),
    (
        FR,
        &[
            ("un", 1),
            ("une", 1),
            ("deux", 2),
            ("trois", 3),
            ("quatre", 4),
            ("cinq", 5),
            ("six", 6),
            ("sept", 7),
            ("huit", 8),
            ("neuf", 9),
            ("dix", 10),
            ("onze", 11),
            ("douze", 12),
            ("treize", 13),
            ("quatorze", 14),
            ("quinze", 15),
            ("seize", 16),
            ("vingt", 20),
            ("vingts", 20),
            ("trente", 30),
            ("quarante", 40),
            ("cinquante", 50),
            ("soixante", 60),
            ("septante", 70),
            ("huitante", 80),
            ("nonante", 90),
        ],
    ),
    (IT, &[("un", 1), ("uno", 1), ("una", 1)]),
    (DE, &[("ein", 1), ("eins", 1), ("eine", 1), ("einen", 1), ("einem", 1), ("einer", 1), ("zwo", 2)]),
    (NL, &[("een", 1)]),
];

/// Words that multiply, or change the number in another way.
pub(super) const OTHERS: &[(&str, Tongues, Step)] = &[
    ("hundred", EN, Step::Times(100)),
    ("hundreds", EN, Step::Vague),
    ("thousand", EN, Step::Times(1_000)),
    ("thousands", EN, Step::Vague),
    ("million", EN.or(FR).or(DE), Step::Times(1_000_000)),
    ("millions", FR, Step::Times(1_000_000)),
    ("billion", EN, Step::Times(1_000_000_000)),
    ("dozen", EN, Step::Times(12)),
    ("score", EN, Step::Times(20)),
    ("lakh", EN, Step::Times(100_000)),
    ("lakhs", EN, Step::Times(100_000)),
    ("crore", EN, Step::Times(10_000_000)),
    ("crores", EN, Step::Times(10_000_000)),
    ("grand", EN, Step::TimesMoney(1_000)),
    ("hundo", EN, Step::TimesMoney(100)),
    ("hundos", EN, Step::TimesMoney(100)),
    ("half", EN, Step::Half),
    ("few", EN, Step::Vague),
    ("several", EN, Step::Vague),
    ("oh", EN, Step::Oh),
    ("point", EN, Step::Point),
    ("mil", ES.or(PT), Step::Times(1_000)),
    ("millon", ES, Step::Times(1_000_000)),
    ("millones", ES, Step::Times(1_000_000)),
    ("milhao", PT, Step::Times(1_000_000)),
    ("milhoes", PT, Step::Times(1_000_000)),
    ("medio", ES, Step::Half),
    ("media", ES, Step::Half),
    ("meio", PT, Step::Half),
    ("meia", PT, Step::Half),
    ("cent", FR, Step::Times(100)),
    ("cents", FR, Step::Times(100)),
    ("mille", FR.or(IT), Step::Times(1_000)),
    ("demi", FR, Step::Half),
    ("mila", IT, Step::Times(1_000)),
    ("milione", IT, Step::Times(1_000_000)),
    ("milioni", IT, Step::Times(1_000_000)),
    ("mezzo", IT, Step::Half),
    ("mezza", IT, Step::Half),
    ("tausend", DE, Step::Times(1_000)),
    ("tsd", DE, Step::Times(1_000)),
    ("mio", DE, Step::Times(1_000_000)),
    ("millionen", DE, Step::Times(1_000_000)),
    ("miljoen", NL, Step::Times(1_000_000)),
    ("duizend", NL, Step::Times(1_000)),
];

/// Number words that are ordinary words as well; they count only with a second number word or a currency behind them.
pub(super) const ORDINARY: &[&str] = &[
    "once", "due", "sei", "elf", "um", "otto", "sept", "media", "medio", "mezzo", "few", "several", "six",
    "un", "una", "une", "uno", "uma", "ein", "eine", "einen", "einem", "einer", "een", "tre", "mil",
    "couple", "pair", "acht", "mille", "cent", "cents",
];

/// Every number from 2 to 999 in the languages that write it as one word, with its value.
pub(super) fn spelled_out() -> impl Iterator<Item = (String, Tongues, u32)> {
    (2..1_000).flat_map(|number| {
        german(number)
            .into_iter()
            .map(move |word| (word, DE, number))
            .chain(dutch(number).into_iter().map(move |word| (word, NL, number)))
            .chain(italian(number).into_iter().map(move |word| (word, IT, number)))
    })
}

/// Part of a spelled number as an index into a table of words.
const fn at(number: u32) -> usize {
    number as usize
}

fn german(number: u32) -> Vec<String> {
    const ONES: [&str; 20] = [
        "", "ein", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwolf",
        "dreizehn", "vierzehn", "funfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
    ];
    const TENS: [&str; 10] =
        ["", "", "zwanzig", "dreissig", "vierzig", "funfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
    joined(number, "hundert", &ONES, &TENS, "und")
}

fn dutch(number: u32) -> Vec<String> {
    const ONES: [&str; 20] = [
        "",
        "een",
        "twee",
        "drie",
        "vier",
        "vijf",
        "zes",
        "zeven",
        "acht",
        "negen",
        "tien",
        "elf",
        "twaalf",
        "dertien",
        "veertien",
        "vijftien",
        "zestien",
        "zeventien",
        "achttien",
        "negentien",
    ];
    const TENS: [&str; 10] =
        ["", "", "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"];
    joined(number, "honderd", &ONES, &TENS, "en")
}

/// Hundreds, then ones before tens, all in one word: `zweihundertfunfundneunzig`.
fn joined(number: u32, hundred: &str, ones: &[&str; 20], tens: &[&str; 10], and: &str) -> Vec<String> {
    let rest = number % 100;
    let below = match (rest % 10, rest / 10) {
        _ if rest < 20 => ones[at(rest)].to_owned(),
        (0, ten) => tens[at(ten)].to_owned(),
        (one, ten) => format!("{}{and}{}", ones[at(one)], tens[at(ten)]),
    };
    match number / 100 {
        0 => vec![below],
        1 => vec![format!("{hundred}{below}"), format!("{}{hundred}{below}", ones[1])],
        hundreds => vec![format!("{}{hundred}{below}", ones[at(hundreds)])],
    }
}

fn italian(number: u32) -> Vec<String> {
    const ONES: [&str; 20] = [
        "",
        "uno",
        "due",
        "tre",
        "quattro",
        "cinque",
        "sei",
        "sette",
        "otto",
        "nove",
        "dieci",
        "undici",
        "dodici",
        "tredici",
        "quattordici",
        "quindici",
        "sedici",
        "diciassette",
        "diciotto",
        "diciannove",
    ];
    const TENS: [&str; 10] =
        ["", "", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"];
    let rest = number % 100;
    let below = match (rest % 10, rest / 10) {
        _ if rest < 20 => ONES[at(rest)].to_owned(),
        // The vowel of the ten is dropped before `uno` and `otto`: `ventuno`, `ventotto`.
        (one @ (1 | 8), ten) => {
            let ten = TENS[at(ten)];
            format!("{}{}", &ten[..ten.len() - 1], ONES[at(one)])
        }
        (one, ten) => format!("{}{}", TENS[at(ten)], ONES[at(one)]),
    };
    match number / 100 {
        0 => vec![below],
        1 => vec![format!("cento{below}")],
        hundreds => vec![format!("{}cento{below}", ONES[at(hundreds)])],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_spelled_as_people_spell_them() {
        let all: Vec<(String, Tongues, u32)> = spelled_out().collect();
        for (word, value) in [
            ("hundertzwanzig", 120),
            ("einhundertfunfzig", 150),
            ("funfundneunzig", 95),
            ("zweihundertsiebzehn", 217),
            ("centoventi", 120),
            ("ventuno", 21),
            ("ottantotto", 88),
            ("duecentocinquanta", 250),
            ("honderdtwintig", 120),
            ("vijfennegentig", 95),
        ] {
            assert!(all.iter().any(|(spelled, _, number)| spelled == word && *number == value), "{word}");
        }
    }
}
