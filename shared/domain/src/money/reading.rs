//! Which currency a sign or a word in running text means.

use std::{collections::HashMap, sync::LazyLock};

use super::Currency;

/// Signs as they are read, longest first where one ends with another, each with the currencies it may stand for. The
/// first is meant unless the business's own currency is among the others.
const READ_SIGNS: &[(&str, &[&str])] = &[
    ("US$", &["USD"]),
    ("CA$", &["CAD"]),
    ("AU$", &["AUD"]),
    ("NZ$", &["NZD"]),
    ("HK$", &["HKD"]),
    ("MX$", &["MXN"]),
    ("NT$", &["TWD"]),
    ("CN¥", &["CNY"]),
    ("C$", &["CAD", "NIO"]),
    ("A$", &["AUD"]),
    ("S$", &["SGD"]),
    ("R$", &["BRL"]),
    (
        "$",
        &[
            "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD", "JMD", "BBD", "BSD",
            "TTD",
        ],
    ),
    ("€", &["EUR"]),
    ("£", &["GBP", "EGP", "GIP", "FKP", "SHP", "LBP", "SYP"]),
    ("¥", &["JPY", "CNY"]),
    ("₹", &["INR"]),
    ("₩", &["KRW"]),
    ("₺", &["TRY"]),
    ("₴", &["UAH"]),
    ("₽", &["RUB"]),
    ("₪", &["ILS"]),
    ("₫", &["VND"]),
    ("₱", &["PHP"]),
    ("₦", &["NGN"]),
    ("฿", &["THB"]),
    ("₡", &["CRC"]),
    ("₲", &["PYG"]),
    ("₸", &["KZT"]),
    ("₾", &["GEL"]),
];

/// Everyday names, lower case, as [`READ_SIGNS`].
const WORDS: &[(&str, &[&str])] = &[
    ("euro", &["EUR"]),
    ("euros", &["EUR"]),
    ("dollar", &["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "JMD", "BBD", "BSD", "TTD"]),
    ("dollars", &["USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "JMD", "BBD", "BSD", "TTD"]),
    ("buck", &["USD", "CAD", "AUD", "NZD"]),
    ("bucks", &["USD", "CAD", "AUD", "NZD"]),
    ("pound", &["GBP", "EGP", "GIP", "FKP", "SHP", "LBP", "SYP"]),
    ("pounds", &["GBP", "EGP", "GIP", "FKP", "SHP", "LBP", "SYP"]),
    ("quid", &["GBP"]),
    ("yen", &["JPY"]),
    ("yuan", &["CNY"]),
    ("rupee", &["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("rupees", &["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("franc", &["CHF", "XOF", "XAF"]),
    ("francs", &["CHF", "XOF", "XAF"]),
    ("peso", &["MXN", "ARS", "CLP", "COP", "PHP", "UYU", "DOP"]),
    ("pesos", &["MXN", "ARS", "CLP", "COP", "PHP", "UYU", "DOP"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
    ("krona", &["SEK", "ISK"]),
    ("kronor", &["SEK"]),
    ("krone", &["NOK", "DKK"]),
    ("kroner", &["NOK", "DKK"]),
    ("zloty", &["PLN"]),
    ("zł", &["PLN"]),
    ("kč", &["CZK"]),
    ("baht", &["THB"]),
    ("rand", &["ZAR"]),
    ("dirham", &["AED", "MAD"]),
    ("dirhams", &["AED", "MAD"]),
    // Codes that people also write in lower case, and that are no English words.
    ("eur", &["EUR"]),
    ("usd", &["USD"]),
    ("gbp", &["GBP"]),
    ("chf", &["CHF"]),
    ("cad", &["CAD"]),
    ("aud", &["AUD"]),
    ("nzd", &["NZD"]),
    ("jpy", &["JPY"]),
    ("inr", &["INR"]),
    ("sek", &["SEK"]),
    ("nok", &["NOK"]),
    ("dkk", &["DKK"]),
    ("pln", &["PLN"]),
    ("czk", &["CZK"]),
    ("aed", &["AED"]),
    ("zar", &["ZAR"]),
];

/// Longest everyday name, in bytes.
const WORD_MAX_BYTES: usize = 8;

/// Codes that are English words in capitals: `TOP 10`, `ALL 3`. They name a currency only where it is the business's own.
const CODES_LIKE_WORDS: &[&str] =
    &["ALL", "BAM", "BOB", "COP", "CUP", "GEL", "MAD", "MOP", "PEN", "RON", "SOS", "TOP", "TRY"];

static BY_WORD: LazyLock<HashMap<&'static str, &'static [&'static str]>> =
    LazyLock::new(|| WORDS.iter().copied().collect());

fn among(candidates: &[&'static str], home: Currency) -> Currency {
    if candidates.contains(&home.code()) {
        return home;
    }
    candidates[0].parse().expect("the tables hold known codes only, which a test checks")
}

/// The currency whose sign ends `text`, with the sign's length in bytes. A sign that several currencies share means
/// `home` when it is one of them.
pub(crate) fn currency_sign_at_end(text: &str, home: Currency) -> Option<(Currency, usize)> {
    // Every sign ends with a currency symbol, so that ordinary text is done after one look.
    let last = text.chars().next_back()?;
    if last != '$' && last.is_ascii() {
        return None;
    }
    let (sign, candidates) = READ_SIGNS.iter().find(|(sign, _)| text.ends_with(sign))?;
    Some((among(candidates, home), sign.len()))
}

/// The currency whose sign starts `text`, as [`currency_sign_at_end`].
pub(crate) fn currency_sign_at_start(text: &str, home: Currency) -> Option<(Currency, usize)> {
    // Signs start with a currency symbol or a capital letter.
    let first = text.chars().next()?;
    if first.is_ascii() && first != '$' && !first.is_ascii_uppercase() {
        return None;
    }
    let (sign, candidates) = READ_SIGNS.iter().find(|(sign, _)| text.starts_with(sign))?;
    Some((among(candidates, home), sign.len()))
}

/// The currency that a whole word names: a code in capitals, or an everyday name in any case.
pub(crate) fn currency_of_word(word: &str, home: Currency) -> Option<Currency> {
    if word.is_empty() || word.len() > WORD_MAX_BYTES {
        return None;
    }
    if let Ok(currency) = word.parse::<Currency>() {
        return (currency == home || !CODES_LIKE_WORDS.contains(&word)).then_some(currency);
    }
    let candidates = match BY_WORD.get(word) {
        Some(candidates) => candidates,
        None => BY_WORD.get(word.to_lowercase().as_str())?,
    };
    Some(among(candidates, home))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::currency::WRITTEN_SIGNS;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn tables_hold_known_codes() {
        let named = READ_SIGNS.iter().chain(WORDS);
        for (said, codes) in named {
            assert!(!codes.is_empty() && codes.iter().all(|code| code.parse::<Currency>().is_ok()), "{said}");
        }
        assert!(WORDS.iter().all(|(word, _)| word.to_lowercase() == *word && word.len() <= WORD_MAX_BYTES));
    }

    #[test]
    fn written_signs_are_read_back() {
        for (code, sign) in WRITTEN_SIGNS {
            let home = currency(code);
            assert_eq!(currency_sign_at_end(sign, home), Some((home, sign.len())), "{sign}");
            assert_eq!(currency_sign_at_start(sign, home), Some((home, sign.len())), "{sign}");
        }
    }

    #[test]
    fn a_shared_sign_means_the_business_own_currency() {
        assert_eq!(currency_sign_at_end("$", currency("CAD")), Some((currency("CAD"), 1)));
        assert_eq!(currency_sign_at_end("$", currency("EUR")), Some((currency("USD"), 1)));
        assert_eq!(currency_sign_at_end("only US$", currency("CAD")), Some((currency("USD"), 3)));
        assert_eq!(currency_sign_at_end("only ", currency("CAD")), None);
    }

    #[test]
    fn words_name_currencies_but_english_words_do_not() {
        let home = currency("EUR");
        assert_eq!(currency_of_word("Euros", home), Some(home));
        assert_eq!(currency_of_word("usd", home), Some(currency("USD")));
        assert_eq!(currency_of_word("TRY", home), None);
        assert_eq!(currency_of_word("TRY", currency("TRY")), Some(currency("TRY")));
        assert_eq!(currency_of_word("try", home), None);
        assert_eq!(currency_of_word("all", home), None);
    }
}
