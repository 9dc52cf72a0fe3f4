//! Money and percentages in plain notation: a number in digits with a sign, a code or a name on either side, or with
//! the unit it is charged for.

use std::ops::Range;

use rust_decimal::Decimal;

use super::number::{Number, numbers};
use crate::{
    facts::Unit,
    money::{Currency, currency_of_word, currency_sign_at_end, currency_sign_at_start},
};

/// Words without which an amount would be read as another, or not at all.
pub(super) const VOCABULARY: &[&str] = &[
    "euro", "euros", "dollar", "dollars", "pound", "pounds", "bucks", "quid", "percent", "hour", "hours",
    "night", "nights", "day", "days", "week", "weeks", "month", "months", "person", "people", "group",
];

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
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// Money.
    Money {
        /// The currency named; none when only the unit shows that it is money.
        currency: Option<Currency>,
        /// The unit it is charged for, when named right after it.
        unit: Option<Unit>,
    },
    /// Hundredths of something.
    Percent,
}

/// Finds money and percentages in a plain text. A sign that several currencies share means `home` if it can.
pub(crate) fn find_money(text: &str, home: Currency) -> Vec<MoneyFound> {
    let counted: Vec<Counted> =
        numbers(text).into_iter().map(|number| Counted::around(text, number, home)).collect();
    let mut found: Vec<MoneyFound> = Vec::new();
    let mut index = 0;
    while let Some(first) = counted.get(index) {
        let second = counted.get(index + 1).filter(|second| is_range(text, first, second));
        index += if second.is_some() { 2 } else { 1 };
        found.extend(first.merged_with(second));
    }
    found
}

/// A number with what stands around it.
struct Counted {
    number: Number,
    /// The number with its currency.
    range: Range<usize>,
    quantity: Option<Quantity>,
    readable: bool,
}

impl Counted {
    fn around(text: &str, number: Number, home: Currency) -> Self {
        let Range { start, end } = number.range;
        if let Some(end) = percent_sign(text, end) {
            let quantity = Some(Quantity::Percent);
            return Self { range: start..end, readable: number.value.is_some(), number, quantity };
        }
        let mut number = number;
        let before = currency_before(text, start, home);
        let suffix = Suffix::of(text, end, before.is_some());
        let end = suffix.end;
        let after = currency_after(text, end, home);
        // A code behind the number is more exact than a sign before it: `$80 CAD`.
        let currency = after.or(before).map(|(currency, _)| currency);
        let range = before.map_or(start, |(_, at)| at)..after.map_or(end, |(_, at)| at);
        let unit = unit_after(text, range.end);
        let quantity = (currency.is_some() || unit.is_some()).then_some(Quantity::Money { currency, unit });
        number.value = number.value.and_then(|value| value.checked_mul(suffix.factor));
        let readable = number.value.is_some() && (suffix.is_known || after.is_some());
        Self { number, range, quantity, readable }
    }

    /// The find, when there is one: of this number alone, or of the range it opens.
    fn merged_with(&self, second: Option<&Self>) -> Option<MoneyFound> {
        let quantity = match (self.quantity, second.and_then(|second| second.quantity)) {
            (
                Some(Quantity::Money { currency: a, unit: c }),
                Some(Quantity::Money { currency: b, unit: d }),
            ) => Quantity::Money { currency: a.or(b), unit: d.or(c) },
            (a, b) => b.or(a)?,
        };
        let both = [Some(self), second];
        let members = both.into_iter().flatten();
        let readable = members.clone().all(|member| member.readable);
        Some(MoneyFound {
            range: self.range.start..second.unwrap_or(self).range.end,
            values: if readable {
                members.clone().filter_map(|m| m.number.value).collect()
            } else {
                Vec::new()
            },
            other_reading: members.clone().find_map(|member| member.number.other_reading),
            quantity,
        })
    }
}

/// Letters glued to the digits.
struct Suffix {
    end: usize,
    factor: Decimal,
    is_known: bool,
}

impl Suffix {
    fn of(text: &str, end: usize, is_money: bool) -> Self {
        let word = leading_word(&text[end..]);
        let none = Self { end, factor: Decimal::ONE, is_known: true };
        match word {
            "" => none,
            "k" | "K" if is_money => Self { end: end + 1, factor: Decimal::ONE_THOUSAND, is_known: true },
            _ if Unit::of_word(&word.to_ascii_lowercase()).is_some() => none,
            _ => Self { is_known: false, ..none },
        }
    }
}

fn leading_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    &text[..end]
}

fn trailing_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphabetic())
        .last()
        .map_or(text.len(), |(at, _)| at);
    &text[start..]
}

/// Where a percent sign or word right after `end` ends.
fn percent_sign(text: &str, end: usize) -> Option<usize> {
    let after = &text[end..];
    let spaces = after.len() - after.trim_start_matches(' ').len();
    let after = &after[spaces.min(1)..];
    let start = end + spaces.min(1);
    if after.starts_with('%') {
        return Some(start + 1);
    }
    let word = leading_word(after);
    match word {
        "percent" | "pct" => Some(start + word.len()),
        "per" if after[word.len()..].starts_with(" cent") => Some(start + "per cent".len()),
        _ => None,
    }
}

/// The currency that stands before a number, with its first byte.
fn currency_before(text: &str, start: usize, home: Currency) -> Option<(Currency, usize)> {
    let before = &text[..start];
    let trimmed = before.strip_suffix(' ').unwrap_or(before);
    let is_apart = trimmed.len() < before.len();
    let (currency, len) = currency_sign_at_end(trimmed, home).or_else(|| {
        let word = trailing_word(trimmed);
        if word.is_empty() { None } else { Some((currency_of_word(word, home)?, word.len())) }
    })?;
    let at = trimmed.len() - len;
    // In `80€ 90` the sign is glued to the number before it.
    let is_of_previous = is_apart && text[..at].ends_with(|c: char| c.is_ascii_digit());
    (!is_of_previous).then_some((currency, at))
}

/// The currency that stands after a number, with the byte after it.
fn currency_after(text: &str, end: usize, home: Currency) -> Option<(Currency, usize)> {
    let after = &text[end..];
    let trimmed = after.strip_prefix([' ', '-']).unwrap_or(after);
    let is_apart = trimmed.len() < after.len();
    let (currency, len) = currency_sign_at_start(trimmed, home).or_else(|| {
        let word = leading_word(trimmed);
        if word.is_empty() { None } else { Some((currency_of_word(word, home)?, word.len())) }
    })?;
    // In `room 2 €80` the sign is glued to the number after it.
    let is_of_next = is_apart && trimmed[len..].starts_with(|c: char| c.is_ascii_digit());
    let at = end + (after.len() - trimmed.len()) + len;
    (!is_of_next).then_some((currency, at))
}

/// The unit named right after an amount: `per night`, `/night`, `a night`, `pp`.
fn unit_after(text: &str, end: usize) -> Option<Unit> {
    let after = text[end..].trim_start_matches(' ');
    let rest = match after.strip_prefix('/') {
        Some(rest) => rest,
        None => {
            let link = leading_word(after);
            match link {
                "pp" => return Some(Unit::Person),
                "per" | "a" | "an" | "each" | "Per" => &after[link.len()..],
                _ => return None,
            }
        }
    };
    let word = leading_word(rest.trim_start_matches(' '));
    // Longest unit name: what is longer cannot be one, and need not be copied.
    if word.len() > 8 { None } else { Unit::of_word(&word.to_lowercase()) }
}

/// True when two numbers are the ends of one range of money: `€80-95`, `80 to 95 EUR`.
fn is_range(text: &str, first: &Counted, second: &Counted) -> bool {
    // A sign between two numbers (`1$74`) belongs to both, and then there is nothing between them.
    let Some(between) = text.get(first.range.end..second.range.start) else { return false };
    if !matches!(between.trim_matches(' '), "-" | "to") {
        return false;
    }
    match (first.quantity, second.quantity) {
        (Some(a), Some(b)) => matches!(a, Quantity::Percent) == matches!(b, Quantity::Percent),
        // `80 to 95 EUR`, `10-20%`.
        (None, Some(_)) => true,
        (Some(_), None) => {
            // `€80 - 2 nights` is an amount and a stay.
            let next = leading_word(text[second.range.end..].trim_start_matches(' '));
            next.len() > 8 || Unit::of_word(&next.to_lowercase()).is_none()
        }
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finds written as `text = values currency/unit`.
    fn found(text: &str) -> Vec<String> {
        let home = "EUR".parse().unwrap();
        let describe = |find: MoneyFound| {
            let values: Vec<String> = find.values.iter().map(|v| v.normalize().to_string()).collect();
            let counts = match find.quantity {
                Quantity::Percent => "%".to_owned(),
                Quantity::Money { currency, unit } => {
                    let unit = unit.map(|unit| format!("/{unit}")).unwrap_or_default();
                    format!("{}{unit}", currency.map_or("?", Currency::code))
                }
            };
            format!("{} = {} {counts}", &text[find.range], values.join(".."))
        };
        find_money(text, home).into_iter().map(describe).collect()
    }

    #[test]
    fn signs_codes_and_names_on_either_side() {
        for (text, expected) in [
            ("80 EUR", "80 EUR = 80 EUR"),
            ("€80", "€80 = 80 EUR"),
            ("€ 80", "€ 80 = 80 EUR"),
            ("80€", "80€ = 80 EUR"),
            ("80 €.", "80 € = 80 EUR"),
            ("EUR 80.00", "EUR 80.00 = 80 EUR"),
            ("EUR80", "EUR80 = 80 EUR"),
            ("80EUR", "80EUR = 80 EUR"),
            ("80 eur", "80 eur = 80 EUR"),
            ("80 euros", "80 euros = 80 EUR"),
            ("an 80-euro room", "80-euro = 80 EUR"),
            ("€1,250.00", "€1,250.00 = 1250 EUR"),
            ("1.250,00 €", "1.250,00 € = 1250 EUR"),
            ("$80", "$80 = 80 USD"),
            ("US$80", "US$80 = 80 USD"),
            ("$80 CAD", "$80 CAD = 80 CAD"),
            ("£80", "£80 = 80 GBP"),
            ("150 CAD", "150 CAD = 150 CAD"),
            ("80 bucks", "80 bucks = 80 USD"),
            ("€1.5k", "€1.5k = 1500 EUR"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn units_and_shares() {
        for (text, expected) in [
            ("€80 per night", "€80 = 80 EUR/night"),
            ("€80/night", "€80 = 80 EUR/night"),
            ("80 a night", "80 = 80 ?/night"),
            ("80/h", "80 = 80 ?/hour"),
            ("€15 pp", "€15 = 15 EUR/person"),
            ("30%", "30% = 30 %"),
            ("30 percent", "30 percent = 30 %"),
            ("2.5 per cent", "2.5 per cent = 2.5 %"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn ranges_are_one_find() {
        for (text, expected) in [
            ("€80-95", "€80-95 = 80..95 EUR"),
            ("€80 - €95 per night", "€80 - €95 = 80..95 EUR/night"),
            ("80 to 95 EUR", "80 to 95 EUR = 80..95 EUR"),
            ("10-20%", "10-20% = 10..20 %"),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
        assert_eq!(found("€80 - 2 nights"), ["€80 = 80 EUR"]);
    }

    #[test]
    fn a_sign_belongs_to_the_number_it_is_glued_to() {
        assert_eq!(found("room 2 €80"), ["€80 = 80 EUR"]);
        assert_eq!(found("80€ 2 nights"), ["80€ = 80 EUR"]);
        assert_eq!(found("1$74"), ["1$ = 1 USD", "$74 = 74 USD"], "glued to both");
        assert_eq!(found("single €65, double €90"), ["€65 = 65 EUR", "€90 = 90 EUR"]);
    }

    #[test]
    fn what_cannot_be_read_is_found_without_values() {
        assert_eq!(found("$15O/hr"), ["$15 =  USD"]);
        assert_eq!(found("€1.2.3"), ["€1.2.3 =  EUR"]);
    }

    #[test]
    fn other_numbers_are_not_money() {
        for text in [
            "See you at 3, I'll have 2 cameras and 150 minutes",
            "Check-in is 15:00 to 20:00, check-out by 11:00",
            "Meet at 120 Rua Augusta",
            "Back in 2026 I moved here",
            "Your booking ref is 120-33",
            "TOP 10 sights, ALL 3 rooms",
            "2 nights for 2 guests",
            "open 24/7",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
