//! Whether an amount is exact or a bound, and what it is called.

use std::ops::Range;

use super::{
    Quantity,
    counted::Counted,
    cues::Cues,
    token::{Kind, Tokens},
};

/// Whether an amount is what is paid, or a bound of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// This much.
    Exact,
    /// Between two amounts.
    Range,
    /// This much or more.
    From,
    /// This much or less.
    UpTo,
    /// Less than this.
    Under,
}

impl Form {
    /// The name under which programs read it; none for what is exact.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Exact => None,
            Self::Range => Some("range"),
            Self::From => Some("from"),
            Self::UpTo | Self::Under => Some("up_to"),
        }
    }
}

/// What an amount is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing in particular.
    Plain,
    /// The deposit.
    Deposit,
    /// Not called so itself, in a sentence that speaks of a deposit.
    NearDeposit,
    /// What is left to pay.
    Balance,
}

/// Most words between an amount and the word that says what it is.
const REACH: usize = 6;

fn has(tokens: &Tokens<'_>, at: usize, cues: Cues) -> bool {
    tokens.meaning(at).is_some_and(|meaning| meaning.cues.any(cues))
}

/// True when two numbers are the ends of one range of money: `€80-95`, `80 to 95 EUR`, `between 80 and 95`.
pub(super) fn is_range(tokens: &Tokens<'_>, first: &Counted, second: &Counted) -> bool {
    if second.start != first.end + 1 || tokens.is_broken(first.end) || tokens.is_broken(first.end - 1) {
        return false;
    }
    let between = first.end;
    let opened =
        (1..=2).any(|back| first.start.checked_sub(back).is_some_and(|at| has(tokens, at, Cues::BETWEEN)));
    let joins = tokens.is_mark(between, &['-', '~', '/', '〜'])
        || has(tokens, between, Cues::TO)
        || opened && has(tokens, between, Cues::AND);
    if !joins {
        return false;
    }
    let is_money = |counted: &Counted| counted.quantity.is_some_and(|quantity| quantity != Quantity::Percent);
    match (first.quantity, second.quantity) {
        // Two amounts to choose from are two amounts; a range is cheaper to miss than to invent.
        (Some(_), Some(_)) if tokens.word(between) == "or" => false,
        (Some(a), Some(b)) => (a == Quantity::Percent) == (b == Quantity::Percent),
        (None, Some(_)) => first.number.end == first.end,
        // `€80 - 2 nights` is an amount and a stay.
        (Some(_), None) => is_money(first) && !is_counting(tokens, second.end),
        (None, None) => {
            (opened || tokens.is_mark(between, &['-']) || has(tokens, between, Cues::TO))
                && !is_counting(tokens, second.end)
        }
    }
}

/// True when a number is followed by what it counts.
fn is_counting(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.meaning(at).is_some_and(|meaning| meaning.unit.is_some()) && !has(tokens, at, Cues::RATE)
}

/// Whether the amount between two tokens is a bound.
pub(super) fn of(tokens: &Tokens<'_>, start: usize, end: usize) -> Form {
    if tokens.is_mark(end, &['+'])
        && !matches!(tokens.get(end + 1), Some(token) if matches!(token.kind, Kind::Figure(_)))
    {
        return Form::From;
    }
    match (tokens.word(end), tokens.word(end + 1)) {
        ("or", "more" | "above" | "up")
        | ("and", "up" | "above" | "upwards")
        | ("upwards" | "onwards", _) => return Form::From,
        ("or", "less" | "under" | "below") => return Form::UpTo,
        _ => {}
    }
    let Some(last) = start.checked_sub(1) else { return Form::Exact };
    let last = if matches!(tokens.word(last), "a" | "de" | "di" | "of" | "da") && last > 0 {
        last - 1
    } else {
        last
    };
    let before = |back: usize| last.checked_sub(back).map_or("", |at| tokens.word(at));
    let lower = |back: usize| before(back).to_ascii_lowercase();
    match (lower(1).as_str(), lower(0).as_str()) {
        ("less" | "lower" | "fewer" | "cheaper" | "smaller", "than") => {
            denied(&lower(2), Form::From, Form::Under)
        }
        ("more" | "higher" | "greater", "than") => denied(&lower(2), Form::UpTo, Form::From),
        ("at" | "al" | "au" | "le", "least" | "minimo" | "menos" | "moins")
        | ("as", "low" | "little" | "cheap") => Form::From,
        ("low" | "little" | "cheap", "as") | (_, "almeno" | "mindestens") => Form::From,
        ("at", "most") | ("up" | "hasta", "to") => Form::UpTo,
        ("no", "over" | "above") | ("not", "over" | "above") => Form::UpTo,
        (_, "under" | "below" | "unter" | "menos" | "moins" | "meno") => Form::Under,
        _ if has(tokens, last, Cues::UP_TO) => Form::UpTo,
        _ if has(tokens, last, Cues::FROM) => Form::From,
        _ => Form::Exact,
    }
}

/// A comparison turned round by a denial: `no more than`.
fn denied(before: &str, when_denied: Form, otherwise: Form) -> Form {
    if matches!(before, "no" | "not" | "never" | "nothing") { when_denied } else { otherwise }
}

/// What the amount between two tokens is called.
pub(super) fn role(tokens: &Tokens<'_>, start: usize, end: usize) -> Role {
    if is_called_before(tokens, start) || is_called_behind(tokens, end) {
        return Role::Deposit;
    }
    let sentence = sentence(tokens, start, end);
    // `€50 now and €130 on arrival`
    if let Some(now) = sentence.clone().find(|at| is_paid_now(tokens, *at)) {
        return if now == end { Role::NearDeposit } else { Role::Balance };
    }
    if sentence.clone().any(|at| has(tokens, at, Cues::BALANCE)) {
        return Role::Balance;
    }
    if sentence.into_iter().any(|at| has(tokens, at, Cues::DEPOSIT)) {
        Role::NearDeposit
    } else {
        Role::Plain
    }
}

/// `the deposit is $100`, `a deposit of $100`, `Anzahlung: 100 €`.
fn is_called_before(tokens: &Tokens<'_>, start: usize) -> bool {
    for back in 1..=REACH {
        let Some(at) = start.checked_sub(back) else { return false };
        if is_deposit_noun(tokens, at) {
            return true;
        }
        let links = has(tokens, at, Cues::LINK.or(Cues::FROM).or(Cues::UP_TO))
            || tokens.is_mark(at, &[':', '=', '-', '\''])
            || matches!(
                tokens.word(at),
                "amount" | "required" | "needed" | "payment" | "due" | "a" | "to" | "in" | "fee" | "costs"
            );
        if !links {
            return false;
        }
    }
    false
}

/// `$100 deposit`, `100 € Anzahlung`, `$100 as a non-refundable deposit`.
fn is_called_behind(tokens: &Tokens<'_>, end: usize) -> bool {
    for at in end..end + REACH {
        if is_deposit_noun(tokens, at) {
            return true;
        }
        let links = has(tokens, at, Cues::ARTICLE)
            || tokens.is_mark(at, &['-'])
            || matches!(
                tokens.word(at),
                "as" | "refundable"
                    | "non"
                    | "is"
                    | "de"
                    | "down"
                    | "security"
                    | "booking"
                    | "small"
                    | "up"
                    | "in"
                    | "for"
            );
        if !links {
            return false;
        }
    }
    false
}

/// A noun that names the deposit, not a verb that speaks of one.
fn is_deposit_noun(tokens: &Tokens<'_>, at: usize) -> bool {
    has(tokens, at, Cues::DEPOSIT)
        && !matches!(
            tokens.word(at),
            "hold" | "holds" | "secure" | "secures" | "reserve" | "reserves" | "advance" | "upfront"
        )
        || tokens.word(at) == "down" && tokens.word(at + 1) == "payment"
        || tokens.word(at) == "payment" && at > 0 && tokens.word(at - 1) == "down"
}

/// True for the `now` of an amount behind which another one follows.
fn is_paid_now(tokens: &Tokens<'_>, at: usize) -> bool {
    let is_behind_amount = at.checked_sub(1).is_some_and(|before| {
        tokens.figure(before).is_some()
            || tokens.meaning(before).is_some_and(|meaning| meaning.coin.is_some())
    });
    matches!(tokens.word(at), "now" | "today") && is_behind_amount && has(tokens, at + 1, Cues::AND)
}

/// The tokens of the sentence around an amount.
fn sentence(tokens: &Tokens<'_>, start: usize, end: usize) -> Range<usize> {
    let first = (0..start).rev().find(|at| tokens.is_stop(*at)).map_or(0, |at| at + 1);
    let last = (end..tokens.len()).find(|at| tokens.is_stop(*at)).unwrap_or(tokens.len());
    first..last
}
