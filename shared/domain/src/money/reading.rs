//! Which currency a coin in running text means, and which codes may be read as one.

use super::{
    Currency,
    coin::{Coin, HOME},
    currency::CODES,
};

/// Codes that are words of some language: `TOP 10`, `ALL 3`, `php`. In small letters they name no currency, and in
/// capitals only behind a number, or where they are the business's own.
const CODES_LIKE_WORDS: &[&str] = &[
    "ALL", "AMD", "ANG", "ARS", "BAM", "BOB", "COP", "CUP", "DOP", "GEL", "LAK", "MAD", "MOP", "NAD", "PAB",
    "PEN", "PHP", "RON", "RUB", "SLE", "SOS", "STD", "TOP", "TRY",
];

/// Those that are words behind a number as well: `3 ALL`, `10 TOP`.
const CODES_NEVER: &[&str] = &["ALL", "TOP", "CUP", "SOS", "BAM"];

/// Whose money a coin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denomination {
    /// Of a currency that is named or meant.
    Of(Currency),
    /// Of the business's own, since nothing else is said: `ten cents`.
    Home,
    /// Of none that a business here may count in: an old currency, crypto.
    Foreign,
}

/// What a coin means in a text of a business whose currency is `home`. Of several it may be, `home` is the likeliest.
pub(crate) fn denomination(coin: &Coin, home: Currency) -> Denomination {
    match coin.codes {
        [] => Denomination::Foreign,
        [HOME, ..] => Denomination::Home,
        codes if codes.contains(&home.code()) => Denomination::Of(home),
        [first, ..] => {
            Denomination::Of(first.parse().expect("the tables hold known codes only, which a test checks"))
        }
    }
}

/// The currency whose code a word is. A code counts in any case unless it is a word of some language.
pub(crate) fn currency_of_code(word: &str, home: Currency, is_behind_number: bool) -> Option<Currency> {
    if word.len() != 3 || !word.is_ascii() {
        return None;
    }
    let capitals = word.to_ascii_uppercase();
    let currency: Currency = capitals.parse().ok()?;
    if !CODES_LIKE_WORDS.contains(&currency.code()) {
        return Some(currency);
    }
    let is_code =
        capitals == word && (currency == home || is_behind_number && !CODES_NEVER.contains(&currency.code()));
    is_code.then_some(currency)
}

/// Every code, for tables of words.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{coin::SIGNS, currency::WRITTEN_SIGNS};

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn meant_by(sign: &str, home: &str) -> Denomination {
        let (_, coin) = SIGNS.iter().find(|(known, _)| *known == sign).unwrap();
        denomination(coin, currency(home))
    }

    #[test]
    fn written_signs_are_read_back() {
        for (code, sign) in WRITTEN_SIGNS {
            assert_eq!(meant_by(&sign.to_lowercase(), code), Denomination::Of(currency(code)), "{sign}");
        }
    }

    #[test]
    fn a_shared_sign_means_the_business_own_currency() {
        assert_eq!(meant_by("$", "CAD"), Denomination::Of(currency("CAD")));
        assert_eq!(meant_by("$", "EUR"), Denomination::Of(currency("USD")));
        assert_eq!(meant_by("us$", "CAD"), Denomination::Of(currency("USD")));
        assert_eq!(meant_by("¢", "EUR"), Denomination::Home);
        assert_eq!(meant_by("₿", "EUR"), Denomination::Foreign);
    }

    #[test]
    fn codes_name_currencies_but_words_do_not() {
        let home = currency("EUR");
        assert_eq!(currency_of_code("usd", home, false), Some(currency("USD")));
        assert_eq!(currency_of_code("TRY", home, false), None);
        assert_eq!(currency_of_code("TRY", home, true), Some(currency("TRY")));
        assert_eq!(currency_of_code("try", home, true), None);
        assert_eq!(currency_of_code("TOP", home, true), None);
        assert_eq!(currency_of_code("TOP", currency("TOP"), false), Some(currency("TOP")));
    }
}
