//! The small language rules are written in, on top of regular expressions over the plain text of a message.
//!
//! In a pattern a space is anything between two words, an apostrophe is optional, `…` between two spaces is a gap of up
//! to four words, and `@name` is a vocabulary of [`WORDS`]. A pattern starts and ends at word boundaries. So
//! `don't … @book` finds "dont you have my reservation" as well as "don't - my booking".

use regex::{Regex, RegexBuilder};

/// What lies between two words: anything that is no part of one. Upper-case letters are signs, see `Reading::plain`.
const BETWEEN: &str = r"(?:[\x00-/:-`{-}\x7f]+)";
/// Up to four words and what lies between them.
const GAP: &str = r"[\x00-/:-`{-}\x7f]+(?:[a-z0-9~\x27]+[\x00-/:-`{-}\x7f]+){0,4}?";

/// Vocabularies that patterns share.
const WORDS: &[(&str, &str)] = &[
    (
        "num",
        "(?:[0-9]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|\
         twenty)",
    ),
    (
        "room",
        "(?:rooms?|bedrooms?|doubles?|singles?|twins?|suites?|apartments?|accomm?odations?|lodgings?|\
         en ?suite)",
    ),
    ("book", "(?:bookings?|reservations?|resrvation|reservation's)"),
    ("we", "(?:i|we|u|you|my (?:wife|husband|partner|family|friends?)|me)"),
    (
        "want",
        "(?:(?:i'd|we'd|i would|we would|would) (?:like|love|prefer)|want(?:ed|s)?|wanna|wana|need(?:ed|s)?|\
         wish|looking|hoping|hope|trying|like|plan(?:ning)?|going|interested)",
    ),
    ("wifi", "(?:wi ?fi|wireless|internet|wlan|hotspot)"),
    ("pet", "(?:pets?|dogs?|cats?|pupp(?:y|ies)|kittens?|snakes?|parrots?|hamsters?|rabbits?|animals?)"),
    (
        "thing",
        "(?:phone|mobile|wallet|purse|bags?|backpack|suitcase|luggage|keys?|watch|ring|earrings?|necklace|\
         jacket|coat|scarf|hat|camera|laptop|tablet|ipad|charger|glasses|sunglasses|passport|card|\
         teddy(?: bear)?|toy|book|headphones|earphones|airpods|umbrella|shoes?|clothes|jewell?ery|dogs?|cat|\
         shirt|dress|stuff|belongings|things)",
    ),
    (
        "service",
        "(?:spas?|massages?|sauna|steam ?room|hammam|jacuzzi|hot ?tub|whirlpool|pools?|swim(?:ming)?|gyms?|\
         fitness|work ?out|treadmill|exercise|jogging|yoga|restaurants?|tables?|dinners?|dining|dinning|\
         lunch(?:es)?|supper|brunch|bar|menu|room service|foods?|meals?|eat|hungry|steak|sandwich|salad|\
         omelette|pizza|burger|snacks?|drinks?|wine|coffee|manicures?|pedicures?|facials?|acupuncture|\
         waxing|skin ?care|hair|haircut|makeup|make up|treatments?|exfoliation|foot bath|taxis?|cabs?|\
         (?:airport|station|private|shuttle|car|return) transfers?|transfers? (?:from|\
         to) (?:the )?(?:airport|station)|shuttle|pick ?up|picked up|pick (?:me|us) up|airport pickup|\
         laundry|washing machine|dryer|ironing|bikes?|bicycles?|e-?bikes?|scooters?|car hire|rental car|\
         allerg\\w*|gluten|vegans?|vegetarians?|coeliac|celiac|halal|kosher|lactose|tours?|excursions?|\
         tickets?|babysit\\w*|nanny|concierge|cash machine|atm|minibar|all ?inclusive|half ?board|\
         full ?board|casino|nightclub|ev charg\\w*|charging station)",
    ),
    (
        "equipment",
        "(?:iron|hair ?dryers?|tv|television|netflix|air ?con\\w*|a/c|ac|ac system|heating|heater|fan|\
         kitchen\\w*|fridge|refrigerator|microwave|stove|oven|bath ?tub|bath|balcon(?:y|ies)|terrace|views?|\
         sea ?view|wheel ?chairs?|accessib\\w*|reduced mobility|disab\\w+|lift|elevator|ground floor|cots?|\
         cribs?|baby bed|extra bed|sofa bed|high ?chair|(?:a|the|room) safe|safe box|kettle|desk|adapters?|\
         adaptors?|connecting|smoking|towels?|blankets?|pillows?|toiletries)",
    ),
    (
        "lead",
        "(?:hi|hello|hey|hiya|dear|ok|okay|so|and|also|but|then|please|pls|thanks|thank you|yep|yup|\
         good|morning|afternoon|evening|great|yes|yeah|no|well|sorry|just|btw|one more|question|cool|\
         perfect)",
    ),
    (
        "app",
        "(?:whats ?app|wa|telegram|signal|viber|messenger|facebook|fb|insta|instagram|wechat|imessage|\
         discord|snapchat|e ?mail)",
    ),
    (
        "question",
        "(?:^(?:@lead )*(?:do|does|did|is|are|am|was|can|could|may|might|will|would|shall|should|have you|\
         has|what|what's|which|when|when's|where|where's|who|how|how's|why|any|got|you got|r u|tell me|\
         let me know|(?:i'd|we'd|i would|we would|i|we) (?:like|want|need|love) to (?:know|ask|check|\
         find out|hear)|(?:i am|i'm|we are|we're|was|just)? ?wondering|question about|possible|is it))",
    ),
    (
        "month",
        "(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|\
         sep|october|oct|november|nov|december|dec)",
    ),
];

/// Compiles one pattern of the tables.
pub(crate) fn compile(pattern: &str) -> Regex {
    ascii(&expand(pattern))
}

/// Compiles a regular expression for plain text. Without Unicode tables the automatons are a tenth of the size.
pub(crate) fn ascii(pattern: &str) -> Regex {
    RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .expect("every pattern is a constant, and each is compiled in a test")
}

/// Writes a pattern out as a regular expression.
fn expand(pattern: &str) -> String {
    let mut with_words = vocabulary(pattern);
    // A vocabulary may use another.
    while with_words.contains('@') {
        with_words = vocabulary(&with_words);
    }
    let written = with_words.replace(" … ", GAP).replace('\'', "'?").replace(' ', BETWEEN);
    format!(r"\b(?:{written})\b")
}

fn vocabulary(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('@') {
        written.push_str(&rest[..at]);
        let name_end =
            rest[at + 1..].find(|c: char| !c.is_ascii_lowercase()).map_or(rest.len(), |len| at + 1 + len);
        let name = &rest[at + 1..name_end];
        let (_, words) = WORDS
            .iter()
            .find(|(known, _)| *known == name)
            .expect("a pattern names only vocabularies that exist");
        written.push_str(words);
        rest = &rest[name_end..];
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_apostrophes_gaps_and_vocabularies() {
        let pattern = compile("don't … @book");
        for text in ["dont you have my reservation", "don't - my booking", "don't. booking"] {
            assert!(pattern.is_match(text), "{text}");
        }
        for text in ["don't you two see that this is my booking", "xdont booking", "don't bookingx"] {
            assert!(!pattern.is_match(text), "{text}");
        }
    }
}
