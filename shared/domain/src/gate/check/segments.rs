//! Segments of a text message, which carriers bill one by one.
//!
//! Source: 3GPP TS 23.038 (the GSM 7-bit default alphabet and its extension table) and TS 23.040 (concatenation). A message
//! of that alphabet has 160 septets, or 153 in each segment when there are several; one character outside it makes the whole
//! message UCS-2, with 70 and 67 units of 16 bits. What takes two units is not cut in two between segments.

use crate::gate::{code::ViolationCode, draft::Draft, verdict::Violation};

/// The characters of the default alphabet that are not ASCII.
const GSM_BEYOND_ASCII: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
/// What takes two septets: an escape and the character.
const GSM_EXTENDED: &str = "\u{c}^{}\\[~]|€";
/// ASCII characters that are not in the alphabet at all.
const NOT_GSM: &str = "`\t";

/// How a message is sent: room for units in one segment alone, and in each of several.
struct Encoding {
    alone: usize,
    each: usize,
}

const GSM7: Encoding = Encoding { alone: 160, each: 153 };
const UCS2: Encoding = Encoding { alone: 70, each: 67 };

pub(in crate::gate) fn check(draft: &Draft<'_>, violations: &mut Vec<Violation>) {
    let Some(max) = draft.facts.max_segments else { return };
    let segments = segments(draft.text.original());
    if segments > usize::try_from(max).expect("u32 fits a usize on every platform we build for") {
        let fact = Some(format!("max_segments: {max}; this takes {segments}"));
        violations.push(draft.violation_of_all(ViolationCode::TooLong, fact));
    }
}

/// How many segments a message takes; an empty one takes one.
fn segments(body: &str) -> usize {
    match body.chars().map(septets).collect::<Option<Vec<usize>>>() {
        Some(units) => count(&units, &GSM7),
        None => count(&body.chars().map(char::len_utf16).collect::<Vec<_>>(), &UCS2),
    }
}

fn count(units: &[usize], encoding: &Encoding) -> usize {
    if units.iter().sum::<usize>() <= encoding.alone {
        return 1;
    }
    let (segments, _) = units.iter().fold((1, 0), |(segments, used), unit| {
        if used + unit > encoding.each { (segments + 1, *unit) } else { (segments, used + unit) }
    });
    segments
}

/// Septets that a character takes; none when the alphabet does not have it.
fn septets(character: char) -> Option<usize> {
    match character {
        _ if GSM_EXTENDED.contains(character) => Some(2),
        '\n' | '\r' => Some(1),
        _ if character.is_ascii() => {
            (!character.is_ascii_control() && !NOT_GSM.contains(character)).then_some(1)
        }
        _ => GSM_BEYOND_ASCII.contains(character).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        example,
        facts::Facts,
        gate::{GateContext, validate_draft},
    };

    #[test]
    fn segments_are_counted_as_carriers_do() {
        for (body, expected) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("é".repeat(160), 1),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            // An escaped character that does not fit starts the next segment.
            (format!("{}€{}", "a".repeat(152), "a".repeat(152)), 3),
            ("ê".repeat(70), 1),
            ("ê".repeat(71), 2),
            ("😀".repeat(35), 1),
            ("😀".repeat(36), 2),
            ("😀".repeat(67), 3),
            (format!("{}’", "a".repeat(69)), 1),
            (format!("{}’", "a".repeat(70)), 2),
        ] {
            assert_eq!(segments(&body), expected, "{} of {:?}", body.chars().count(), body.chars().next());
        }
    }

    #[test]
    fn only_a_limit_holds() {
        let body = "See you. ".repeat(20);
        let limited = example::FACTS_TOML.replace("max_chars", "max_segments = 1\nmax_chars");
        let limited = Facts::parse_toml(&limited).unwrap();
        let found = |facts: &Facts| {
            let verdict = validate_draft(&body, facts, &GateContext::default());
            let too_long = verdict.violations.into_iter().find(|v| v.code == ViolationCode::TooLong);
            too_long.and_then(|violation| violation.fact)
        };
        assert_eq!(found(&limited).unwrap(), "max_segments: 1; this takes 2");
        assert_eq!(found(&example::facts()), None);
    }
}
