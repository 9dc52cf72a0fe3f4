//! Reads one message whole: what it wants, what it states, what it says about being messaged.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::{
    atoms::{Atoms, SaidChannel},
    channels, injection,
    reading::{Reading, Sentence},
    resolve::{is_read_by_a_person, winner},
    rules::{Hit, fire},
    social::{self, Social},
    stay::{self, Found},
};
use crate::{
    consent::{self, Consent, ConsentReading},
    intent::Intent,
    safety::{self, SafetySignal},
    time::UnixMs,
};

/// Most words of a message that rules alone are trusted to understand.
const WORDS_MAX: usize = 90;
/// Most words of a sentence no rule understood that may stand beside one that was understood.
const UNREAD_WORDS_MAX: usize = 12;
/// The same beside a bare statement of dates or figures.
const UNREAD_BESIDE_DETAILS_MAX: usize = 3;

/// What reading a message depends on besides its text.
#[derive(Debug, Clone, Copy)]
pub struct ClassifyContext<'a> {
    /// When the message was received: "tomorrow" is the day after.
    pub received_at: UnixMs,
    /// The zone whose calendar the message speaks of: the business's.
    pub zone: &'a TimeZone,
    /// The business's own names of towns, regions, streets and houses. A stay asked for anywhere else is one in the
    /// wrong place; with none given, no place is wrong.
    pub own_places: &'a [&'a str],
}

/// What rules made of a message. Stored as JSON with the message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Classification {
    /// What it wants; none when rules abstain.
    pub intent: Option<Intent>,
    /// Why rules abstain; set exactly when `intent` is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abstained: Option<AbstainReason>,
    /// Every rule that fired, in order of appearance: the explanation of the intent, or of why there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<FiredRule>,
    /// What it states.
    #[serde(default)]
    pub atoms: Atoms,
    /// What it says about being messaged.
    #[serde(default, flatten)]
    pub consent: ConsentReading,
    /// A sign that a human must see it; outranks everything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safety: Option<SafetySignal>,
    /// True when it seems to speak to a model instead of to the business: never answered without a human.
    #[serde(default)]
    pub injection_suspected: bool,
}

/// Why rules do not say what a message wants.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AbstainReason {
    /// Nothing to read: no letter and no figure, or no sign that means something.
    NothingSaid,
    /// No rule fired.
    NoRule,
    /// It shows several intents, and none of them answers the others too.
    Conflict,
    /// A question in it, or the mention of something a reply would have to take up, was not understood, though something
    /// else was.
    UnreadQuestion,
    /// Too much of it was not understood.
    UnreadText,
    /// Longer than rules are trusted with.
    TooLong,
    /// It may be an opt-out: a person decides first.
    ConsentUnclear,
}

/// A rule that fired, and on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiredRule {
    /// Its name, such as `price.how_much`.
    pub rule: String,
    /// What it is a sign of.
    pub intent: Intent,
    /// The words it fired on, as said.
    pub text: String,
}

/// Reads a message. Pure and quick: about a tenth of a millisecond for a short one on one core.
#[must_use]
pub fn classify(text: &str, context: &ClassifyContext<'_>) -> Classification {
    let reading = Reading::of(text);
    let received_at = jiff::Timestamp::from_millisecond(context.received_at.0).unwrap_or_default();
    let today = context.zone.to_datetime(received_at).date();
    let mut found = stay::find(&reading, today, context.own_places);
    let sentences = Sentences::read(&reading, &found);
    for hit in &sentences.hits {
        if let Some(kind) = channels::kind_of(hit) {
            let text = reading.said_at(hit.start..hit.end).to_owned();
            found.atoms.channel_asked.push(SaidChannel { text, kind });
        }
    }
    let consent = consent::of_reading(&reading);
    let (intent, extra) = match by_consent(consent) {
        Some((verdict, fired)) => (verdict, vec![fired]),
        None => sentences.verdict(&reading, &found, consent.consent == Consent::SoftNo),
    };
    let mut matched = extra;
    matched.extend(sentences.hits.iter().map(|hit| FiredRule {
        rule: hit.rule.name.to_owned(),
        intent: hit.rule.intent,
        text: reading.said_at(hit.start..hit.end).to_owned(),
    }));
    Classification {
        intent: intent.ok(),
        abstained: intent.err(),
        matched,
        atoms: found.atoms,
        consent,
        safety: safety::of_reading(&reading),
        injection_suspected: injection::suspected(&reading),
    }
}

type Verdict = Result<Intent, AbstainReason>;

/// What a message says about being messaged comes before everything it may say besides. Only a soft no does not: it is
/// one of the things a message may want.
fn by_consent(reading: ConsentReading) -> Option<(Verdict, FiredRule)> {
    let intent = match reading.consent {
        Consent::OptOut => Intent::OptOut,
        Consent::OptIn => Intent::OptIn,
        Consent::Help => Intent::HelpAsked,
        Consent::Handover => Intent::HumanWanted,
        Consent::Ask => {
            let fired = fired("consent.ask", Intent::OptOut, "");
            return Some((Err(AbstainReason::ConsentUnclear), fired));
        }
        Consent::SoftNo | Consent::None => return None,
    };
    Some((Ok(intent), fired("consent.read", intent, "")))
}

fn fired(rule: &str, intent: Intent, text: &str) -> FiredRule {
    FiredRule { rule: rule.to_owned(), intent, text: text.to_owned() }
}

/// What the sentences of a message came to.
#[derive(Debug, Default)]
struct Sentences {
    hits: Vec<Hit>,
    /// Small talk of the sentences that are nothing else.
    social: Social,
    /// Some sentence only states a stay.
    states_a_stay: bool,
    unread_question: bool,
    unread_words: usize,
}

impl Sentences {
    fn read(reading: &Reading, found: &Found) -> Self {
        let mut all = Self::default();
        for sentence in reading.sentences() {
            all.read_one(reading, sentence, found);
        }
        if reading.sentences().is_empty() {
            all.read_signs(reading.plain());
        }
        all
    }

    fn read_one(&mut self, reading: &Reading, sentence: &Sentence, found: &Found) {
        if let Some(social) = social::read(reading, sentence) {
            self.social = self.social.and(social);
            return;
        }
        let fired = fire(reading, sentence);
        let states_a_stay = found.only_states_a_stay(reading, sentence);
        self.states_a_stay |= states_a_stay;
        let read = !fired.hits.is_empty()
            || states_a_stay
            || found.offers_a_price(sentence)
            || found.names_a_place(reading.sentence(sentence));
        if !read {
            self.unread_question |= fired.wants_an_answer;
            self.unread_words += reading.sentence(sentence).split_whitespace().count();
        }
        self.hits.extend(fired.hits);
    }

    /// A message of signs alone, such as a thumb.
    fn read_signs(&mut self, plain: &str) {
        let has = |sign| plain.split_whitespace().any(|word| word == sign);
        self.social = Social {
            yes: has("YES"),
            no: has("NO") || has("HALT"),
            thanks: has("THX"),
            greeting: has("HI"),
            ..Social::default()
        };
    }

    fn verdict(&self, reading: &Reading, found: &Found, soft_no: bool) -> (Verdict, Vec<FiredRule>) {
        let mut shown: Vec<Intent> = self.hits.iter().map(|hit| hit.rule.intent).collect();
        let mut extra = Vec::new();
        if self.states_a_stay {
            extra.push(fired("stay.stated", Intent::StayDetails, ""));
        }
        if found.atoms.offer_made() {
            extra.push(fired("money.offer", Intent::DiscountAsked, ""));
        }
        if soft_no {
            extra.push(fired("consent.soft_no", Intent::Declined, ""));
        }
        if let Some(place) = &found.atoms.place_asked {
            extra.push(fired("place.elsewhere", Intent::WrongPlace, place));
        }
        shown.extend(extra.iter().map(|fired| fired.intent));
        if shown.is_empty() {
            return self.small_talk();
        }
        (self.weigh(&shown, reading), extra)
    }

    fn small_talk(&self) -> (Verdict, Vec<FiredRule>) {
        if self.unread_words > 0 {
            return (Err(AbstainReason::NoRule), Vec::new());
        }
        match self.social.intent() {
            Some(intent) => (Ok(intent), vec![fired("social.only", intent, "")]),
            None if self.social == Social::default() => (Err(AbstainReason::NothingSaid), Vec::new()),
            None => (Err(AbstainReason::Conflict), Vec::new()),
        }
    }

    /// The winner among what was shown, unless too much was not understood for its answer to be right.
    fn weigh(&self, shown: &[Intent], reading: &Reading) -> Verdict {
        let intent = winner(shown).ok_or(AbstainReason::Conflict)?;
        if is_read_by_a_person(intent) {
            return Ok(intent);
        }
        if self.unread_question {
            return Err(AbstainReason::UnreadQuestion);
        }
        // Figures and dates alone say little: beside words that were not understood they may mean anything.
        let unread_max =
            if intent == Intent::StayDetails { UNREAD_BESIDE_DETAILS_MAX } else { UNREAD_WORDS_MAX };
        if self.unread_words > unread_max {
            return Err(AbstainReason::UnreadText);
        }
        if reading.plain().split_whitespace().count() > WORDS_MAX {
            return Err(AbstainReason::TooLong);
        }
        Ok(intent)
    }
}
