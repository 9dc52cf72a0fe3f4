//! A number as it is said: figures with what multiplies them, words of one language, or both.

use rust_decimal::Decimal;

use super::{
    cues::Cues,
    lexicon::{self, NumberWord},
    numerals::Step,
    token::{Kind, Tokens},
    tongue::{DE, EN, FR, NL, Tongues},
};

/// A number in a text.
#[derive(Debug, Clone)]
pub(super) struct Number {
    /// Its first token.
    pub(super) first: usize,
    /// The token after its last.
    pub(super) end: usize,
    /// Its value; none when it cannot be read or pinned down.
    pub(super) value: Option<Decimal>,
    /// What else it may mean.
    pub(super) other_reading: Option<Decimal>,
    /// True when it is said in slang that only money is counted in: `half a grand`.
    pub(super) is_slang: bool,
    /// True when it is a single word that is an ordinary word as well.
    pub(super) is_ordinary: bool,
    /// True when letters stand for digits.
    pub(super) is_disguised: bool,
    /// Digits of a number that is one figure and no more; 0 for others.
    pub(super) digits: usize,
}

/// The number that starts at a token.
pub(super) fn read(tokens: &Tokens<'_>, first: usize) -> Option<Number> {
    if !may_begin(tokens, first) {
        return None;
    }
    disguised(tokens, first).or_else(|| Reader::new(tokens, first).read())
}

/// A cheap look: a figure, a word that numbers begin with, or a letter that may stand for a digit.
fn may_begin(tokens: &Tokens<'_>, first: usize) -> bool {
    match tokens.get(first).map(|token| &token.kind) {
        Some(Kind::Figure(_)) => true,
        Some(Kind::Word(meaning)) => {
            meaning.is_some_and(|meaning| meaning.number.is_some() || meaning.cues.any(Cues::ONE))
                || tokens.word(first).starts_with(|letter| lookalike_digit(letter).is_some())
        }
        _ => false,
    }
}

/// A figure in which letters stand for digits: `1OO`, `l20`. The letters must be glued to a digit.
fn disguised(tokens: &Tokens<'_>, first: usize) -> Option<Number> {
    let (mut digits, mut letters, mut figures) = (String::new(), 0_usize, 0_usize);
    let mut end = first;
    loop {
        let word = tokens.word(end);
        match tokens.get(end)?.kind {
            Kind::Figure(_) if word.bytes().all(|byte| byte.is_ascii_digit()) => {
                figures += 1;
                digits.push_str(word);
            }
            Kind::Word(_) => {
                letters += 1;
                digits.push_str(&word.chars().map(lookalike_digit).collect::<Option<String>>()?);
            }
            _ => return None,
        }
        end += 1;
        let goes_on = tokens.is_glued(end - 1)
            && matches!(tokens.get(end), Some(token) if matches!(token.kind, Kind::Word(_) | Kind::Figure(_)));
        if !goes_on {
            break;
        }
    }
    let sign_before = matches!(tokens.before(first), Some(token) if matches!(token.kind, Kind::Sign(_)))
        && tokens.is_glued(first - 1);
    // After a sign letters alone will do: `$lOO`.
    let is_number = letters > 0 && (figures > 0 || sign_before && digits.len() > 1);
    let starts_apart = first == 0
        || !tokens.is_glued(first - 1)
        || sign_before
        || tokens.is_mark(first - 1, &['-', '=', ':']);
    (is_number && starts_apart && digits.len() <= 12).then(|| Number {
        first,
        end,
        value: digits.parse().ok(),
        other_reading: None,
        is_slang: false,
        is_ordinary: false,
        is_disguised: true,
        digits: 0,
    })
}

const fn lookalike_digit(letter: char) -> Option<char> {
    match letter {
        'O' | 'o' => Some('0'),
        'l' | 'I' => Some('1'),
        'S' => Some('5'),
        _ => None,
    }
}

/// What was added last, which decides what may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Figure,
    /// Below twenty.
    Small,
    /// Twenty, thirty, … ninety.
    Ten,
    /// A hundred or several.
    Hundred,
    /// A thousand and more.
    Thousand,
    /// Nothing more fits.
    Done,
}

struct Reader<'r, 't> {
    tokens: &'r Tokens<'t>,
    first: usize,
    at: usize,
    total: Decimal,
    current: Option<Decimal>,
    other: Option<Decimal>,
    last: Last,
    tongues: Tongues,
    words: usize,
    is_slang: bool,
    is_vague: bool,
    has_ordinary: bool,
}

impl<'r, 't> Reader<'r, 't> {
    fn new(tokens: &'r Tokens<'t>, first: usize) -> Self {
        Self {
            tokens,
            first,
            at: first,
            total: Decimal::ZERO,
            current: None,
            other: None,
            last: Last::Nothing,
            tongues: Tongues::ALL,
            words: 0,
            is_slang: false,
            is_vague: false,
            has_ordinary: false,
        }
    }

    fn read(mut self) -> Option<Number> {
        self.open()?;
        while self.go_on() {}
        let value = self.current.unwrap_or(Decimal::ZERO).checked_add(self.total);
        let is_one_figure = self.words == 1 && self.tokens.figure(self.first).is_some();
        Some(Number {
            first: self.first,
            end: self.at,
            value: if self.is_vague || self.current.is_none() && self.total.is_zero() { None } else { value },
            other_reading: self.other,
            is_slang: self.is_slang,
            is_ordinary: self.has_ordinary && self.words == 1,
            is_disguised: false,
            digits: if is_one_figure {
                self.tokens.figure(self.first).map_or(0, |figure| figure.digits)
            } else {
                0
            },
        })
    }

    fn word(&self, index: usize) -> Option<NumberWord> {
        self.tokens.meaning(index)?.number
    }

    /// Reads what a number may begin with.
    fn open(&mut self) -> Option<()> {
        if let Some(figure) = self.tokens.figure(self.at) {
            self.current = figure.value;
            self.is_vague = figure.value.is_none();
            self.other = figure.other_reading;
            self.last = Last::Figure;
            self.advance(self.at + 1);
            return Some(());
        }
        if self.open_with_article() {
            return Some(());
        }
        let word = self.word(self.at)?;
        match word.step {
            Step::Add(_) => self.take(word, self.at + 1).then_some(()),
            Step::Times(times) if times >= 100 => self.take(word, self.at + 1).then_some(()),
            Step::Half => self.open_with_half(self.at + 1),
            Step::Vague => self.multiplied(self.at + 1).map(|at| {
                self.is_vague = true;
                self.current = Some(Decimal::ONE);
                self.advance(at);
            }),
            Step::Times(_) | Step::TimesMoney(_) | Step::Oh | Step::Point => None,
        }
    }

    /// `a hundred`, `a grand`, `a couple of hundred`, `a few hundred`.
    fn open_with_article(&mut self) -> bool {
        let is_one = self.tokens.meaning(self.at).is_some_and(|meaning| meaning.cues.any(Cues::ONE));
        let next = self.word(self.at + 1).filter(|next| is_one && next.tongues.meets(EN));
        let Some(next) = next else { return false };
        match next.step {
            Step::Times(_) | Step::TimesMoney(_) => {
                self.current = Some(Decimal::ONE);
                self.tongues = EN;
                self.advance(self.at + 1);
                true
            }
            Step::Vague => {
                let Some(at) = self.multiplied(self.at + 2) else { return false };
                self.is_vague = true;
                self.current = Some(Decimal::ONE);
                self.advance(at);
                true
            }
            Step::Add(2) if matches!(self.tokens.word(self.at + 1), "couple" | "pair") => {
                self.current = Some(Decimal::TWO);
                self.last = Last::Small;
                self.tongues = EN;
                self.advance(self.at + 2);
                if self.tokens.word(self.at) == "of" && self.is_multiplier(self.at + 1) {
                    self.at += 1;
                }
                true
            }
            _ => false,
        }
    }

    /// `half a grand`, `medio millón`: a half and what it is half of.
    fn open_with_half(&mut self, at: usize) -> Option<()> {
        let at = self.multiplied(at)?;
        self.current = Some(Decimal::new(5, 1));
        self.advance(at);
        Some(())
    }

    /// Where the multiplier stands that begins at a token, or behind an article or `of` there.
    fn multiplied(&self, at: usize) -> Option<usize> {
        let skips =
            self.tokens.meaning(at).is_some_and(|m| m.cues.any(Cues::ONE)) || self.tokens.word(at) == "of";
        let at = if skips { at + 1 } else { at };
        self.is_multiplier(at).then_some(at)
    }

    fn is_multiplier(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| matches!(word.step, Step::Times(_) | Step::TimesMoney(_)))
    }

    fn advance(&mut self, to: usize) {
        self.words += 1;
        self.at = to;
    }

    /// Reads one more word of the number, when there is one.
    fn go_on(&mut self) -> bool {
        if self.last == Last::Done || self.tokens.is_broken(self.at - 1) {
            return false;
        }
        if self.letter_multiplies() {
            return true;
        }
        let hyphen = self.tokens.is_mark(self.at, &['-'])
            && self.tokens.is_glued(self.at)
            && self.tokens.is_glued(self.at - 1);
        let at = if hyphen && self.last != Last::Figure { self.at + 1 } else { self.at };
        if let Some(word) = self.word(at) {
            return self.take(word, at + 1);
        }
        let joins = self.tokens.meaning(at).is_some_and(|meaning| meaning.cues.any(Cues::AND));
        joins && self.take_joined(at + 1)
    }

    /// `5k`, `1.5k`, `10K`.
    fn letter_multiplies(&mut self) -> bool {
        let word = self.tokens.word(self.at);
        if self.last != Last::Figure || !word.eq_ignore_ascii_case("k") || !self.tokens.is_glued(self.at - 1)
        {
            return false;
        }
        self.scale(Decimal::ONE_THOUSAND);
        self.last = Last::Done;
        self.advance(self.at + 1);
        true
    }

    /// What follows `and`: `and twenty`, `and a half`, `und neunzig`.
    fn take_joined(&mut self, at: usize) -> bool {
        let skips_article = self.tokens.meaning(at).is_some_and(|m| m.cues.any(Cues::ONE));
        let half_at = if skips_article { at + 1 } else { at };
        if self.word(half_at).is_some_and(|word| word.step == Step::Half) && self.last != Last::Nothing {
            self.current = self.current.map(|current| current + Decimal::new(5, 1));
            self.other = None;
            self.advance(half_at + 1);
            return true;
        }
        if let (Some(figure), Last::Hundred | Last::Thousand) = (self.tokens.figure(at), self.last) {
            let Some(value) = figure.value.filter(|value| *value < Decimal::ONE_HUNDRED) else {
                return false;
            };
            self.current = Some(self.current.unwrap_or(Decimal::ZERO) + value);
            self.last = Last::Done;
            self.advance(at + 1);
            return true;
        }
        let Some(word) = self.word(at) else { return false };
        let Step::Add(value) = word.step else { return false };
        let is_reversed = self.last == Last::Small
            && value >= 20
            && self.tongues.meets(DE.or(NL))
            && word.tongues.meets(DE.or(NL));
        if is_reversed {
            self.current = self.current.map(|current| current + Decimal::from(value));
            self.last = Last::Done;
            self.advance(at + 1);
            return true;
        }
        let fits = match self.last {
            Last::Hundred | Last::Thousand => true,
            Last::Ten => value < 10 && !self.tongues.meets(EN),
            _ => false,
        };
        fits && self.take(word, at + 1)
    }

    /// Reads a number word when it fits what was read before it.
    fn take(&mut self, word: NumberWord, next: usize) -> bool {
        let Some(tongues) = self.tongues.and(word.tongues) else { return false };
        let fits = match word.step {
            Step::Add(value) => self.add(value, tongues),
            // `cent` is a hundred in French only; behind figures and English numbers it is a coin.
            Step::Times(100) if word.tongues == FR && self.words > 0 && self.tongues != FR => false,
            Step::Times(times) => self.times(times),
            Step::TimesMoney(times) => {
                let fits = self.last != Last::Nothing || self.current.is_some();
                fits && self.times(times) && {
                    self.is_slang = true;
                    true
                }
            }
            Step::Oh => return self.take_oh(next),
            Step::Point => return self.take_point(next),
            Step::Half | Step::Vague => false,
        };
        if fits {
            self.tongues = tongues;
            self.has_ordinary = word.is_ordinary;
            self.advance(next);
        }
        fits
    }

    fn add(&mut self, value: u32, tongues: Tongues) -> bool {
        let amount = Decimal::from(value);
        let kind = match value {
            100.. => Last::Hundred,
            20.. => Last::Ten,
            _ => Last::Small,
        };
        let Some(current) = self.current else {
            self.current = Some(amount);
            self.last = kind;
            return true;
        };
        let is_french = tongues == FR;
        let sum = match self.last {
            Last::Hundred if value < 100 => current + amount,
            Last::Ten if (1..10).contains(&value) && !is_whole_ten_missing(current) => current + amount,
            Last::Ten if is_french && (10..20).contains(&value) => current + amount,
            // `quatre-vingt`
            Last::Small if is_french && value == 20 => current + Decimal::from(76),
            Last::Small | Last::Ten if tongues.meets(EN) && value >= 10 => {
                return self.add_hundreds_said_short(current, amount, kind);
            }
            _ => return false,
        };
        self.current = Some(sum);
        self.last = if matches!(self.last, Last::Ten) && value >= 1 { Last::Done } else { kind };
        true
    }

    /// `one fifty` is a hundred and fifty; `twelve fifty` may be a price with cents as well.
    fn add_hundreds_said_short(&mut self, current: Decimal, amount: Decimal, kind: Last) -> bool {
        if current.is_zero() || current >= Decimal::ONE_HUNDRED || !self.total.is_zero() {
            return false;
        }
        self.current = Some(current * Decimal::ONE_HUNDRED + amount);
        if current >= Decimal::TEN {
            self.other = Some(current + amount / Decimal::ONE_HUNDRED);
        }
        self.last = kind;
        true
    }

    fn times(&mut self, times: u32) -> bool {
        let by = Decimal::from(times);
        let is_below = |limit: Decimal| self.current.is_none_or(|current| current < limit);
        match times {
            100 if is_below(Decimal::ONE_HUNDRED) && self.last != Last::Done => {
                self.scale(by);
                self.last = Last::Hundred;
                true
            }
            12 | 20 if self.current.is_some() && is_below(Decimal::ONE_HUNDRED) => {
                self.scale(by);
                self.last = Last::Done;
                true
            }
            1_000.. if self.current.is_some() || self.total.is_zero() => {
                self.scale(by);
                let Some(total) = self.total.checked_add(self.current.take().unwrap_or(Decimal::ZERO)) else {
                    return false;
                };
                self.total = total;
                self.last = Last::Thousand;
                true
            }
            _ => false,
        }
    }

    fn scale(&mut self, by: Decimal) {
        self.is_vague |= self.current.is_some_and(|current| current.checked_mul(by).is_none());
        self.current = self.current.unwrap_or(Decimal::ONE).checked_mul(by);
        self.other = self.other.and_then(|other| other.checked_mul(by));
    }

    /// `one oh five`.
    fn take_oh(&mut self, at: usize) -> bool {
        let (Some(current), Some(Step::Add(value @ 1..=9))) =
            (self.current, self.word(at).map(|word| word.step))
        else {
            return false;
        };
        if self.last != Last::Small && self.last != Last::Ten {
            return false;
        }
        self.current = Some(current * Decimal::ONE_HUNDRED + Decimal::from(value));
        self.last = Last::Done;
        self.advance(at + 1);
        true
    }

    /// `one point three`, `1 point 1`.
    fn take_point(&mut self, at: usize) -> bool {
        let Some(current) = self.current else { return false };
        let tenths = match (self.tokens.figure(at), self.word(at).map(|word| word.step)) {
            (Some(figure), _) if figure.digits <= 2 => figure
                .value
                .map(|value| value / if figure.digits == 1 { Decimal::TEN } else { Decimal::ONE_HUNDRED }),
            (_, Some(Step::Add(value @ 0..=9))) => Some(Decimal::from(value) / Decimal::TEN),
            (_, Some(Step::Add(value @ 10..=99))) => Some(Decimal::from(value) / Decimal::ONE_HUNDRED),
            _ => None,
        };
        let Some(tenths) = tenths else { return false };
        self.current = Some(current + tenths);
        self.last = Last::Done;
        self.advance(at + 1);
        true
    }
}

/// True when the ones are taken already, as in `twenty-five`.
fn is_whole_ten_missing(current: Decimal) -> bool {
    current % Decimal::TEN != Decimal::ZERO
}

/// A German, Dutch or Italian number above a thousand in one word: `zweitausendfünfhundert`.
pub(super) fn compound(word: &str) -> Option<Decimal> {
    // Each of the words for a thousand has one of these in it.
    let may_hold = |piece: &[u8]| piece.eq_ignore_ascii_case(b"end") || piece.eq_ignore_ascii_case(b"mil");
    if !word.as_bytes().windows(3).any(may_hold) {
        return None;
    }
    let lower = word.to_lowercase();
    let (before, after) =
        ["tausend", "duizend", "mila", "mille"].iter().find_map(|thousand| lower.split_once(thousand))?;
    let part = |word: &str, missing: u32| match word {
        "" => Some(missing),
        _ => match lexicon::meaning(word)?.number?.step {
            Step::Add(value) => Some(value),
            _ => None,
        },
    };
    Some(Decimal::from(part(before, 1)?.checked_mul(1_000)?.checked_add(part(after, 0)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> String {
        let tokens = Tokens::of(text);
        let Some(number) = read(&tokens, 0) else { return "none".to_owned() };
        assert_eq!(number.end, tokens.len(), "{text}: read to {}", number.end);
        let show = |value: Decimal| value.normalize().to_string();
        let other = number.other_reading.map(|other| format!(" or {}", show(other))).unwrap_or_default();
        format!("{}{other}", number.value.map_or("?".to_owned(), show))
    }

    #[test]
    fn numbers_are_read_as_they_are_said() {
        for (said, wanted) in [
            ("80", "80"),
            ("1.250", "1250 or 1.25"),
            ("one fifty", "150"),
            ("two twenty-five", "225"),
            ("one oh five", "105"),
            ("twelve fifty", "1250 or 12.5"),
            ("two hundred and twenty", "220"),
            ("a hundred", "100"),
            ("a hundred and fifty", "150"),
            ("ninety-five", "95"),
            ("fifteen hundred", "1500"),
            ("half a grand", "500"),
            ("a grand", "1000"),
            ("two hundo", "200"),
            ("six score", "120"),
            ("a couple hundred", "200"),
            ("a couple of hundred", "200"),
            ("a few hundred", "?"),
            ("two and a half thousand", "2500"),
            ("two hundred thousand", "200000"),
            ("one million two hundred thousand and five", "1200005"),
            ("4.7 billion", "4700000000"),
            ("0.2k", "200"),
            ("5 lakh", "500000"),
            ("one point three", "1.3"),
            ("1 point 1", "1.1"),
            ("ciento veinte", "120"),
            ("ochenta y cinco", "85"),
            ("mil doscientos cincuenta", "1250"),
            ("cento e vinte", "120"),
            ("cent vingt", "120"),
            ("quatre-vingt-quinze", "95"),
            ("quatre-vingts", "80"),
            ("soixante-quinze", "75"),
            ("deux cent cinquante", "250"),
            ("hundertzwanzig", "120"),
            ("fünf und neunzig", "95"),
            ("duecento cinquanta", "250"),
            ("honderd twintig", "120"),
            ("1OO", "100"),
            ("l20", "120"),
        ] {
            assert_eq!(value(said), wanted, "{said}");
        }
        assert_eq!(value("grand"), "none");
        assert_eq!(value("half"), "none");
    }

    #[test]
    fn long_compounds_are_cut_at_the_thousand() {
        assert_eq!(compound("zweitausendfünfhundert"), Some(2_500.into()));
        assert_eq!(compound("duemila"), Some(2_000.into()));
        assert_eq!(compound("tausendundeine"), None);
    }
}
