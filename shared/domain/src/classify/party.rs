//! Finds who comes, for how many nights, and in how many rooms, in the plain text of a message.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    atoms::Party,
    numbers::{NUMBER, number},
    pattern::ascii,
    spans::Spans,
};

/// Longest stay that is read as one, in nights.
const NIGHTS_MAX: u16 = 366;
/// Most rooms that are read as such.
const ROOMS_MAX: u16 = 99;

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) party: Option<Party>,
    pub(crate) nights: Option<u16>,
    pub(crate) rooms: Option<u16>,
}

static NIGHTS: LazyLock<Regex> = LazyLock::new(|| {
    ascii(&format!(r"\b{NUMBER}(?: |-)(?:more |extra )?(nights?|weeks?)(?: stay)?\b|\b(fortnight)\b"))
});
/// Before "a night" and "a week" when they are a stay, and not the unit of a price.
static STAYS_A: LazyLock<Regex> =
    LazyLock::new(|| ascii(r"\b(?:for|stay|staying|just|only|of|be|its|it's)(?: only| just)? $"));
static ELSE_THAN_A_STAY: LazyLock<Regex> = LazyLock::new(|| {
    ascii(r"^ (?:pregnant|ago|old|time|before|light|owl|club|stand|out|shift|bus|train|later|from now)\b")
});
static DAYS: LazyLock<Regex> =
    LazyLock::new(|| ascii(&format!(r"\b(?:for |after |stay )?{NUMBER}(?: |-)days?\b")));
static ROOMS: LazyLock<Regex> = LazyLock::new(|| {
    ascii(&format!(
        r"\b{NUMBER} (?:(?:big|small|nice|cheap|quiet|separate|joined|biggest|double|single|twin|family|triple|king|queen|en ?suite|standard|bed|hotel|guest|\w+ free) ?)*(?:bed)?(?:rooms?|suites?|apartments?|doubles?|singles?|twins?)\b"
    ))
});
static ADULTS: LazyLock<Regex> =
    LazyLock::new(|| ascii(&format!(r"\b{NUMBER} (?:other )?(?:adults?|grown ?-?ups?|adult people)\b")));
static CHILDREN: LazyLock<Regex> = LazyLock::new(|| {
    ascii(&format!(
        r"\b{NUMBER} (?:small |little |young |minor |teenage )?(?:kids?|child(?:ren)?|chidlren|toddlers?|bab(?:y|ies)|infants?|boys?|girls?|sons?|daughters?|teenagers?|ankle biters|little (?:ones?|humans))\b|\b(no|without|zero) (?:kids|children)\b"
    ))
});
static PEOPLE: LazyLock<Regex> = LazyLock::new(|| {
    ascii(&format!(
        r"\b(?:family|party|group) of {NUMBER}\b|\b{NUMBER} (?:adult )?(?:people|persons?|guests?|pax|ppl|of us|travell?ers|friends)\b|\b(?:we are|we're|we will be|we'll be|there are|there'll be|there will be) {NUMBER}\b|\bfor {NUMBER}(?:$| (?:from|on|for|and|with|please|in|at|this|next|tonight|tomorrow|arriving)\b|[.,!?])|\b(just|only) (?:for )?(?:me|myself)\b|\b(me|myself|one person) (?:only|alone)\b"
    ))
});
/// What `for 4` and `we are 4` must not be followed by: then it counts something else.
static NOT_PEOPLE: LazyLock<Regex> = LazyLock::new(|| {
    ascii(
        r"^(?: |-)(?:more |extra |full )?(?:nights?|days?|weeks?|months?|hours?|minutes?|mins?|rooms?|beds?|eur|usd|gbp|euros?|dollars?|km|years?|yo|o'?clock|am|pm|less|fewer|more|a\.m|p\.m|of|st|nd|rd|th|single|double|twin|family|dogs?|cats?|cars?|:)",
    )
});
static COUPLE: LazyLock<Regex> = LazyLock::new(|| {
    ascii(
        r"\b(?:my (?:wife|husband|partner|girlfriend|boyfriend|fiancee?|spouse|friend|mother|mum|mom|father|dad|sister|brother) and (?:i|me|myself)|(?:me|myself|i),? (?:and|with|\+) my (?:wife|husband|partner|girlfriend|boyfriend|fiancee?|spouse|friend|mother|mum|mom|father|dad|sister|brother)|(?:the )?two of us|us two|both of us|for a couple|we are a couple)\b",
    )
});

/// Counts nights first, then rooms and people, each in what the ones before it left.
pub(crate) fn find(plain: &str, taken: &mut Spans) -> Counts {
    let nights = nights(plain, taken);
    let rooms = rooms(plain, taken);
    Counts { party: party(plain, taken), nights, rooms }
}

/// Nights when all mentions agree. Days are no nights: "2 days" may be one night or two.
fn nights(plain: &str, taken: &mut Spans) -> Option<u16> {
    let mut said: Option<u16> = None;
    let mut agree = true;
    for captures in NIGHTS.captures_iter(plain) {
        let range = captures.get(0).expect("a match has a whole").range();
        let unit_only = captures.get(1).is_some_and(|count| matches!(count.as_str(), "a" | "an"))
            && !STAYS_A.is_match(&plain[..range.start]);
        if !taken.is_free(&range) || unit_only || ELSE_THAN_A_STAY.is_match(&plain[range.end..]) {
            continue;
        }
        taken.take(range);
        let count = match (captures.get(1).and_then(|count| number(count.as_str())), captures.get(2)) {
            (Some(count), Some(unit)) if unit.as_str().starts_with("week") => count.saturating_mul(7),
            (Some(count), _) => count,
            (None, _) => 14,
        };
        agree &= said.is_none_or(|said| said == count);
        said = Some(count);
    }
    for found in DAYS.find_iter(plain) {
        if taken.is_free(&found.range()) {
            taken.take(found.range());
        }
    }
    said.filter(|count| agree && (1..=NIGHTS_MAX).contains(count))
}

fn rooms(plain: &str, taken: &mut Spans) -> Option<u16> {
    let mut total: u16 = 0;
    for captures in ROOMS.captures_iter(plain) {
        let range = captures.get(0).expect("a match has a whole").range();
        if taken.is_free(&range) {
            taken.take(range);
            total = total.saturating_add(number(&captures[1]).unwrap_or(0));
        }
    }
    (1..=ROOMS_MAX).contains(&total).then_some(total)
}

fn party(plain: &str, taken: &mut Spans) -> Option<Party> {
    let adults = sum(&ADULTS, plain, taken);
    let children = sum(&CHILDREN, plain, taken);
    let people = people(plain, taken);
    let couple = COUPLE.find(plain).filter(|found| taken.is_free(&found.range()));
    if let Some(found) = &couple {
        taken.take(found.range());
    }
    let adults = adults.or_else(|| couple.map(|_| 2).filter(|_| people.is_none()));
    if adults.is_none() && children.is_none() && people.is_none() {
        return None;
    }
    let people = people.or_else(|| adults.map(|adults| adults.saturating_add(children.unwrap_or(0))));
    Some(Party { adults, children, people })
}

/// Adds up what was counted of one kind; none when nothing was said.
fn sum(kind: &Regex, plain: &str, taken: &mut Spans) -> Option<u16> {
    let mut total = None;
    for captures in kind.captures_iter(plain) {
        let range = captures.get(0).expect("a match has a whole").range();
        if taken.is_free(&range) {
            taken.take(range);
            let count = captures.get(1).and_then(|count| number(count.as_str())).unwrap_or(0);
            total = Some(total.unwrap_or(0_u16).saturating_add(count));
        }
    }
    total
}

/// The number of people, when it was said once or always the same.
fn people(plain: &str, taken: &mut Spans) -> Option<u16> {
    let mut said: Option<u16> = None;
    for captures in PEOPLE.captures_iter(plain) {
        let count = captures.iter().skip(1).flatten().next().expect("each way to say it has a group");
        let whole = captures.get(0).expect("a match has a whole").range();
        let after = &plain[whole.end..];
        let compared = [" less", " more", " fewer"].iter().any(|word| after.starts_with(word));
        let counts_else =
            compared || (NOT_PEOPLE.is_match(&plain[count.end()..]) && !captures[0].ends_with("of us"));
        if !taken.is_free(&(whole.start..count.end())) || counts_else {
            continue;
        }
        taken.take(whole.start..count.end().max(whole.end.min(count.end() + 10)));
        let value = match count.as_str() {
            "just" | "only" | "me" | "myself" | "one person" => Some(1),
            text => number(text),
        };
        match (said, value) {
            (Some(said), Some(value)) if said != value => return None,
            (_, value) => said = value.or(said),
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adults, children, people, nights, rooms.
    fn counts(text: &str) -> [Option<u16>; 5] {
        let counts = find(text, &mut Spans::default());
        let party = counts.party.unwrap_or_default();
        [party.adults, party.children, party.people, counts.nights, counts.rooms]
    }

    #[test]
    fn parties_nights_and_rooms_as_people_write_them() {
        for (text, wanted) in [
            ("2 adults and 3 kids", [Some(2), Some(3), Some(5), None, None]),
            ("two adults no children", [Some(2), Some(0), Some(2), None, None]),
            ("6 kids", [None, Some(6), None, None, None]),
            ("family of four for three nights", [None, None, Some(4), Some(3), None]),
            ("for 4", [None, None, Some(4), None, None]),
            ("for 4 nights", [None, None, None, Some(4), None]),
            ("we are 6 and we will arrive late", [None, None, Some(6), None, None]),
            ("my wife and i need a room", [Some(2), None, Some(2), None, Some(1)]),
            ("just me", [None, None, Some(1), None, None]),
            ("4 single rooms for 9 pax", [None, None, Some(9), None, Some(4)]),
            ("a double room for 2 weeks", [None, None, None, Some(14), Some(1)]),
            ("a fortnight", [None, None, None, Some(14), None]),
            ("13 nights 14 days", [None, None, None, Some(13), None]),
            ("2 nights or 3 nights", [None, None, None, None, None]),
            ("for 9 days", [None, None, None, None, None]),
            ("one person less", [None, None, None, None, None]),
            ("80 eur a night", [None, None, None, None, None]),
            ("17 weeks pregnant", [None, None, None, None, None]),
            ("just for a week", [None, None, None, Some(7), None]),
            ("three of us", [None, None, Some(3), None, None]),
        ] {
            assert_eq!(counts(text), wanted, "{text}");
        }
    }
}
