//! A number with the currency that stands around it, and with the cents behind it.

use rust_decimal::Decimal;

use super::{
    Quantity,
    cues::Cues,
    lexicon::{self, Meaning},
    phrase::{self, Number},
    token::{Kind, Tokens},
};
use crate::money::{Coin, Currency, Denomination, NATIONS, currency_of_code, denomination};

/// Names that are words or measures as well: they name a currency only where it is the business's own.
const LOCAL_NAMES: &[&str] = &[
    "km", "le", "um", "d", "mt", "ar", "nu", "db", "ore", "re", "ks", "mk", "rf", "dt", "bd", "ld", "br",
    "som", "s'", "real", "reals", "won", "sen", "sens", "din", "zk", "fg", "ft", "fr", "vt", "colon", "pula",
    "kip", "rand", "mark", "sum",
];

/// The same names as written where they can be nothing else.
const EXACT_NAMES: &[&str] =
    &["Ft", "Fr", "LE", "L.E", "KM", "UM", "BD", "LD", "DT", "MK", "ZK", "Br", "VT", "MT"];

/// A number with what stands around it.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) number: Number,
    /// First token, the currency included.
    pub(super) start: usize,
    /// The token after the last.
    pub(super) end: usize,
    pub(super) value: Option<Decimal>,
    pub(super) other_reading: Option<Decimal>,
    /// What it counts, when a sign or a word beside it says so.
    pub(super) quantity: Option<Quantity>,
}

/// Every number of a text, in order.
pub(super) fn all(tokens: &Tokens<'_>, home: Currency) -> Vec<Counted> {
    let mut found: Vec<Counted> = Vec::new();
    let mut at = 0;
    let mut free_from = 0;
    while at < tokens.len() {
        match counted(tokens, at, free_from, home) {
            Some(next) => {
                at = next.end.max(at + 1);
                free_from = next.end;
                found.push(next);
            }
            None => at += 1,
        }
    }
    found
}

/// The number that starts at a token, with what belongs to it; tokens before `free_from` belong to another.
fn counted(tokens: &Tokens<'_>, at: usize, free_from: usize, home: Currency) -> Option<Counted> {
    let number = match tokens.get(at)?.kind {
        Kind::Figure(_) => phrase::read(tokens, at)?,
        Kind::Word(None) if !tokens.is_glued(at) => return lone_letters(tokens, at, free_from, home),
        Kind::Word(_) => match phrase::read(tokens, at) {
            Some(number) => number,
            None => return single_coin(tokens, at, home),
        },
        Kind::Sign(_) | Kind::Mark(_) => return None,
    };
    Some(around(tokens, number, free_from, home))
        .filter(|found| !found.number.is_ordinary || found.stands_as_number(tokens))
}

/// Letters that only a sign before them makes a number: `$lOO`.
fn lone_letters(tokens: &Tokens<'_>, at: usize, free_from: usize, home: Currency) -> Option<Counted> {
    let is_behind_sign = matches!(tokens.before(at)?.kind, Kind::Sign(_)) && tokens.is_glued(at - 1);
    let number = is_behind_sign.then(|| phrase::read(tokens, at)).flatten()?;
    Some(around(tokens, number, free_from, home))
}

impl Counted {
    /// True when an ordinary word counts money: `once euros` does, `once` does not.
    fn stands_as_number(&self, tokens: &Tokens<'_>) -> bool {
        self.end > self.number.end && self.quantity.is_some_and(|quantity| quantity != Quantity::Percent)
            || tokens.len() == self.end - self.start
    }
}

fn around(tokens: &Tokens<'_>, number: Number, free_from: usize, home: Currency) -> Counted {
    let (first, end) = (number.first, number.end);
    let (value, other_reading) = (number.value, number.other_reading);
    let plain = |number, quantity, start, end| Counted { number, start, end, value, other_reading, quantity };
    if let Some(end) = percent(tokens, end) {
        return plain(number, Some(Quantity::Percent), first, end);
    }
    let before = coin_before(tokens, first, free_from, home);
    let after = coin_after(tokens, end, &number, home);
    // In `L8RS` a number is a piece of a word.
    let is_within_word = after.is_some()
        && before.is_none()
        && first > 0
        && tokens.is_glued(first - 1)
        && tokens.is_glued(end - 1)
        && tokens.word(first - 1).ends_with(|c: char| c.is_ascii_alphabetic());
    if is_within_word {
        return plain(number, None, first, end);
    }
    // A code behind the number is more exact than a sign before it: `$80 CAD`.
    let Some(worth) = after.as_ref().or(before.as_ref()) else {
        return plain(number, None, first, end);
    };
    let quantity = Some(worth.quantity());
    // Where three decimals are usual, a point before three digits marks them: `423.923 KD`.
    let has_three_decimals =
        matches!(worth.denomination, Denomination::Of(currency) if currency.digits() == 3);
    let (value, other_reading) = match other_reading {
        Some(decimals) if has_three_decimals => (Some(decimals), value),
        _ => (value, other_reading),
    };
    let scale = |value: Decimal| value.checked_mul(Decimal::new(worth.hundredths.into(), 2));
    let start = before.as_ref().map_or(first, |coin| coin.at);
    let end = after.as_ref().map_or(end, |coin| coin.at);
    let mut found = Counted {
        start,
        end,
        value: value.and_then(scale),
        other_reading: other_reading.and_then(scale),
        quantity,
        number,
    };
    if !worth.is_minor() {
        add_cents(tokens, &mut found, home);
    }
    found
}

/// A coin beside a number, and how far it reaches.
#[derive(Debug)]
struct Worth {
    denomination: Denomination,
    hundredths: u32,
    /// The first token of a coin before the number, or the token after a coin behind it.
    at: usize,
}

impl Worth {
    const fn quantity(&self) -> Quantity {
        match self.denomination {
            Denomination::Of(currency) => Quantity::Money(Some(currency)),
            Denomination::Home => Quantity::Money(None),
            Denomination::Foreign => Quantity::Foreign,
        }
    }

    const fn is_minor(&self) -> bool {
        self.hundredths == 1
    }
}

/// The token after a percent sign or word that starts at `at`.
fn percent(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if tokens.is_mark(at, &['%', '٪']) {
        return Some(at + 1);
    }
    if tokens.meaning(at).is_some_and(|meaning| meaning.cues.any(Cues::PERCENT)) {
        return Some(at + 1);
    }
    let pair = (tokens.word(at), tokens.word(at + 1));
    matches!(pair, ("per", "cent" | "cento") | ("por", "ciento" | "cento") | ("pour", "cent"))
        .then_some(at + 2)
}

/// What a word names as a currency at its place.
fn named(
    tokens: &Tokens<'_>,
    at: usize,
    meaning: &Meaning,
    home: Currency,
    is_behind: bool,
) -> Option<(Denomination, u32)> {
    let word = tokens.word(at);
    let code = meaning.is_code.then(|| currency_of_code(word, home, is_behind)).flatten();
    if let Some(currency) = code {
        return Some((Denomination::Of(currency), 100));
    }
    let coin = meaning.coin?;
    let is_local = LOCAL_NAMES.iter().any(|name| name.eq_ignore_ascii_case(word));
    let counts = !is_local || coin.codes.contains(&home.code()) || is_behind && EXACT_NAMES.contains(&word);
    counts.then(|| (denomination(coin, home), coin.hundredths))
}

/// The currency that stands before a number.
fn coin_before(tokens: &Tokens<'_>, first: usize, free_from: usize, home: Currency) -> Option<Worth> {
    let mut at = first.checked_sub(1)?;
    // `Rs. 20`, `US$: 12.99`
    if tokens.is_mark(at, &['.', ':']) && at > 0 && tokens.is_glued(at - 1) {
        at -= 1;
    }
    if at < free_from || tokens.is_broken(at) {
        return None;
    }
    let (denomination, hundredths) = match &tokens.get(at)?.kind {
        Kind::Sign(coin) => (denomination(coin, home), coin.hundredths),
        Kind::Word(Some(meaning)) => named(tokens, at, meaning, home, false)?,
        _ => return None,
    };
    if hundredths != 100 {
        return None;
    }
    // In `80€ 90` the sign is glued to the number before it.
    let is_of_previous = !tokens.is_glued(at)
        && at > 0
        && tokens.is_glued(at - 1)
        && matches!(tokens.before(at), Some(token) if matches!(token.kind, Kind::Figure(_)));
    if is_of_previous {
        return None;
    }
    let nation =
        at.checked_sub(1).filter(|before| *before >= free_from).and_then(|before| nation(tokens, before));
    Some(match nation {
        Some(currency) => Worth { denomination: Denomination::Of(currency), hundredths, at: at - 1 },
        None => Worth { denomination, hundredths, at },
    })
}

/// Whose money a word says a coin is: `Kuwaiti` dinars, `US` dollars.
fn nation(tokens: &Tokens<'_>, at: usize) -> Option<Currency> {
    let word = tokens.word(at);
    let short = match word {
        "us" => None,
        "US" | "U.S" => Some("USD"),
        "CA" | "CAN" => Some("CAD"),
        "AU" => Some("AUD"),
        "NZ" => Some("NZD"),
        "HK" => Some("HKD"),
        _ => return tokens.meaning(at)?.nation,
    };
    short?.parse().ok()
}

/// The currency that stands after a number.
fn coin_after(tokens: &Tokens<'_>, end: usize, number: &Number, home: Currency) -> Option<Worth> {
    let mut at = end;
    if tokens.is_broken(end - 1) {
        return None;
    }
    let is_hyphened = tokens.is_mark(at, &['-']) && tokens.is_glued(at - 1) && tokens.is_glued(at);
    if is_hyphened && matches!(tokens.get(at + 1), Some(token) if matches!(token.kind, Kind::Word(_))) {
        at += 1;
    }
    // `un millón de euros`, `a couple of bucks`, `un million d'euros`
    if matches!(tokens.word(at), "of" | "de" | "di" | "d") && number.digits == 0 {
        at += if tokens.is_mark(at + 1, &['\'']) { 2 } else { 1 };
    }
    if let Some(worth) = glued_letter(tokens, at, number, home) {
        return Some(worth);
    }
    let nation_before = nation(tokens, at);
    if nation_before.is_some() && is_coin(tokens, at + 1) {
        at += 1;
    }
    let (denomination, hundredths) = match &tokens.get(at)?.kind {
        Kind::Sign(coin) => {
            let is_apart = at == 0 || !tokens.is_glued(at - 1);
            // In `room 2 €80` the sign is glued to the number after it.
            let is_of_next = is_apart && tokens.is_glued(at) && tokens.figure(at + 1).is_some();
            if is_of_next {
                return None;
            }
            (denomination(coin, home), coin.hundredths)
        }
        Kind::Word(Some(meaning)) => {
            let worth = named(tokens, at, meaning, home, true)?;
            // A code belongs to the number it stands before: `2 EUR 80`? No: to the first that can have it.
            if is_slang_noun_of_something(tokens, at, worth.1) {
                return None;
            }
            worth
        }
        Kind::Word(None) => nation_and_coin(tokens.word(at))?,
        _ => return None,
    };
    let nation_after = nation(tokens, at + 1).filter(|_| tokens.word(at + 1).len() > 2);
    let reach = if nation_after.is_some() { at + 2 } else { at + 1 };
    let denomination = nation_before
        .filter(|_| at > end)
        .or(nation_after)
        .filter(|_| hundredths == 100)
        .map_or(denomination, Denomination::Of);
    Some(Worth { denomination, hundredths, at: reach })
}

/// A nation and its coin in one word: `egyptianpound`.
fn nation_and_coin(word: &str) -> Option<(Denomination, u32)> {
    let lower = word.to_lowercase();
    NATIONS.iter().find_map(|(nation, code)| {
        let coin = lexicon::meaning(lower.strip_prefix(nation)?)?.coin?;
        Some((Denomination::Of(code.parse().ok()?), coin.hundredths))
    })
}

fn is_coin(tokens: &Tokens<'_>, at: usize) -> bool {
    match tokens.get(at).map(|token| &token.kind) {
        Some(Kind::Sign(_)) => true,
        Some(Kind::Word(Some(meaning))) => meaning.coin.is_some(),
        _ => false,
    }
}

/// `three quarters of an hour`, `a quarter past`: no coins.
fn is_slang_noun_of_something(tokens: &Tokens<'_>, at: usize, hundredths: u32) -> bool {
    hundredths == 25 && matches!(tokens.get(at + 1), Some(token) if matches!(token.kind, Kind::Word(_)))
}

/// A letter glued to a figure: `80e`, `43c`, `50p`.
fn glued_letter(tokens: &Tokens<'_>, at: usize, number: &Number, home: Currency) -> Option<Worth> {
    let is_figure = number.digits > 0 || number.is_disguised;
    let stands_apart = !tokens.is_glued(at)
        || matches!(tokens.get(at + 1), Some(token) if matches!(token.kind, Kind::Mark(_)));
    if !is_figure || at != number.end || !tokens.is_glued(at - 1) || !stands_apart {
        return None;
    }
    let (code, hundredths) = match tokens.word(at) {
        "e" | "E" if number.value.is_some_and(|value| value >= Decimal::TEN) => (Some("EUR"), 100),
        "c" => (None, 1),
        "p" => (Some("GBP"), 1),
        _ => return None,
    };
    let denomination = code.and_then(|code| code.parse().ok()).map_or(Denomination::Home, Denomination::Of);
    let denomination = if hundredths == 1 && denomination != Denomination::Of(home) && code.is_none() {
        Denomination::Home
    } else {
        denomination
    };
    Some(Worth { denomination, hundredths, at: at + 1 })
}

/// A coin counted by an article: `a dollar`, `a buck fifty`, `a tenner`; or standing for the whole text: `dime`.
fn single_coin(tokens: &Tokens<'_>, at: usize, home: Currency) -> Option<Counted> {
    let is_one = tokens.meaning(at).is_some_and(|meaning| meaning.cues.any(Cues::ONE));
    let coin_at = if is_one { at + 1 } else { at };
    let meaning = tokens.meaning(coin_at)?;
    let coin = meaning.coin.filter(|_| !LOCAL_NAMES.contains(&tokens.word(coin_at)))?;
    let (denomination, hundredths) = (denomination(coin, home), coin.hundredths);
    let is_all = tokens.len() == coin_at + 1;
    let may_stand_alone = is_coin_of_its_own(coin) && (is_all || hundredths >= 500);
    let next = tokens.get(coin_at + 1);
    let is_followed_by_noun = matches!(next, Some(token) if matches!(token.kind, Kind::Word(meaning)
        if !meaning.is_some_and(|m| m.cues.any(Cues::AFTER.or(Cues::FOR).or(Cues::PER).or(Cues::LINK).or(Cues::AND).or(Cues::DEPOSIT)) || m.number.is_some())))
        || matches!(tokens.word(coin_at + 1), "of" | "to" | "past");
    if !(is_one || may_stand_alone) || is_followed_by_noun || (!is_all && hundredths < 100) {
        return None;
    }
    let number = Number {
        first: at,
        end: coin_at,
        value: Some(Decimal::ONE),
        other_reading: None,
        is_slang: false,
        is_ordinary: false,
        is_disguised: false,
        digits: 0,
    };
    let worth = Worth { denomination, hundredths, at: coin_at + 1 };
    let value = Some(Decimal::new(hundredths.into(), 2));
    let mut found = Counted {
        number,
        start: at,
        end: coin_at + 1,
        value,
        other_reading: None,
        quantity: Some(worth.quantity()),
    };
    if hundredths == 100 {
        add_cents(tokens, &mut found, home);
    }
    Some(found)
}

/// True for coins and notes with a name of their own, which need no article.
const fn is_coin_of_its_own(coin: &Coin) -> bool {
    matches!(coin.hundredths, 5 | 10 | 25 | 500..)
}

/// Adds what stands behind the coins of an amount: `20 dollars 43 cents`, `$20 and 43c`, `12€50`, `a buck fifty`.
fn add_cents(tokens: &Tokens<'_>, found: &mut Counted, home: Currency) {
    let joins = tokens.meaning(found.end).is_some_and(|meaning| meaning.cues.any(Cues::AND));
    let at = if joins { found.end + 1 } else { found.end };
    let is_between = found.start > 0
        && tokens.meaning(found.start - 1).is_some_and(|meaning| meaning.cues.any(Cues::BETWEEN));
    let is_whole = found.value.is_some_and(|value| value.fract().is_zero());
    if is_between || !is_whole || tokens.is_broken(found.end - 1) {
        return;
    }
    let Some(cents) = phrase::read(tokens, at) else { return };
    let Some(value) = cents.value.filter(|value| *value < Decimal::ONE_HUNDRED && value.fract().is_zero())
    else {
        return;
    };
    let coin = coin_after(tokens, cents.end, &cents, home);
    let is_cents = coin.as_ref().is_some_and(Worth::is_minor) || single_c(tokens, cents.end);
    let is_last = ends_here(tokens, cents.end);
    let is_glued =
        !joins && cents.digits == 2 && tokens.is_glued(found.end - 1) && found.end > found.number.end;
    let is_said = coin.is_none() && is_last && (joins || cents.digits == 2 || is_buck(tokens, found, &cents));
    if is_cents {
        found.end = coin.map_or(cents.end + 1, |coin| coin.at);
    } else if coin.is_none() && is_glued || is_said {
        if is_buck(tokens, found, &cents) {
            found.other_reading =
                found.value.map(|value| value * Decimal::ONE_HUNDRED).and_then(|v| v.checked_add(value));
        }
        found.end = cents.end;
    } else if coin.is_none() && is_buck(tokens, found, &cents) {
        found.other_reading =
            found.value.map(|value| value * Decimal::ONE_HUNDRED).and_then(|v| v.checked_add(value));
        found.end = cents.end;
    } else {
        return;
    }
    found.value = found.value.and_then(|whole| whole.checked_add(value / Decimal::ONE_HUNDRED));
}

/// `a buck fifty`: a dollar and a half, or a hundred and fifty.
fn is_buck(tokens: &Tokens<'_>, found: &Counted, cents: &Number) -> bool {
    matches!(tokens.word(found.end - 1), "buck" | "bucks" | "Buck")
        && cents.digits == 0
        && cents.first == found.end
}

fn single_c(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.word(at) == "c" && ends_here(tokens, at + 1)
}

/// True when nothing but a mark or the end follows.
fn ends_here(tokens: &Tokens<'_>, at: usize) -> bool {
    match tokens.get(at) {
        None => true,
        Some(token) => {
            matches!(token.kind, Kind::Mark(mark) if mark != '%' && mark != '-' && mark != ':' && mark != '/')
        }
    }
}
