//! What an amount pays for: one unit (`an hour`), several (`for two hours`), or everything (`in total`).

use rust_decimal::Decimal;

use super::{
    cues::{Cues, UnitWord},
    phrase,
    token::{Kind, Tokens},
};
use crate::facts::Unit;

/// Most words between an amount and the unit it is charged for.
const REACH: usize = 6;

/// What an amount pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// Nothing is said.
    Open,
    /// One unit each: `per night`.
    Per(Unit),
    /// So many units together: `for two nights`.
    For(Decimal, Unit),
    /// All of it: `in total`, `for the shoot`.
    Whole,
}

/// What the amount between two tokens pays for, by what stands behind it or else before it.
pub(super) fn of(tokens: &Tokens<'_>, start: usize, end: usize) -> Basis {
    behind(tokens, end).or_else(|| before(tokens, start)).unwrap_or(Basis::Open)
}

/// The unit that a token names.
pub(super) fn unit(tokens: &Tokens<'_>, at: usize) -> Option<UnitWord> {
    tokens.meaning(at)?.unit
}

fn has(tokens: &Tokens<'_>, at: usize, cues: Cues) -> bool {
    tokens.meaning(at).is_some_and(|meaning| meaning.cues.any(cues))
}

/// One unit of a word: a night is a unit, a weekend is two, a minute a part of one.
fn one_of(word: UnitWord) -> Basis {
    match word.units(Decimal::ONE) {
        Some(units) if !word.is_one_unit() => Basis::For(units, word.unit),
        _ => Basis::Per(word.unit),
    }
}

fn behind(tokens: &Tokens<'_>, end: usize) -> Option<Basis> {
    if tokens.is_broken(end.checked_sub(1)?) {
        return None;
    }
    if tokens.is_mark(end, &['/', '\u{ff0f}']) {
        return several(tokens, end + 1).or_else(|| unit(tokens, end + 1).map(one_of));
    }
    if matches!(tokens.word(end), "pp" | "pn" | "ph" | "p.p" | "p.P" | "pax") || has(tokens, end, Cues::RATE)
    {
        return unit(tokens, end).map(one_of);
    }
    // `p/h`
    if tokens.word(end) == "p" && tokens.is_mark(end + 1, &['/']) {
        return unit(tokens, end + 2).map(one_of);
    }
    if let Some(counted) = per_or_for(tokens, end) {
        return Some(counted);
    }
    if is_total(tokens, end) {
        return Some(Basis::Whole);
    }
    // `€180 (2 nights)`, `$300 2 hours`; not `€90, 2 nights minimum`.
    let at = if tokens.is_mark(end, &['(', '=']) { end + 1 } else { end };
    several(tokens, at)
}

/// `per night`, `an hour`, `la nuit`, `for two hours`, `for the whole day`, `covers 2 h`.
fn per_or_for(tokens: &Tokens<'_>, end: usize) -> Option<Basis> {
    let is_for = has(tokens, end, Cues::FOR);
    if !is_for && !has(tokens, end, Cues::PER) {
        return None;
    }
    let is_each = matches!(tokens.word(end + 1), "each" | "every" | "cada" | "jede" | "chaque" | "ogni");
    let mut at = end + 1;
    let mut articles = 0;
    while at < end + REACH {
        if let Some(found) = several(tokens, at) {
            return Some(found);
        }
        if let Some(word) = unit(tokens, at) {
            return Some(one(word, is_for && !is_each, articles));
        }
        let is_between = has(tokens, at, Cues::ARTICLE.or(Cues::PER))
            || is_each && at == end + 1
            || tokens.is_mark(at, &['\''])
            || matches!(tokens.word(at), "up" | "to" | "about" | "just" | "only" | "additional" | "extra");
        if !is_between {
            return (is_for && has(tokens, at, Cues::WHOLE)).then_some(Basis::Whole);
        }
        articles += 1;
        at += 1;
    }
    None
}

/// One unit. For people and groups `for the group` says who pays, not what is counted.
fn one(word: UnitWord, is_for: bool, articles: usize) -> Basis {
    match word.unit {
        Unit::Session | Unit::Stay | Unit::Week | Unit::Month if is_for => {
            Basis::For(Decimal::ONE, word.unit)
        }
        Unit::Person | Unit::Group | Unit::Item if is_for && articles > 0 => {
            Basis::For(Decimal::ONE, word.unit)
        }
        _ => one_of(word),
    }
}

/// `two hours`, `2h`, `two-hour`, `both nights`.
pub(super) fn several(tokens: &Tokens<'_>, at: usize) -> Option<Basis> {
    let number = match tokens.get(at)?.kind {
        Kind::Figure(_) | Kind::Word(Some(_)) => phrase::read(tokens, at),
        _ => None,
    };
    let (count, mut unit_at) = match number {
        Some(number) => (number.value?, number.end),
        None if matches!(tokens.word(at), "both" | "ambas" | "ambos" | "beide" | "entrambe") => {
            (Decimal::TWO, at + 1)
        }
        None if tokens.word(at) == "half" => (Decimal::new(5, 1), at + 1),
        None => return None,
    };
    while tokens.is_mark(unit_at, &['-'])
        || matches!(tokens.word(unit_at), "a" | "an" | "the" | "full" | "whole" | "more")
    {
        unit_at += 1;
    }
    let word = unit(tokens, unit_at)?;
    let is_minimum =
        has(tokens, unit_at + 1, Cues::FROM) || matches!(tokens.word(unit_at + 1), "min" | "minimum");
    if is_minimum || count > Decimal::ONE_THOUSAND {
        return None;
    }
    Some(Basis::For(word.units(count)?, word.unit))
}

/// `a night`, `single night`: a unit on its own.
pub(super) fn single(tokens: &Tokens<'_>, at: usize) -> Option<Basis> {
    unit(tokens, at).map(one_of)
}

/// `total`, `in total`, `altogether`, `all in`.
fn is_total(tokens: &Tokens<'_>, at: usize) -> bool {
    has(tokens, at, Cues::TOTAL)
        || has(tokens, at + 1, Cues::TOTAL)
            && matches!(
                tokens.word(at),
                "in" | "en" | "au" | "im" | "as" | "the" | "de" | "no" | "a" | "i" | "your" | "our"
            )
        || matches!((tokens.word(at), tokens.word(at + 1)), ("all", "in" | "together") | ("all", "up"))
        || tokens.word(at) == "all" && tokens.is_mark(at + 1, &['-']) && tokens.word(at + 2) == "in"
}

/// `two hours for $150`, `the hourly rate is $100`, `a night costs €90`, `2 nights: €180`.
fn before(tokens: &Tokens<'_>, start: usize) -> Option<Basis> {
    let mut at = start;
    let mut is_rate = false;
    for _ in 0..REACH {
        at = at.checked_sub(1)?;
        if tokens.is_broken(at) {
            return None;
        }
        if let Some(word) = unit(tokens, at) {
            return Some(counted_before(tokens, at, word, is_rate)).flatten();
        }
        if has(tokens, at, Cues::TOTAL) {
            return Some(Basis::Whole);
        }
        is_rate |= matches!(tokens.word(at), "at" | "x" | "X" | "@" | "à" | "a" | "zu");
        let links = has(
            tokens,
            at,
            Cues::LINK.or(Cues::PRICE).or(Cues::FOR).or(Cues::FROM).or(Cues::UP_TO).or(Cues::TO),
        ) || tokens.is_mark(at, &[':', '=', '-', '@', '(', ')', '\'']);
        if !links {
            return None;
        }
    }
    None
}

fn counted_before(tokens: &Tokens<'_>, at: usize, word: UnitWord, is_rate: bool) -> Option<Basis> {
    if has(tokens, at, Cues::RATE) {
        return Some(one_of(word));
    }
    let opener = at.checked_sub(1)?;
    if let Some(first) = (at.saturating_sub(4)..at).find(|first| matches!(phrase::read(tokens, *first), Some(number) if number.end == at || number.end + 1 == at && tokens.is_mark(number.end, &['-']))) {
        let number = phrase::read(tokens, first)?;
        let count = word.units(number.value?)?;
        return Some(if is_rate || count == Decimal::ONE { Basis::Per(word.unit) } else { Basis::For(count, word.unit) });
    }
    has(tokens, opener, Cues::PER.or(Cues::ARTICLE))
        .then(|| one(word, matches!(word.unit, Unit::Session | Unit::Stay | Unit::Week | Unit::Month), 0))
}
