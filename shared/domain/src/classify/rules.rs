//! The engine of the intent rules: which fire in a sentence.

use std::sync::LazyLock;

use regex::Regex;
use strum::EnumCount as _;

use super::{
    pattern::compile,
    reading::{Reading, Sentence},
    rules_house, rules_stay, rules_trouble,
};
use crate::intent::Intent;

/// One rule: an intent, the words that show it, and the circumstances it needs or does not bear.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name, unique, recorded with the classification.
    pub(crate) name: &'static str,
    pub(crate) intent: Intent,
    /// In the language of [`pattern`](super::pattern).
    pub(crate) words: &'static str,
    /// Marks of which the sentence must carry each.
    pub(crate) with: &'static [Mark],
    /// Marks of which the sentence may carry none.
    pub(crate) unless: &'static [Mark],
}

/// A circumstance that several rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray, strum::EnumCount)]
pub(crate) enum Mark {
    /// It is a question, or a request in the form of one.
    Question,
    /// It opens like a question.
    Opening,
    /// It speaks of a facility or a service beyond the basics.
    Service,
    /// It speaks of a piece of a room's equipment.
    Equipment,
    /// It speaks of wifi, parking, breakfast or pets.
    Basics,
    /// It speaks of a booking that exists.
    Existing,
    /// It says that something is broken, bad or gone.
    Trouble,
    /// It denies something.
    Negated,
    /// It denies cancelling: "please don't cancel".
    NotToCancel,
    /// It speaks of a new booking beside another.
    Anew,
    /// It says that there is no booking.
    WithoutOne,
    /// It asks why.
    Why,
    /// It speaks of rules in general, such as the cancellation policy.
    Policy,
    /// It speaks of the price.
    Pricey,
    /// It is about a condition in the future, as in "if I cancel".
    Condition,
    /// It speaks of time as a length, as in "how much time".
    Duration,
    /// It says what it is not about, as in "no problem".
    NoTrouble,
    /// It speaks of what is not the business's: "my house", "another hotel".
    Theirs,
    /// It tells what was not done, as in "forgot to check".
    ForgotToDo,
    /// It tells what already happened.
    Past,
}

impl Mark {
    const fn words(self) -> &'static str {
        match self {
            Self::Question => {
                "(?:do|did|can|could|would|will|have) (?:you|u|i|we|they)|(?:is|are) (?:there|it|they)|\
                 @question|let me know|please (?:tell|confirm)|want to (?:double )?check"
            }
            Self::Opening => "@question",
            Self::Service => "@service",
            Self::Equipment => "@equipment",
            Self::Basics => "@wifi|parking|car ?park|garage|park … car|breakfasts?|@pet",
            Self::Existing => {
                "(?:my|our|existing|current|the|that|this|your|his|her|their) (?:\\w+ ){0,2}(?:@book|\
                 booked room)|existing|already (?:have|got|made|booked|reserved)|booked|(?:have|had|made|\
                 got) (?:a|an|one|the) (?:\\w+ ){0,2}@book|reservation i made|booking i made"
            }
            Self::Trouble => {
                "(?:not|isn't|aren't|doesn't|don't|didn't|never|hasn't|stopped|won't) (?:\\w+ )?(?:work\\w*|\
                 load\\w*|connect\\w*|respond\\w*|clean\\w*)|broken|out of order|faulty|slow|bad|dead|down|\
                 lost|stuck|locked out|wrong|can't get online|problem|issues?|too (?:loud|noisy|cold|hot)|\
                 dirty|mess"
            }
            Self::NotToCancel => {
                "(?:don't|do not|didn't|did not|never|not|no need to|without|won't|\
                 rather than) (?:\\w+ ){0,2}cancel\\w*"
            }
            Self::Anew => "(?:new|another|second|additional)",
            Self::WithoutOne => {
                "(?:don't|do not|haven't|have not|didn't|not|never|no) (?:\\w+ ){0,2}(?:have|got|made|\
                 booked|reserved|@book)"
            }
            Self::Negated => "(?:don't|do not|didn't|did not|never|not|no need to|without|won't|instead of)",
            Self::Why => "why|reason|how come",
            Self::Policy => {
                "polic(?:y|ies)|terms|conditions?|free cancellation|cancellation fees?|rules?|penalty"
            }
            Self::Pricey => "expensive|pricey|price|prices|cost|costs|rates?",
            Self::Condition => "if (?:i|we|it|the|you|my|plans?)|in case|later on|unless",
            Self::Duration => "how (?:much )?(?:time|long|longer|far)|last|minutes?|hours?",
            Self::NoTrouble => {
                "(?:no|not a|without|isn't a|wasn't a|any) (?:problems?|issues?|complaints?|trouble|\
                 worries)|(?:not|isn't|wasn't|ain't) (?:\\w+ )?(?:terrible|bad|awful|horrible|complaining|\
                 disappointed|rude)"
            }
            Self::Theirs => {
                "(?:my|our|his|her|their|the other|another|different|a friend's) (?:\\w+ )?(?:manager|boss|\
                 host|owner|hotel|apartment|place|house|city|flat|home)"
            }
            Self::ForgotToDo => "(?:forgot|forgotten|forget) (?:to|2)",
            Self::Past => "yesterday|last (?:night|week|month|year|time)|ago",
        }
    }
}

/// A rule that fired.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) rule: &'static Rule,
    /// Bytes of the plain text of the whole message.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The rules with their words compiled. One expression each: together they make an automaton that is built anew for
/// every message, a hundred times slower.
static ENGINE: LazyLock<Vec<(&'static Rule, Regex)>> =
    LazyLock::new(|| all().map(|rule| (rule, compile(rule.words))).collect());

static MARKS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    use strum::VariantArray as _;
    Mark::VARIANTS.iter().map(|mark| compile(mark.words())).collect()
});

/// Every rule, grouped by what it is about.
fn all() -> impl Iterator<Item = &'static Rule> {
    rules_stay::RULES.iter().chain(rules_house::RULES).chain(rules_trouble::RULES)
}

/// What the rules made of one sentence.
#[derive(Debug, Default)]
pub(crate) struct Fired {
    /// Those that fired, in the order of the tables.
    pub(crate) hits: Vec<Hit>,
    /// True when it is a question, or speaks of something a reply would have to take up.
    pub(crate) wants_an_answer: bool,
}

/// Tries every rule on `sentence`.
pub(crate) fn fire(reading: &Reading, sentence: &Sentence) -> Fired {
    let text = reading.sentence(sentence);
    // Most marks are never asked for, and few more than once.
    let mut known: [Option<bool>; Mark::COUNT] = [None; Mark::COUNT];
    let mut carries = |mark: &Mark| {
        *known[*mark as usize].get_or_insert_with(|| {
            (*mark == Mark::Question && sentence.asked) || MARKS[*mark as usize].is_match(text)
        })
    };
    let mut hits = Vec::new();
    for (rule, words) in &*ENGINE {
        let Some(found) = words.find(text) else { continue };
        if rule.with.iter().all(&mut carries) && !rule.unless.iter().any(&mut carries) {
            let offset = sentence.range.start;
            hits.push(Hit { rule, start: offset + found.start(), end: offset + found.end() });
        }
    }
    let weighty = [Mark::Question, Mark::Service, Mark::Equipment, Mark::Basics, Mark::Trouble];
    Fired { hits, wants_an_answer: weighty.iter().any(carries) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_tell_the_group() {
        let names: BTreeSet<_> = all().map(|rule| rule.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(names.iter().all(|name| name.contains('.')));
    }

    #[test]
    fn a_rule_needs_its_marks_and_bears_no_others() {
        let fired = |text: &str| {
            let reading = Reading::of(text);
            let hits = reading.sentences().iter().flat_map(|sentence| fire(&reading, sentence).hits);
            hits.map(|hit| hit.rule.intent).collect::<BTreeSet<_>>()
        };
        assert_eq!(fired("Please cancel my booking"), [Intent::BookingQuery, Intent::BookingCancel].into());
        assert!(!fired("Please don't cancel my booking").contains(&Intent::BookingCancel));
        assert_eq!(fired("Is there parking"), [Intent::AmenityAsked].into());
        assert!(fired("Parking").is_empty());
    }
}
