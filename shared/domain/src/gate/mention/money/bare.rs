//! When a number without a currency is money all the same: a unit it is charged for follows, price words stand before
//! it, an answer to a question about the price has nothing else to offer, or the whole text is that number.

use rust_decimal::Decimal;

use super::{
    Setting,
    basis::Basis,
    counted::Counted,
    cues::Cues,
    question,
    token::{Kind, Token, Tokens},
};
use crate::facts::Unit;

/// Most words between a price word and its number.
const REACH: usize = 7;
/// The largest number of an hour or a day of the month; a bare number up to it needs more than a hint.
const CLOCK_OR_CALENDAR_MAX: i64 = 31;
/// The smallest number that is a price when only its unit says so: `2 per room` counts beds.
const PER_UNIT_MIN: i64 = 5;
/// The same behind an article: `three a day`.
const A_UNIT_MIN: i64 = 10;

/// Looks at bare numbers of one text, and keeps what it had to find out about the rest of it.
pub(super) struct Context<'c, 't> {
    pub(super) tokens: &'c Tokens<'t>,
    setting: Setting<'c>,
    asks_price: Option<bool>,
}

impl<'c, 't> Context<'c, 't> {
    pub(super) const fn new(tokens: &'c Tokens<'t>, setting: Setting<'c>) -> Self {
        Self { tokens, setting, asks_price: None }
    }

    /// True when numbers from `first` to `last`, one or both ends of a range, are money although no currency says so.
    pub(super) fn is_money(&mut self, first: &Counted, last: &Counted, basis: Basis) -> bool {
        if first.number.is_slang {
            return !self.is_counting(last.end);
        }
        let Some(value) = last.value else { return false };
        let (start, end) = (first.start, last.end);
        let is_about = start == 1 && self.tokens.word(0).eq_ignore_ascii_case("about");
        if self.is_whole_text(start, end) && (is_about || !self.may_be_time(start, value)) {
            return self.setting.inbound.is_none() || self.asks_price();
        }
        if self.is_part_of_something(start, end) || self.is_name(start) {
            return false;
        }
        let is_priced = self.has_price_before(start);
        if self.is_charged_per_unit(end, basis, value, is_priced) {
            return true;
        }
        if self.follows_figure(start) {
            return false;
        }
        if value > Decimal::from(CLOCK_OR_CALENDAR_MAX) && self.opens_bargain(start, end) {
            return true;
        }
        if self.is_counting(end) || is_year(first, value) && !is_priced {
            return false;
        }
        let is_small = value <= Decimal::from(CLOCK_OR_CALENDAR_MAX);
        if is_priced || self.has_price_behind(end) {
            return true;
        }
        let buys = matches!(basis, Basis::For(_, unit) | Basis::Per(unit) if !matches!(unit, Unit::Person | Unit::Group))
            || basis == Basis::Whole;
        let is_offered = buys && (self.follows_for(end) || self.ends_clause(end))
            || self.has_offer_before(start) && self.ends_or_pays(end)
            || self.has_bargain_behind(end);
        if !is_small && is_offered {
            return true;
        }
        !self.may_be_time(start, value) && self.setting.inbound.is_some() && self.asks_price()
    }

    fn asks_price(&mut self) -> bool {
        let inbound = self.setting.inbound;
        *self.asks_price.get_or_insert_with(|| inbound.is_some_and(question::asks_price))
    }

    fn has(&self, at: usize, cues: Cues) -> bool {
        self.tokens.meaning(at).is_some_and(|meaning| meaning.cues.any(cues))
    }

    /// True when the number is all there is, but for words that only lead to it: `it's 80`, `about 5`.
    fn is_whole_text(&self, start: usize, end: usize) -> bool {
        let leads = Cues::LINK.or(Cues::FROM).or(Cues::UP_TO).or(Cues::PRICE).or(Cues::BETWEEN);
        let is_short = start <= 4 && self.tokens.len() - end <= 2;
        is_short
            && (0..start).all(|at| self.has(at, leads) || self.tokens.is_mark(at, &['\'', '~', '=']))
            && (end..self.tokens.len()).all(|at| {
                self.tokens.is_mark(at, &['.', '!', '?', ',', '*'])
                    || self.has(at, Cues::AFTER.or(Cues::TOTAL))
            })
    }

    /// True when a small number behind a word of time is likelier an hour or a day: `at 8`, `le 8`.
    fn may_be_time(&self, start: usize, value: Decimal) -> bool {
        let is_small = value <= Decimal::from(CLOCK_OR_CALENDAR_MAX);
        is_small && start.checked_sub(1).is_some_and(|at| is_time_word(self.tokens.word(at)))
    }

    /// True when the figure is a piece of a time, a date, a telephone number, a version, an ordinal.
    fn is_part_of_something(&self, start: usize, end: usize) -> bool {
        let tokens = self.tokens;
        let is_glued_to = |at: usize, marks: &[char]| tokens.is_mark(at, marks);
        let before = start.checked_sub(1).filter(|at| tokens.is_glued(*at));
        let sticks_before = before.is_some_and(|at| {
            is_glued_to(at, &[':', '/', '-', '#', '@', '+', '.', '_', '&'])
                || matches!(tokens.get(at), Some(Token { kind: Kind::Word(_) | Kind::Figure(_), .. }))
        });
        let sticks_behind = tokens.is_glued(end - 1)
            && (is_glued_to(end, &['/', ':', '-', '@', '_', '&', '\''])
                && !(tokens.is_mark(end, &['/'])
                    && tokens.meaning(end + 1).is_some_and(|m| m.unit.is_some()))
                || matches!(tokens.get(end), Some(Token { kind: Kind::Word(meaning), .. })
                    if !meaning.is_some_and(|m| m.unit.is_some_and(|u| matches!(u.unit, Unit::Person | Unit::Night | Unit::Hour) && tokens.word(end) != "h"))));
        let is_ordinal = tokens.is_mark(end, &['.'])
            && tokens.meaning(end + 1).is_none()
            && end + 1 < tokens.len()
            && tokens.word(end + 1).starts_with(char::is_uppercase)
            && !tokens.is_stop(end);
        sticks_before || sticks_behind || is_ordinal
    }

    /// True when another figure stands right before it, as in a telephone number.
    fn follows_figure(&self, start: usize) -> bool {
        start > 0 && self.tokens.figure(start - 1).is_some() && !self.tokens.is_broken(start - 1)
    }

    /// True when the number is a name: `room 12`, `no. 7`, `#5`.
    fn is_name(&self, start: usize) -> bool {
        let Some(mut at) = start.checked_sub(1) else { return false };
        if self.tokens.is_mark(at, &['#']) {
            return true;
        }
        if self.tokens.is_mark(at, &['.']) && at > 0 {
            at -= 1;
            return self.has(at, Cues::NAMED)
                && matches!(self.tokens.word(at), "no" | "nr" | "No" | "Nr" | "num" | "tel");
        }
        self.has(at, Cues::NAMED)
    }

    /// True when the number counts what follows: `2 cameras`, `150 minutes`.
    fn is_counting(&self, end: usize) -> bool {
        match self.tokens.get(end).map(|token| &token.kind) {
            Some(Kind::Word(Some(meaning))) => {
                let goes_on = Cues::AFTER
                    .or(Cues::FOR)
                    .or(Cues::PER)
                    .or(Cues::LINK)
                    .or(Cues::TOTAL)
                    .or(Cues::RATE)
                    .or(Cues::DEPOSIT);
                !meaning.cues.any(goes_on) && !matches!(self.tokens.word(end), "pp" | "pn" | "ph")
            }
            Some(Kind::Word(None) | Kind::Figure(_)) => !self.tokens.is_broken(end - 1),
            _ => false,
        }
    }

    /// `120 an hour`, `80/night`, `15 pp`.
    fn is_charged_per_unit(&self, end: usize, basis: Basis, value: Decimal, is_priced: bool) -> bool {
        let is_unit = match basis {
            Basis::Per(_) => true,
            // Behind `per` and a slash several units are a unit as well: `80 per 2 hours`.
            Basis::For(..) => {
                self.tokens.is_mark(end, &['/']) || self.tokens.word(end).eq_ignore_ascii_case("per")
            }
            Basis::Open | Basis::Whole => false,
        };
        let links = self.tokens.is_mark(end, &['/'])
            || self.has(end, Cues::PER)
            || self.has(end, Cues::RATE)
            || matches!(self.tokens.word(end), "pp" | "pn" | "ph" | "p");
        if !is_unit || !links {
            return false;
        }
        let word = self.tokens.word(end);
        let is_clear = !matches!(
            word,
            "a" | "an"
                | "the"
                | "at"
                | "de"
                | "o"
                | "la"
                | "l"
                | "le"
                | "die"
                | "der"
                | "den"
                | "da"
                | "al"
                | "all"
        );
        let least = if is_clear { PER_UNIT_MIN } else { A_UNIT_MIN };
        is_priced || value >= Decimal::from(least)
    }

    /// A price word before the number with nothing but links between: `the price is about 120`.
    fn has_price_before(&self, start: usize) -> bool {
        let leads = Cues::LINK
            .or(Cues::FROM)
            .or(Cues::UP_TO)
            .or(Cues::ARTICLE)
            .or(Cues::BETWEEN)
            .or(Cues::FOR)
            .or(Cues::TO);
        for back in 1..=REACH {
            let Some(at) = start.checked_sub(back) else { return false };
            if self.tokens.is_broken(at) {
                return false;
            }
            if self.has(at, Cues::PRICE) {
                // `charge for 2`, `price for 3`: how many, not how much.
                return !(back > 1 && self.has(start - 1, Cues::FOR));
            }
            let links = self.has(at, leads) || self.tokens.is_mark(at, &[':', '=', '\'', '-', '~', '(']);
            if !links {
                return false;
            }
        }
        false
    }

    /// `120 is the price`, `150 deposit`, `300 total`.
    fn has_price_behind(&self, end: usize) -> bool {
        let says = Cues::DEPOSIT.or(Cues::TOTAL);
        let next =
            self.has(end, says) && !matches!(self.tokens.word(end), "hold" | "holds" | "reserve" | "advance");
        let is_price = self.tokens.word(end) == "is"
            && matches!(self.tokens.word(end + 1), "the" | "my" | "our")
            && self.has(end + 2, Cues::PRICE);
        next || is_price
    }

    /// `I could do 120`, `let's say 150`, `how about 90`.
    fn has_offer_before(&self, start: usize) -> bool {
        let leads = Cues::LINK
            .or(Cues::FROM)
            .or(Cues::UP_TO)
            .or(Cues::FOR)
            .or(Cues::TO)
            .or(Cues::AND)
            .or(Cues::ARTICLE);
        for back in 1..=5 {
            let Some(at) = start.checked_sub(back) else { return false };
            let word = self.tokens.word(at);
            let is_how_about = word == "about"
                && at > 0
                && matches!(self.tokens.word(at - 1), "how" | "How" | "what" | "What");
            if is_how_about || word != "about" && self.has(at, Cues::OFFER) {
                return true;
            }
            if !self.has(at, leads) {
                return false;
            }
        }
        false
    }

    /// `for 70 you can stay`, `für 70 kannst du kommen`
    fn opens_bargain(&self, start: usize, end: usize) -> bool {
        start.checked_sub(1).is_some_and(|at| self.has(at, Cues::FOR))
            && matches!(
                self.tokens.word(end),
                "you"
                    | "i"
                    | "I"
                    | "we"
                    | "it"
                    | "kannst"
                    | "können"
                    | "puedes"
                    | "puede"
                    | "podemos"
                    | "pode"
                    | "je"
                    | "vous"
                    | "on"
                    | "puoi"
                    | "può"
            )
    }

    /// `80, deal?`, `would 70 work?`, `60 ok?`
    fn has_bargain_behind(&self, end: usize) -> bool {
        let at = if self.tokens.is_mark(end, &[',']) { end + 1 } else { end };
        matches!(
            self.tokens.word(at),
            "deal" | "cash" | "ok" | "okay" | "work" | "vale" | "oder" | "possible"
        ) && (at + 1..=at + 3).any(|next| self.tokens.is_mark(next, &['?']))
    }

    /// True when nothing or a mark follows: then what it buys was said before it, `the hour is 120`.
    fn ends_clause(&self, end: usize) -> bool {
        match self.tokens.get(end) {
            None => true,
            Some(token) => matches!(token.kind, Kind::Mark('.' | ',' | '!' | '?' | ';')),
        }
    }

    fn follows_for(&self, end: usize) -> bool {
        self.has(end, Cues::FOR)
            || self.has(end, Cues::TOTAL)
            || self.tokens.word(end) == "in"
            || self.tokens.word(end) == "all"
    }

    /// True when a number ends its clause or goes on as a price does.
    fn ends_or_pays(&self, end: usize) -> bool {
        match self.tokens.get(end).map(|token| &token.kind) {
            None => true,
            Some(Kind::Mark(mark)) => !matches!(mark, ':' | '/' | '%'),
            Some(Kind::Word(_)) => self.has(end, Cues::FOR.or(Cues::TOTAL).or(Cues::AFTER)),
            Some(Kind::Figure(_) | Kind::Sign(_)) => false,
        }
    }
}

fn is_time_word(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "at" | "by"
            | "from"
            | "until"
            | "till"
            | "to"
            | "after"
            | "before"
            | "between"
            | "around"
            | "on"
            | "about"
            | "alas"
            | "las"
            | "um"
            | "ab"
            | "bis"
            | "alle"
            | "às"
            | "as"
            | "a"
            | "à"
            | "the"
            | "le"
            | "les"
            | "los"
    )
}

/// A bare number that is likelier a year.
fn is_year(first: &Counted, value: Decimal) -> bool {
    first.number.digits == 4 && value >= Decimal::from(1900) && value <= Decimal::from(2100)
}
