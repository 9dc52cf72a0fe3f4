//! Puts together what a message states about a stay.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::Date;
use regex::Regex;

use super::{
    atoms::{Atoms, Precision, SaidDate, SaidMoney, SaidTime},
    dates::{self, FoundDate, Role},
    money, party,
    pattern::compile,
    place,
    reading::{Reading, Sentence},
    spans::Spans,
    times,
};
use crate::situation::Archetype;

/// Longest stay from one date to the other, in days. A longer one comes from "the 20th to the 18th" being read as a year.
const STAY_MAX_DAYS: i32 = 180;

/// The atoms of a message, and the stretches they were read from.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) atoms: Atoms,
    spans: Spans,
    /// Those of `spans` that state something about a stay: dates, nights, party and rooms.
    stated: Spans,
    offers: Spans,
}

/// Reads every atom. `today` is the day the message was received on, in the business's zone.
pub(crate) fn find(reading: &Reading, today: Date, own_places: &[&str]) -> Found {
    let plain = reading.plain();
    let mut spans = Spans::default();
    let found_dates = dates::find(plain, &mut spans);
    let mut stated = spans.clone();
    let found_times = times::find(plain, &mut spans);
    let found_money = money::find(plain, &mut spans);
    let before_counts = spans.ranges().len();
    let counts = party::find(plain, &mut spans);
    spans.ranges()[before_counts..].iter().for_each(|range| stated.take(range.clone()));
    let mut offers = Spans::default();
    found_money.iter().filter(|money| money.offer).for_each(|money| offers.take(money.range.clone()));
    let (arrival, departure) = stay(&found_dates, counts.nights, today);
    let counted = arrival.zip(departure).map(|(arrival, departure)| (departure - arrival).get_days());
    let atoms = Atoms {
        dates: found_dates.iter().map(|date| said_date(reading, date, arrival, today)).collect(),
        arrival,
        departure,
        nights: counts.nights.or_else(|| counted.and_then(|days| u16::try_from(days).ok())),
        party: counts.party,
        rooms: counts.rooms,
        money_asked: found_money
            .into_iter()
            .map(|money| SaidMoney {
                text: reading.said_at(money.range).to_owned(),
                amount: money.amount,
                currency: money.currency.map(str::to_owned),
                offer: money.offer,
            })
            .collect(),
        channel_asked: Vec::new(),
        place_asked: place::find(reading, own_places),
        times: found_times
            .into_iter()
            .map(|(range, time)| SaidTime { text: reading.said_at(range).to_owned(), time })
            .collect(),
        guest_kind: guest_kind(plain),
    };
    Found { atoms, spans, stated, offers }
}

fn said_date(reading: &Reading, found: &FoundDate, arrival: Option<Date>, today: Date) -> SaidDate {
    let date = match (found.role, arrival) {
        (Some(Role::Departure), Some(arrival)) => found.spoken.resolve_after(arrival, today),
        _ => found.spoken.resolve(today),
    };
    SaidDate { text: reading.said_at(found.range.clone()).to_owned(), precision: found.precision, date }
}

/// Arrival and departure, where the dates and nights say them without doubt.
fn stay(found: &[FoundDate], nights: Option<u16>, today: Date) -> (Option<Date>, Option<Date>) {
    let mut days = found.iter().filter(|date| date.precision == Precision::Day);
    let with_role = |role| move |date: &&FoundDate| date.role == Some(role);
    let mut arrivals =
        found.iter().filter(|date| date.precision == Precision::Day).filter(with_role(Role::Arrival));
    let mut departures =
        found.iter().filter(|date| date.precision == Precision::Day).filter(with_role(Role::Departure));
    let (first, more) = (arrivals.next(), arrivals.next());
    let first = match (first, more) {
        (Some(_), Some(_)) => None,
        (Some(first), None) => Some(first),
        // A single date without a word about it is the arrival, as in "Friday, two nights".
        (None, _) => {
            let unlabelled: Vec<_> = days.by_ref().filter(|date| date.role.is_none()).collect();
            if let [only] = unlabelled.as_slice() { Some(*only) } else { None }
        }
    };
    let Some(arrival) = first.and_then(|date| date.spoken.resolve(today)) else { return (None, None) };
    let (last, more) = (departures.next(), departures.next());
    let said = last.filter(|_| more.is_none()).and_then(|date| date.spoken.resolve_after(arrival, today));
    let counted = || {
        let nights = jiff::Span::new().days(i64::from(nights?));
        arrival.checked_add(nights).ok()
    };
    let departure = if last.is_some() { said } else { counted() };
    let fits = |departure: &Date| (1..=STAY_MAX_DAYS).contains(&(*departure - arrival).get_days());
    (Some(arrival), departure.filter(fits))
}

/// The kind of guest a message gives away.
fn guest_kind(plain: &str) -> Option<Archetype> {
    static KINDS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
        [
            "(?:stayed|been|was|were|visited) (?:\\w+ )?(?:with you|at yours|at your (?:place|house|\
             guest ?house)|there|here) (?:\\w+ ){0,3}(?:before|last|already|ago|in the past|twice|once|\
             years?)|(?:we|i)(?:'re|'m| are| am)? (?:com(?:e|ing)|staying|stay) (?:\\w+ )?(?:back|again)|\
             (?:last time (?:we|i) (?:stayed|were|was|came)|returning guests?|regular guests?|\
             stay with you again|back again)",
            "(?:group|party|team|class) of (?:[1-9][0-9]|ten|eleven|twelve|fifteen|twenty)|\
             wedding (?:guests|party)|school trip|our whole team",
            "(?:business|work|company) (?:trip|travel|stay|visit)|(?:for|on) (?:work|business)|(?:our|\
             my) company|company (?:account|invoice|rate)|trade fair|conference|(?:i|we) work (?:on|at|\
             in) (?:a|the) (?:site|project|fair)",
            "holidays?|vacation|honeymoon|(?:weekend|short|city|family) (?:break|away|trip|getaway)|\
             anniversary|sight ?seeing|getaway|(?:our|my|the) (?:kids|children)|romantic",
        ]
        .map(compile)
    });
    const ORDER: [Archetype; 4] =
        [Archetype::ReturningGuest, Archetype::GroupGuest, Archetype::BusinessGuest, Archetype::LeisureGuest];
    KINDS.iter().zip(ORDER).find(|(words, _)| words.is_match(plain)).map(|(_, kind)| kind)
}

impl Found {
    /// True when the place that is none of the business's own is named in this plain text.
    pub(crate) fn names_a_place(&self, plain: &str) -> bool {
        let place = self.atoms.place_asked.as_ref();
        place.is_some_and(|place| plain.contains(Reading::of(place).plain()))
    }

    /// True when the guest proposes a price in the sentence.
    pub(crate) fn offers_a_price(&self, sentence: &Sentence) -> bool {
        self.offers.ranges().iter().any(|offer| overlaps(offer, &sentence.range))
    }

    /// True when the sentence states something about a stay and, besides words that go with it, nothing else.
    pub(crate) fn only_states_a_stay(&self, reading: &Reading, sentence: &Sentence) -> bool {
        static GOES_WITH: LazyLock<Regex> = LazyLock::new(|| {
            compile(
                "i|we|it|its|s|m|ll|d|re|ve|is|are|will|would|be|been|am|was|me|my|our|us|ours|myself|\
                 ourselves|she|he|they|them|there|and|or|also|with|without|plus|but|then|just|only|for|from|\
                 to|till|til|until|through|at|on|in|of|by|the|a|an|this|that|these|next|coming|following|\
                 arriv\\w*|leav\\w*|depart\\w*|stay(?:s|ing)?|com(?:e|ing)|go(?:ing)?|gonna|check(?:ing)?|\
                 out|travel\\w*|plan(?:ning)?|like|want|need|have|looking|thinking|book|booking|starting|\
                 start|ending|after|before|around|about|approx\\w*|between|during|over|probably|maybe|\
                 hopefully|exactly|total|altogether|all|together|each|more|dates|days?|nights?|weeks?|\
                 weekend|morning|afternoon|evening|noon|month|year|time|long|short|overnight|single|double|\
                 twin|triple|family|room|rooms|bedrooms?|suites?|apartments?|beds?|king|queen|size|joined|\
                 separate|normal|standard|simple|cheap|cheapest|biggest|quiet|big|small|nice|adults?|people|\
                 persons?|pax|guests?|kids?|child(?:ren)?|bab(?:y|ies)|toddlers?|infants?|boys?|girls?|\
                 sons?|daughters?|wife|husband|partner|girlfriend|boyfriend|friends?|mother|mum|mom|father|\
                 dad|parents|sister|brother|couples?|famil(?:y|ies)|group|party|teen(?:ager)?s?|little|\
                 young|old|ones?|humans|two|one|both|no|not|none|zero|please|pls|thanks|thank|you|yes|yeah|\
                 ok|okay|so|hi|hello|hey|hiya|well|sorry|if|possible|consisting|year ?olds?|aged?|ages|\
                 another|other|single person|break|stay|visit|trip|name|europe|around|hotel|guest ?house|\
                 place|your|in total|want to|to be|alone|solo|first|last|day|mine|would be|could|can|may|\
                 works?|sure|fine|\\d{1,4}",
            )
        });
        let stated = self.stated.ranges().iter().any(|span| overlaps(span, &sentence.range));
        if !stated || sentence.asked && is_a_question(reading.sentence(sentence)) {
            return false;
        }
        let mut left = reading.sentence(sentence).as_bytes().to_vec();
        for span in self.spans.ranges().iter().filter(|span| overlaps(span, &sentence.range)) {
            let start = span.start.max(sentence.range.start) - sentence.range.start;
            let end = span.end.min(sentence.range.end) - sentence.range.start;
            left[start..end].fill(b',');
        }
        let left = String::from_utf8(left).expect("plain text is ASCII and so is a comma");
        let rest = GOES_WITH.replace_all(&left, ",");
        !rest.bytes().any(|b| b.is_ascii_alphanumeric() || b == b'~')
    }
}

/// "5 nights from 15 October?" asks what any statement of dates asks; "are you closed on 5 May?" does not.
fn is_a_question(sentence: &str) -> bool {
    static ASKS: LazyLock<Regex> = LazyLock::new(|| {
        compile("^(?:@lead )*(?:do|does|did|is|are|what|which|when|where|who|how|why|will|should)")
    });
    ASKS.is_match(sentence)
}

fn overlaps(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A Thursday.
    const TODAY: Date = date(2026, 10, 15);

    fn atoms(text: &str) -> Atoms {
        find(&Reading::of(text), TODAY, &["Lindau"]).atoms
    }

    #[test]
    fn stays_are_put_together_where_there_is_no_doubt() {
        let oct = |day| Some(date(2026, 10, day));
        for (text, wanted) in [
            ("from the 20th to the 24th", (oct(20), oct(24), Some(4))),
            ("Friday for 3 nights", (oct(16), oct(19), Some(3))),
            ("from Friday to Monday", (oct(16), oct(19), Some(3))),
            ("arriving tomorrow, leaving on 20 October", (oct(16), oct(20), Some(4))),
            ("from the 27th until the 3rd", (oct(27), Some(date(2026, 11, 3)), Some(7))),
            ("until the 3rd", (None, None, None)),
            ("the 20th, the 21st or the 25th", (None, None, None)),
            ("next Friday for 2 nights", (None, None, Some(2))),
            ("from 20 October to 18 October", (oct(20), None, None)),
            ("from 20.10. to 22.10.", (oct(20), oct(22), Some(2))),
            ("check in 20.10. check out 22.10.", (oct(20), oct(22), Some(2))),
        ] {
            let atoms = atoms(text);
            assert_eq!((atoms.arrival, atoms.departure, atoms.nights), wanted, "{text}: {:?}", atoms.dates);
        }
    }

    #[test]
    fn a_sentence_that_only_states_a_stay_is_told_from_one_that_says_more() {
        let only = |text: &str| {
            let reading = Reading::of(text);
            find(&reading, TODAY, &[]).only_states_a_stay(&reading, &reading.sentences()[0])
        };
        for text in [
            "2 adults",
            "arriving Monday, leaving Thursday, 2 adults one child",
            "5 nights from 15th of October?",
            "me and my wife",
        ] {
            assert!(only(text), "{text}");
        }
        for text in [
            "hello",
            "2 dogs and 3 adults",
            "are you closed on 5 May?",
            "Friday was terrible",
            "2 towels for room 3 tonight",
        ] {
            assert!(!only(text), "{text}");
        }
    }

    #[test]
    fn what_a_guest_gives_away() {
        assert_eq!(atoms("We stayed with you last year").guest_kind, Some(Archetype::ReturningGuest));
        assert_eq!(atoms("a room for a work trip").guest_kind, Some(Archetype::BusinessGuest));
        assert_eq!(atoms("our honeymoon").guest_kind, Some(Archetype::LeisureGuest));
        assert_eq!(atoms("a room").guest_kind, None);
    }
}
