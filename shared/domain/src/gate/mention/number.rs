//! Numbers in digits, with the separators of several locales.

use std::ops::Range;

use rust_decimal::Decimal;

/// Longest digit sequence that is still a number; longer ones are identifiers.
const DIGITS_MAX: usize = 20;

/// A number in a plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// Where, in bytes of the plain text.
    pub(super) range: Range<usize>,
    /// Its value; none when its separators make no sense.
    pub(super) value: Option<Decimal>,
    /// What else it may mean: `1.250` is one and a quarter to some and twelve hundred and fifty to others.
    pub(super) other_reading: Option<Decimal>,
}

/// Every number of a plain text, in order.
pub(super) fn numbers(text: &str) -> Vec<Number> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = end_of_number(bytes, at);
        let (value, other_reading) = read(&text[at..end]);
        found.push(Number { range: at..end, value, other_reading });
        at = end;
    }
    found
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
fn read(written: &str) -> (Option<Decimal>, Option<Decimal>) {
    let decimal_mark = written.rfind(['.', ',']).filter(|at| {
        let mark = &written[*at..=*at];
        written.matches(mark).count() == 1
    });
    let Some(at) = decimal_mark else { return (grouped(written), None) };
    let (whole, fraction) = (&written[..at], &written[at + 1..]);
    let as_decimals = decimals(whole, fraction);
    let is_single_mark = whole.bytes().all(|byte| byte.is_ascii_digit());
    let may_be_group = is_single_mark && fraction.len() == 3 && whole.len() <= 3 && !whole.starts_with('0');
    match (may_be_group, written.as_bytes()[at]) {
        (true, b',') => (grouped(written), None),
        (true, _) => (grouped(written), as_decimals),
        (false, _) => (as_decimals, None),
    }
}

fn decimals(whole: &str, fraction: &str) -> Option<Decimal> {
    let whole = join_groups(whole)?;
    number(&format!("{whole}.{fraction}"))
}

fn grouped(written: &str) -> Option<Decimal> {
    number(&join_groups(written)?)
}

fn number(digits: &str) -> Option<Decimal> {
    if digits.len() > DIGITS_MAX { None } else { digits.parse().ok() }
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
        0 if last == 0 => true,
        0 => (1..=3).contains(&group.len()),
        _ if index == last => group.len() == 3,
        _ => (2..=3).contains(&group.len()),
    };
    (one_kind && groups.iter().enumerate().all(fits)).then(|| groups.concat())
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
            ("1,250", "1250"),
            ("1,250.00", "1250"),
            ("1.250,00", "1250"),
            ("1 250,00", "1250"),
            ("1'250.50", "1250.5"),
            ("1.250.000", "1250000"),
            ("1,25,000", "125000"),
            ("12,500,000.75", "12500000.75"),
            ("1250.500", "1250.5"),
        ] {
            let found = numbers(written);
            assert_eq!(found.len(), 1, "{written}");
            assert_eq!(found[0].value, Some(value.parse().unwrap()), "{written}");
            assert_eq!(found[0].other_reading, None, "{written}");
        }
    }

    #[test]
    fn three_digits_after_a_point_can_be_read_in_two_ways() {
        let found = numbers("1.250");
        assert_eq!(found[0].value, Some("1250".parse().unwrap()));
        assert_eq!(found[0].other_reading, Some("1.25".parse().unwrap()));
    }

    #[test]
    fn separators_that_make_no_sense_have_no_value() {
        for written in ["12.03.2026", "1,25,0", "1.2.3", "1,250.00.1", "123456789012345678901"] {
            assert_eq!(numbers(written)[0].value, None, "{written}");
        }
    }

    #[test]
    fn a_number_ends_where_it_ends() {
        let ends =
            |text: &str| numbers(text).into_iter().map(|n| text[n.range].to_owned()).collect::<Vec<_>>();
        assert_eq!(ends("80, 90. And 100."), ["80", "90", "100"]);
        assert_eq!(ends("room 12 250 euros"), ["12 250"]);
        assert_eq!(ends("2 80 euros"), ["2", "80"]);
        assert_eq!(ends("10:30-11:00"), ["10", "30", "11", "00"]);
        assert_eq!(ends("7.Then"), ["7"]);
    }
}
