//! Money and percentages in a text: in figures or in words, with a sign, a code or a name on either side, with the unit
//! it is charged for, or bare where price words or a question about the price say what a number is.
//!
//! The text is cut into tokens once. Numbers are read from them, then what stands around each: its currency, the other
//! end of its range, what it pays for, whether it is a bound or the deposit. A number beside which nothing speaks of
//! money is none.

mod bare;
mod basis;
mod counted;
mod cues;
mod figure;
mod form;
mod lexicon;
mod numerals;
mod phrase;
mod question;
mod token;
mod tongue;

use std::ops::Range;

use rust_decimal::Decimal;

pub(crate) use self::{
    basis::Basis,
    form::{Form, Role},
    question::asks_price,
};
use self::{counted::Counted, token::Tokens};
use crate::{facts::Unit, money::Currency};

/// Words that must be seen even where a space splits them, folded: of phrases about prices, beside those of the lexicon.
const VOCABULARY: &[&str] = &[
    "free",
    "usual",
    "same",
    "price",
    "discount",
    "minimum",
    "deposit",
    "transfer",
    "paypal",
    "venmo",
    "revolut",
    "bizum",
    "bitcoin",
    "crypto",
    "cheque",
    "card",
    "cards",
    "half",
    "double",
    "special",
    "cheaper",
    "match",
    "negotiable",
    "deal",
    "sure",
    "yes",
    "okay",
    "works",
    "problem",
    "perfect",
    "agreed",
    "absolutely",
    "suits",
    "happy",
    "last",
    "knock",
    "off",
    "house",
    "charge",
    "cost",
    "gratis",
    "gratuit",
    "kostenlos",
    "umsonst",
    "rabatt",
    "nachlass",
    "descuento",
    "desconto",
    "remise",
    "sconto",
    "oferta",
    "anzahlung",
    "ohne",
    "sin",
    "sem",
    "sans",
    "senza",
    "combinado",
    "fechado",
    "claro",
    "vale",
    "perfecto",
    "einverstanden",
    "passt",
    "gerne",
    "klar",
    "moitie",
    "mitad",
    "metade",
    "especial",
    "zwanzig",
    "dreissig",
    "vierzig",
    "funfzig",
    "sechzig",
    "siebzig",
    "achtzig",
    "neunzig",
    "hundert",
    "venti",
    "trenta",
    "quaranta",
    "cinquanta",
    "sessanta",
    "settanta",
    "ottanta",
    "novanta",
    "cento",
];

/// Shortest word of the lexicon that is put together again: shorter ones arise by chance between other words.
const VOCABULARY_MIN_BYTES: usize = 3;

/// Words that an apostrophe makes of two others: `we're` is not a split `were`.
const CONTRACTIONS: &[&str] = &["were"];

/// Every word that must be seen even where a space splits it.
pub(super) fn vocabulary() -> impl Iterator<Item = &'static str> {
    let words = VOCABULARY.iter().copied().chain(lexicon::static_words());
    words.filter(|word| {
        word.len() >= VOCABULARY_MIN_BYTES
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && !CONTRACTIONS.contains(word)
    })
}

/// Money or a share, found in a plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MoneyFound {
    /// Where, in bytes of the plain text: the numbers with their currency, without the unit.
    pub(crate) range: Range<usize>,
    /// Its numbers: one, or both ends of a range. Empty when one of them cannot be read.
    pub(crate) values: Vec<Decimal>,
    /// Set when a number can be read in another way as well.
    pub(crate) other_reading: Option<Decimal>,
    /// What the numbers count.
    pub(crate) quantity: Quantity,
    /// Whether they are exact, or bounds.
    pub(crate) form: Form,
    /// What they pay for.
    pub(crate) basis: Basis,
    /// What the amount is called.
    pub(crate) role: Role,
    /// True when letters stand for digits in it, so that nobody can be sure what it says.
    pub(crate) is_disguised: bool,
}

impl MoneyFound {
    /// True for money, false for a percentage.
    pub(crate) const fn is_money(&self) -> bool {
        !matches!(self.quantity, Quantity::Percent)
    }

    /// The unit it is charged for, when one is named.
    pub(crate) const fn unit(&self) -> Option<Unit> {
        match self.basis {
            Basis::Per(unit) | Basis::For(_, unit) => Some(unit),
            Basis::Open | Basis::Whole => None,
        }
    }
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// Money of a currency, or of none that is named.
    Money(Option<Currency>),
    /// Money of a currency that nobody here counts in: an old one, crypto.
    Foreign,
    /// Hundredths of something.
    Percent,
}

/// What is known about a text before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The business's own currency: what a sign that several share means if it can.
    pub(crate) home: Currency,
    /// The message that the text answers.
    pub(crate) inbound: Option<&'a str>,
}

/// The number and the unit in a few words: `two hours`, `a single night`.
pub(crate) fn counted_unit(words: &str) -> Option<(Decimal, Unit)> {
    let tokens = Tokens::of(words);
    (0..tokens.len()).find_map(|at| {
        match basis::several(&tokens, at).or_else(|| basis::single(&tokens, at))? {
            Basis::For(count, unit) => Some((count, unit)),
            Basis::Per(unit) => Some((Decimal::ONE, unit)),
            Basis::Open | Basis::Whole => None,
        }
    })
}

/// Finds money and percentages in a plain text.
pub(crate) fn find_money(text: &str, setting: Setting<'_>) -> Vec<MoneyFound> {
    let tokens = Tokens::of(text);
    if !tokens.is_about_numbers {
        return Vec::new();
    }
    let counted = counted::all(&tokens, setting.home);
    let mut context = bare::Context::new(&tokens, setting);
    let mut found: Vec<MoneyFound> = Vec::new();
    let mut index = 0;
    while let Some(first) = counted.get(index) {
        let second = counted.get(index + 1).filter(|second| form::is_range(&tokens, first, second));
        index += if second.is_some() { 2 } else { 1 };
        found.extend(merged(&mut context, first, second));
    }
    found
}

/// The find, when there is one: of one number alone, or of the range that two make.
fn merged(
    context: &mut bare::Context<'_, '_>,
    first: &Counted,
    second: Option<&Counted>,
) -> Option<MoneyFound> {
    let tokens = context.tokens;
    let last = second.unwrap_or(first);
    let members = || [Some(first), second].into_iter().flatten();
    let basis = basis::of(tokens, first.start, last.end);
    let quantity = match (first.quantity, last.quantity) {
        (Some(Quantity::Money(a)), Some(Quantity::Money(b))) => Quantity::Money(a.or(b)),
        (a, b) => match b.or(a) {
            Some(named) => named,
            None => context.is_money(first, last, basis).then_some(Quantity::Money(None))?,
        },
    };
    let is_readable = members().all(|member| member.value.is_some());
    let other_reading = members().find_map(|member| member.other_reading);
    Some(MoneyFound {
        range: tokens.get(first.start)?.range.start..tokens.get(last.end - 1)?.range.end,
        values: if is_readable { members().filter_map(|member| member.value).collect() } else { Vec::new() },
        other_reading,
        quantity,
        form: if second.is_some() { Form::Range } else { form::of(tokens, first.start, last.end) },
        basis: if quantity == Quantity::Percent { Basis::Open } else { basis },
        role: form::role(tokens, first.start, last.end),
        is_disguised: members().any(|member| member.number.is_disguised),
    })
}

#[cfg(test)]
mod tests;
