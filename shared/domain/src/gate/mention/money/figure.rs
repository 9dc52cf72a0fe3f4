//! Numbers in digits, with the separators of several locales, and the numerals of Chinese and Japanese.

use rust_decimal::Decimal;

/// Longest digit sequence that is still a number; longer ones are identifiers.
const DIGITS_MAX: usize = 20;

/// A number in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// One past its last byte in the plain text.
    pub(super) end: usize,
    /// Its value; none when its separators make no sense.
    pub(super) value: Option<Decimal>,
    /// What else it may mean: `1.250` is one and a quarter to some and twelve hundred and fifty to others.
    pub(super) other_reading: Option<Decimal>,
    /// Digits, for what only a number of a certain length can be: a year, cents.
    pub(super) digits: usize,
}

/// The number that starts at a byte of the text.
pub(super) fn read(text: &str, start: usize) -> Figure {
    let bytes = text.as_bytes();
    let end = end_of_number(bytes, start);
    let written = &text[start..end];
    let (value, other_reading) = value_of(written);
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    Figure { end: end + dash_for_cents(&bytes[end..]), value, other_reading, digits }
}

/// The length of what stands for no cents: `80,-`, `80.-`, `80,--`.
fn dash_for_cents(after: &[u8]) -> usize {
    match after {
        [b',' | b'.', b'-', b'-', ..] => 3,
        [b',' | b'.', b'-', rest @ ..] if !rest.first().is_some_and(u8::is_ascii_alphanumeric) => 2,
        _ => 0,
    }
}

/// Where the number that starts at `start` ends: a separator belongs to it when a digit follows, a space only when it
/// sets off exactly three digits.
fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let digits_from = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut group = digits_from(start);
    let mut end = start + group;
    while let Some(separator) = bytes.get(end) {
        let next_group = digits_from(end + 1);
        let belongs = match separator {
            b'.' | b',' | b'\'' => next_group > 0,
            b' ' => next_group == 3 && group <= 3,
            _ => false,
        };
        if !belongs {
            break;
        }
        group = next_group;
        end += 1 + next_group;
    }
    end
}

/// The value of a number as written, and its other reading when there is one.
///
/// The last of two kinds of separators marks the decimals (`1,250.00`, `1.250,00`). A single one does too unless three
/// digits follow it: `1,250` is grouped; `1.250` is grouped or not, depending on who reads.
fn value_of(written: &str) -> (Option<Decimal>, Option<Decimal>) {
    let decimal_mark = written.rfind(['.', ',']).filter(|at| {
        let mark = &written[*at..=*at];
        written.matches(mark).count() == 1
    });
    let Some(at) = decimal_mark else { return (grouped(written), None) };
    let (whole, fraction) = (&written[..at], &written[at + 1..]);
    let as_decimals = decimals(whole, fraction);
    let is_single_mark = whole.bytes().all(|byte| byte.is_ascii_digit());
    let may_be_group =
        is_single_mark && fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    match (may_be_group, written.as_bytes()[at]) {
        (true, b',') => (grouped(written), None),
        (true, _) => (grouped(written), as_decimals),
        (false, _) => (as_decimals, None),
    }
}

fn decimals(whole: &str, fraction: &str) -> Option<Decimal> {
    let whole = if whole.is_empty() { "0".to_owned() } else { join_groups(whole)? };
    number(&format!("{whole}.{fraction}"))
}

fn grouped(written: &str) -> Option<Decimal> {
    number(&join_groups(written)?)
}

fn number(digits: &str) -> Option<Decimal> {
    if digits.len() > DIGITS_MAX + 1 { None } else { digits.parse().ok() }
}

/// The digits without their separators, when the groups are such as some locale writes: three digits each, or two
/// between the first group and the last (`1,25,000`).
fn join_groups(written: &str) -> Option<String> {
    let groups: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).collect();
    let one_kind = {
        let mut marks = written.bytes().filter(|byte| !byte.is_ascii_digit());
        let first = marks.next();
        marks.all(|mark| Some(mark) == first)
    };
    let last = groups.len() - 1;
    let fits = |(index, group): (usize, &&str)| match index {
        0 if last == 0 => group.len() <= DIGITS_MAX,
        0 => (1..=3).contains(&group.len()),
        _ if index == last => group.len() == 3,
        _ => (2..=3).contains(&group.len()),
    };
    (one_kind && groups.iter().enumerate().all(fits)).then(|| groups.concat())
}

/// The numeral in Chinese or Japanese characters that starts at a byte, `八十` or `一万五千`; none when there is none.
pub(super) fn read_han(text: &str, start: usize) -> Option<Figure> {
    let (mut total, mut group, mut digit) = (0_u64, 0_u64, None);
    let mut end = start;
    for character in text[start..].chars() {
        match character {
            '十' | '百' | '千' => {
                let power = match character {
                    '十' => 10,
                    '百' => 100,
                    _ => 1_000,
                };
                group = group.checked_add(digit.take().unwrap_or(1) * power)?;
            }
            '万' => {
                total =
                    total.checked_add(group.checked_add(digit.take().unwrap_or(0))?.checked_mul(10_000)?)?;
                group = 0;
            }
            _ => match "〇一二三四五六七八九".chars().zip(0..).find(|(known, _)| *known == character)
            {
                Some((_, value)) if digit.is_none() => digit = Some(value),
                _ => break,
            },
        }
        end += character.len_utf8();
    }
    let value = total.checked_add(group)?.checked_add(digit.unwrap_or(0))?;
    (end > start).then(|| Figure { end, value: Some(value.into()), other_reading: None, digits: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_of_several_locales() {
        for (written, value) in [
            ("80", "80"),
            ("80.00", "80"),
            ("80,5", "80.5"),
            ("0.125", "0.125"),
            (".75", "0.75"),
            ("1,250", "1250"),
            ("1,250.00", "1250"),
            ("1.250,00", "1250"),
            ("1 250,00", "1250"),
            ("1'250.50", "1250.5"),
            ("1.250.000", "1250000"),
            ("1,25,000", "125000"),
            ("12,500,000.75", "12500000.75"),
            ("1250.500", "1250.5"),
            ("80,-", "80"),
        ] {
            let found = read(written, 0);
            assert_eq!(found.end, written.len(), "{written}");
            assert_eq!(found.value, Some(value.parse().unwrap()), "{written}");
            assert_eq!(found.other_reading, None, "{written}");
        }
    }

    #[test]
    fn three_digits_after_a_point_can_be_read_in_two_ways() {
        let found = read("1.250", 0);
        assert_eq!(found.value, Some("1250".parse().unwrap()));
        assert_eq!(found.other_reading, Some("1.25".parse().unwrap()));
    }

    #[test]
    fn separators_that_make_no_sense_have_no_value() {
        for written in ["12.03.2026", "1,25,0", "1.2.3", "1,250.00.1", "123456789012345678901"] {
            assert_eq!(read(written, 0).value, None, "{written}");
        }
    }

    #[test]
    fn a_number_ends_where_it_ends() {
        for (text, end) in [
            ("80, 90. And", "80"),
            ("12 250 euros", "12 250"),
            ("2 80 euros", "2"),
            ("10:30", "10"),
            ("7.Then", "7"),
        ] {
            assert_eq!(&text[..read(text, 0).end], end);
        }
    }

    #[test]
    fn numerals_of_chinese_and_japanese() {
        for (written, value) in [("八十", 80), ("十", 10), ("一百二十", 120), ("一万五千", 15_000), ("八", 8)]
        {
            assert_eq!(read_han(written, 0).unwrap().value, Some(value.into()), "{written}");
        }
        assert_eq!(read_han("円", 0), None);
    }
}
