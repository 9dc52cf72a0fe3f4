//! Finds amounts of money that a guest names, and whether they are offered as the price.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;
use rust_decimal::Decimal;

use super::{pattern::ascii, spans::Spans};

/// An amount found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundMoney {
    /// Bytes of the plain text.
    pub(crate) range: Range<usize>,
    pub(crate) amount: Decimal,
    pub(crate) currency: Option<&'static str>,
    pub(crate) offer: bool,
}

const FIGURE: &str = r"(\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?)";
const CURRENCY: &str = r"(us ?\$|\$|eur|euros?|usd|dollars?|bucks|gbp|pounds?|quid|chf|francs?|jpy|yen|inr|rupees?|cad|aud|pln|zloty|sek|nok|dkk|czk|huf)";

static WITH_CURRENCY: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"(?:^|[\x00-/:-`\x7b-\x7f]){CURRENCY} *{FIGURE}(?:\b|$)|\b{FIGURE} *{CURRENCY}(?:[\x00-/:-`\x7b-\x7f]|$)"
    );
    ascii(&pattern)
});
/// Words right before a figure that make it an offer.
static OFFER_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    ascii(
        r"\b(?:(?:can|could|would|will) (?:you|u|we) (?:\w+ )?(?:do|accept|take|make|say|agree)(?: (?:it|to|on|me|us|a|the|room|for|at))*|(?:i|we)(?:'d| can| could|'ll| will| would)?(?: only)? (?:pay|offer|do|give)(?: (?:you|up|to|about|around|max))*|how about|what about|let'?s say|(?:my|our) (?:budget|max(?:imum)?|limit)(?: is| would be|'s)?(?: (?:about|around))?|(?:best|final) offer(?: is)?|deal at|for)[ ,:;()-]*$",
    )
});
/// Words right after a figure that make it an offer.
static OFFER_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    ascii(
        r"^(?: ?(?:eur|euros?|usd|dollars?|\$|gbp|pounds?))? *(?:(?:a|per|for (?:the|a|one|two|three|four|five|\d)|each|/) ?(?:nights?|nite|room|person|day|hour|weekend|week)|all in|cash|in total)?,? *(?:deal\b|ok\b|okay\b|possible\b|fine\b|would work|is (?:ok|fine)|is (?:what|all) (?:i|we)|is my|max\b)",
    )
});
/// A figure without a currency, in a sentence that bargains: an offer word before it, or a unit and an offer word after.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = format!(
        r"\b{FIGURE}(?: *(?:(?:a|per|each|/) ?(?:night|nite|person|room|day)|for (?:the|a|one|two|three|four|five|\d) (?:nights?|room|weekend|week|hour)|all in|cash|in total))?"
    );
    ascii(&pattern)
});
static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    ascii(
        r"^(?:st|nd|rd|th|:|[./]\d| ?(?:nights?|days?|weeks?|people|persons?|guests?|pax|adults?|kids?|child\w*|rooms?|beds?|of|am|pm|a\.m|p\.m|o'?clock|%|km|min\w*|hours?|years?|yo|cars?|dogs?|jan\w*|feb\w*|mar\w*|apr\w*|may|jun\w*|jul\w*|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\b)",
    )
});
static BARGAIN_VERB: LazyLock<Regex> = LazyLock::new(|| {
    ascii(r"\b(?:do|accept|take|make|pay|offer|give|say|about|budget|max|maximum|limit|deal|it)\b")
});

/// Every amount in `plain`, in order of appearance.
pub(crate) fn find(plain: &str, taken: &mut Spans) -> Vec<FoundMoney> {
    let mut found = Vec::new();
    for captures in WITH_CURRENCY.captures_iter(plain) {
        let (sign, figure) = match (captures.get(1), captures.get(2)) {
            (Some(sign), Some(figure)) => (sign, figure),
            _ => {
                (captures.get(4).expect("the other way round"), captures.get(3).expect("the other way round"))
            }
        };
        let range = sign.start().min(figure.start())..sign.end().max(figure.end());
        if let Some(amount) = amount(figure.as_str()).filter(|_| taken.is_free(&range)) {
            taken.take(range.clone());
            let offer = is_offer(plain, &range);
            found.push(FoundMoney { range, amount, currency: Some(code(sign.as_str())), offer });
        }
    }
    for captures in BARE.captures_iter(plain) {
        let figure = captures.get(1).expect("the figure is not optional");
        let whole = captures.get(0).expect("a match has a whole");
        let with_unit = whole.end() > figure.end();
        let counts_else = !with_unit && UNIT.is_match(&plain[figure.end()..]);
        if !taken.is_free(&whole.range()) || counts_else || !is_bare_offer(plain, &figure.range(), with_unit)
        {
            continue;
        }
        if let Some(amount) = amount(figure.as_str()) {
            taken.take(whole.range());
            found.push(FoundMoney { range: whole.range(), amount, currency: None, offer: true });
        }
    }
    found.sort_by_key(|money| money.range.start);
    found
}

fn is_offer(plain: &str, range: &Range<usize>) -> bool {
    let before = &plain[..range.start];
    OFFER_BEFORE
        .find(before)
        .is_some_and(|words| words.as_str().trim() != "for" || OFFER_AFTER.is_match(&plain[range.end..]))
        || OFFER_AFTER.is_match(&plain[range.end..])
}

/// A figure alone is an offer only beside a word of bargaining: "could you do 60", "60 a night ok?".
fn is_bare_offer(plain: &str, figure: &Range<usize>, with_unit: bool) -> bool {
    let before = OFFER_BEFORE.find(&plain[..figure.start]);
    let bargained = before.is_some_and(|words| BARGAIN_VERB.is_match(words.as_str()));
    bargained
        || (with_unit && OFFER_AFTER.is_match(&plain[figure.end..]))
        || plain[figure.end..].trim_start().starts_with("deal")
}

/// The value of a figure with separators: the last one with one or two digits after it is the decimal mark.
fn amount(figure: &str) -> Option<Decimal> {
    let decimals = figure.rfind(['.', ',']).filter(|at| figure.len() - at <= 3);
    let (whole, fraction) = decimals.map_or((figure, ""), |at| (&figure[..at], &figure[at + 1..]));
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let plain = if fraction.is_empty() { digits } else { format!("{digits}.{fraction}") };
    plain.parse().ok()
}

fn code(sign: &str) -> &'static str {
    match sign {
        "eur" | "euro" | "euros" => "EUR",
        "gbp" | "pound" | "pounds" | "quid" => "GBP",
        "chf" | "franc" | "francs" => "CHF",
        "jpy" | "yen" => "JPY",
        "inr" | "rupee" | "rupees" => "INR",
        "cad" => "CAD",
        "aud" => "AUD",
        "pln" | "zloty" => "PLN",
        "sek" => "SEK",
        "nok" => "NOK",
        "dkk" => "DKK",
        "czk" => "CZK",
        "huf" => "HUF",
        _ => "USD",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Option<&'static str>, bool)> {
        let found = find(text, &mut Spans::default());
        found.into_iter().map(|money| (money.amount.to_string(), money.currency, money.offer)).collect()
    }

    #[test]
    fn amounts_and_offers() {
        for (text, wanted) in [
            ("could you do it for $80 an hour?", ("80", Some("USD"), true)),
            ("can you do 60 a night", ("60", None, true)),
            ("80 for the hour, deal?", ("80", None, true)),
            ("is it  eur 1.250,50 for a month", ("1250.50", Some("EUR"), false)),
            ("i saw 1,250 eur online", ("1250", Some("EUR"), false)),
            ("70 eur  ok?", ("70", Some("EUR"), true)),
            ("my budget is 200 euros", ("200", Some("EUR"), true)),
            ("120 for two nights deal?", ("120", None, true)),
            ("how about 55", ("55", None, true)),
            ("i can pay 90.5 pounds", ("90.5", Some("GBP"), true)),
        ] {
            assert_eq!(found(text), [(wanted.0.to_owned(), wanted.1, wanted.2)], "{text}");
        }
    }

    #[test]
    fn counts_and_dates_are_no_money() {
        for text in [
            "for 4 people",
            "can you do 5 nights",
            "how about the 5th",
            "we are 2",
            "could you do 12 may",
            "can you do 7:30",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
